#!/usr/bin/env bash
# Prints the folder of a Python environment with the packages of requirements.txt. Builds
# it in the user's cache folder unless it is there: it is named by what is in it, so other
# requirements make another one. Needs python3 (3.11 or newer) with venv.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}

name=$("$python" -c 'import hashlib, sys
print(hashlib.sha256(sys.version.encode() + open(sys.argv[1], "rb").read()).hexdigest()[:16])' "$here/requirements.txt")
venv=${XDG_CACHE_HOME:-$HOME/.cache}/flexgw/conformance/$name

# One that was not finished has no such file, and is made anew.
if [ ! -e "$venv/complete" ]; then
	rm -rf "$venv"
	"$python" -m venv "$venv" >&2
	"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt" >&2
	"$venv/bin/python" -m pip check >&2
	touch "$venv/complete"
fi
echo "$venv"
