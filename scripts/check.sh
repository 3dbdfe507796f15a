#!/usr/bin/env bash
# Everything that is looked at without building: format, imports, constructs, licence and links.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh check

stage() { scripts/stage.sh "$@"; }
swift_files() { git ls-files --cached --others --exclude-standard -z -- '*.swift'; }
export -f swift_files

stage "format" bash -c 'swift_files | xargs -0 --no-run-if-empty swift format lint --strict --parallel --configuration .swift-format'
stage "imports and constructs" python3 scripts/check-source.py
stage "licence and links" python3 scripts/check-docs.py
stage "shell scripts" bash -c 'for file in scripts/*.sh .ci/run; do bash -n "$file"; done'
