#!/bin/sh
# Makes a virtual environment with the first Python here that is new enough.
# Usage: venv.sh FOLDER [PYTHON]
set -eu
folder=$1
shift

if "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi
for python in "$@" python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
    then
        exec "$python" -m venv --clear "$folder"
    fi
done
cat >&2 <<'END'
Crosstalk needs Python 3.11 or newer, with its venv module.
  Debian:  sudo apt install python3 python3-venv
  macOS:   brew install python
Another Python can be named: make PYTHON=/path/to/python3 …
END
exit 1
