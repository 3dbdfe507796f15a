#!/usr/bin/env bash
# Installs the Debian packages that are missing for a purpose, and says what it does.
#
#   scripts/install-deps.sh run|check|test|bench
#
# When nothing is missing it neither asks for rights nor touches the network.
set -euo pipefail

purpose=${1:?usage: scripts/install-deps.sh run|check|test|bench}

if ! command -v swift >/dev/null; then
    echo "A Swift toolchain (6.3 or later) is needed and was not found in PATH: https://www.swift.org/install" >&2
    exit 1
fi

# Each need is "package:probe". A probe is what the package is for, so that a tool from elsewhere serves too.
has_header() { [ -e "/usr/include/$1" ]; }
has_tool() { command -v "$1" >/dev/null; }
has_compiler() { has_tool cc || has_tool clang; }
has_libpq_header() { has_header libpq-fe.h || has_header postgresql/libpq-fe.h; }
has_postgresql() { has_tool initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_python_venv() { has_tool python3 && python3 -c 'import ensurepip, venv' 2>/dev/null; }

build_needs=("git:has_tool git" "pkg-config:has_tool pkg-config" "libyaml-dev:has_header yaml.h" "zlib1g-dev:has_header zlib.h"
    "libsqlite3-dev:has_header sqlite3.h" "libpq-dev:has_libpq_header"
    "libargon2-dev:has_header argon2.h")
check_needs=("git:has_tool git" "python3:has_tool python3")
test_needs=(
    "${build_needs[@]}" "python3:has_tool python3" "python3-venv:has_python_venv" "curl:has_tool curl"
    "openssl:has_tool openssl" "gcc:has_compiler" "binutils:has_tool nm" "procps:has_tool ps"
    "postgresql:has_postgresql" "redis-server:has_tool redis-server" "util-linux:has_tool setpriv"
)
bench_needs=("${test_needs[@]}" "nginx-light:has_tool nginx")

case $purpose in
run) needs=("${build_needs[@]}") ;;
check) needs=("${check_needs[@]}") ;;
test) needs=("${test_needs[@]}") ;;
bench) needs=("${bench_needs[@]}") ;;
*)
    echo "usage: scripts/install-deps.sh run|check|test|bench" >&2
    exit 2
    ;;
esac

missing=()
for need in "${needs[@]}"; do
    ${need#*:} || missing+=("${need%%:*}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

command=(apt-get install --yes --no-install-recommends "${missing[@]}")
if ! has_tool apt-get; then
    echo "Missing here: ${missing[*]} (Debian's names). Install them with this system's package manager." >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! has_tool sudo; then
        echo "Missing here: ${missing[*]}. As root, run: apt-get update && ${command[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing what is missing: ${missing[*]}"
"${as_root[@]}" apt-get update --quiet=2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${command[@]}"

# Debian starts a server that it installs. Tests and benchmark run their own, so that one is not wanted.
for service in nginx-light:nginx postgresql:postgresql redis-server:redis-server; do
    if [[ " ${missing[*]} " == *" ${service%%:*} "* ]] && has_tool systemctl && [ -d /run/systemd/system ]; then
        echo "Stopping the ${service#*:} service that the package started"
        "${as_root[@]}" systemctl disable --now "${service#*:}"
    fi
done
