#!/bin/sh
# Makes .venv from nothing but a Python: finds one that is new enough, brings uv with pip, installs exactly
# what uv.lock names. Called by `make install`; doing it twice is harmless. PYTHON=… chooses the Python.
set -eu
cd "$(dirname "$0")/.."
tools=.venv-tools
uv_wanted="uv>=0.13,<1"

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    have=$(python3 --version 2>/dev/null || echo "none")
    echo "Minglu needs Python 3.11 or newer; found here: ${PYTHON:-$have}." >&2
    echo "Install it (Debian, Ubuntu: apt install python3 python3-venv), or name one: make install PYTHON=/path/to/python3" >&2
    exit 1
}

# A virtual environment where the Python can make one; else pip into a folder, which needs no ensurepip and is
# allowed also where the system's packages are managed by somebody else.
bring_uv() {
    rm -rf "$tools"
    mkdir -p "$tools"
    if "$1" -m venv --clear "$tools" >"$tools.log" 2>&1 &&
        "$tools/bin/python" -m pip install --quiet --disable-pip-version-check "$uv_wanted" >>"$tools.log" 2>&1; then
        :
    else
        rm -rf "$tools"
        if ! "$1" -m pip install --quiet --disable-pip-version-check --target "$tools" "$uv_wanted" >>"$tools.log" 2>&1; then
            echo "uv could not be installed with pip; what pip said:" >&2
            tail -n 8 "$tools.log" >&2
            echo "If this Python has neither pip nor venv (Debian, Ubuntu): apt install python3-venv; then again: make install" >&2
            rm -rf "$tools"
            exit 1
        fi
    fi
    mv "$tools.log" "$tools/bootstrap.log"
    echo '*' >"$tools/.gitignore"
}

python=$(find_python)
"$tools/bin/uv" --version >/dev/null 2>&1 || bring_uv "$python"
interpreter=$("$python" -c 'import sys; print(sys.executable)')

# An environment that already stands keeps its Python; PYTHON=… asks for another.
if [ -x .venv/bin/python ] && [ -z "${PYTHON:-}" ] && new_enough .venv/bin/python; then
    interpreter=.venv/bin/python
fi
sync() {
    UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 "$tools/bin/uv" sync --frozen --quiet --python "$interpreter" "$@"
}

# In networks with an authority of their own, only the system's certificates know it.
sync "$@" >"$tools/sync.log" 2>&1 || sync "$@" --system-certs
