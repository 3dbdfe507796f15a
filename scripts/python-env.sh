#!/usr/bin/env bash
# Makes the Python environment of the black-box tests in .build/venv, once for each content of requirements.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

requirements=Tests/BlackBox/requirements.txt
stamp=.build/venv/requirements.txt
if cmp --silent "$requirements" "$stamp"; then exit 0; fi

echo "Preparing the Python environment of the black-box tests in .build/venv"
mkdir -p .build
python3 -m venv --clear .build/venv
.build/venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
cp "$requirements" "$stamp"
