#!/bin/sh
# Make the virtual environment: tools/make_venv.sh PYTHON FOLDER
set -eu

python=$1
venv=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Holdshelf needs Python 3.11 or later, and '$python' is none; name one that is: make PYTHON=python3.12 ..." >&2
    exit 1
fi

can_make() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null
}

# Debian keeps ensurepip in a package of its own.
package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
[ "$(id -u)" -ne 0 ] || can_make || "$(dirname "$0")/parts.sh" "$package=no-such-program" || true
if ! can_make; then
    echo "'$python' cannot make a virtual environment; as root: apt-get install $package" >&2
    exit 1
fi

# A half-made environment must not pass for a whole one the next time.
if ! "$python" -m venv --clear "$venv"; then
    rm -f "$venv/bin/python"
    exit 1
fi
