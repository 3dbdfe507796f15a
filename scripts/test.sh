#!/usr/bin/env bash
# All tests: unit and golden in debug, then the black-box suite and the soak against one release binary.
#
#   scripts/test.sh [unit|blackbox|soak]...     without an argument: all three
#
# SWIFT_FLAGS are passed to every swift build. Logs of the runners stay in .build/test-logs.
set -euo pipefail
cd "$(dirname "$0")/.."

parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(unit blackbox soak)
wants() { [[ " ${parts[*]} " == *" $1 "* ]]; }

read -r -a flags <<<"${SWIFT_FLAGS:-}"
logs=.build/test-logs
mkdir -p "$logs"
export STAGE_TIMES="$PWD/$logs/times.txt"
: >"$STAGE_TIMES"
rm -f "$logs"/*.log

# Each runner's output goes to the terminal and to a log, so that its closing lines can be shown again at the end.
logged() {
    local log=$1
    shift
    "$@" 2>&1 | tee "$logs/$log"
    return "${PIPESTATUS[0]}"
}

closing_lines() {
    echo
    echo "==> Stages"
    cat "$STAGE_TIMES"
    echo
    for log in unit stores limits; do
        if [ -f "$logs/$log.log" ]; then grep -E 'Test run with|^Executed .* tests' "$logs/$log.log" | tail -n 1 || true; fi
    done
    for log in blackbox soak; do
        if [ -f "$logs/$log.log" ]; then tail -n 1 "$logs/$log.log"; fi
    done
}
trap closing_lines EXIT

stage() { scripts/stage.sh "$@"; }
export -f logged
export logs
# Where the servers are missing their tests are skipped, with a word; here they may not be missing.
export SLUICE_TEST_SERVERS_REQUIRED=1

stage "system packages" scripts/install-deps.sh test
if wants unit; then
    stage "debug build" swift build --build-tests "${flags[@]}"
    # What speaks to servers has processes of its own: it stops and starts them, and keeps the machine busy. Shared limits come
    # last and alone, since leases end by the clock.
    stage "unit and golden tests" bash -c 'logged unit.log swift test --skip-build --skip "$1" "${@:2}"' _ \
        'SluiceStoresTests|SluicePoliciesTests|SharedLimitsServerTests' "${flags[@]}"
    stage "tests of stores" scripts/test-servers.sh run \
        bash -c 'logged stores.log swift test --skip-build --filter "$1" "${@:2}"' _ \
        'SluiceStoresTests|SluicePoliciesTests' "${flags[@]}"
    stage "tests of shared limits" scripts/test-servers.sh run \
        bash -c 'logged limits.log swift test --skip-build --filter "$1" "${@:2}"' _ 'SharedLimitsServerTests' "${flags[@]}"
fi
if wants blackbox || wants soak; then
    stage "release build" swift build --configuration release --static-swift-stdlib --product sluice "${flags[@]}"
    stage "python environment" scripts/python-env.sh
fi
export SLUICE_BINARY=${SLUICE_BINARY:-$PWD/.build/release/sluice}
pytest=(.build/venv/bin/python -m pytest Tests/BlackBox -c Tests/BlackBox/pytest.ini)
if wants blackbox; then
    stage "black-box tests" scripts/test-servers.sh run \
        bash -c 'logged blackbox.log "$@"' _ "${pytest[@]}" --quiet -m "not soak" --durations=10
fi
if wants soak; then
    stage "soak" scripts/test-servers.sh run \
        bash -c 'logged soak.log "$@"' _ "${pytest[@]}" --quiet -m soak --capture=no
fi
