#!/usr/bin/env bash
# Runs one stage of a longer job and says how many seconds it took.
#
#   scripts/stage.sh NAME COMMAND...
#
# The seconds are also kept in $STAGE_TIMES, when that names a file, for a summary at the end.
set -uo pipefail

name=${1:?usage: scripts/stage.sh NAME COMMAND...}
shift
echo
echo "==> $name"
started=$SECONDS
"$@"
status=$?
seconds=$((SECONDS - started))
result=passed
[ "$status" -eq 0 ] || result="failed ($status)"
line=$(printf '%-28s %5d s  %s' "$name" "$seconds" "$result")
echo "==> $line"
[ -z "${STAGE_TIMES:-}" ] || echo "$line" >>"$STAGE_TIMES"
exit "$status"
