#!/bin/sh
# Makes a virtual environment with the first Python from 3.11 to 3.13 that works: make_venv.sh FOLDER [PYTHON...]
set -eu
folder=$1
shift
[ $# -gt 0 ] || set -- python3.13 python3.12 python3.11 python3 python
check='import sys, venv, ensurepip, sqlite3; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
for python in "$@"; do
    if "$python" -c "$check" >/dev/null 2>&1; then
        echo "making $folder with $("$python" --version)"
        rm -rf "$folder"
        exec "$python" -m venv "$folder"
    fi
done
echo "ibid needs Python 3.11, 3.12 or 3.13 with its venv module (on Debian: the package python3-venv); of '$*' none is one." >&2
echo "Name another: make PYTHON=/path/to/python" >&2
exit 1
