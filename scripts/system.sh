# Sourced by the other scripts: installing packages of the system without a question and without starting a service.

install_packages() {
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        return 1
    fi
    echo "Installing $*" >&2
    policy=/usr/sbin/policy-rc.d
    ours=""
    if [ ! -e "$policy" ]; then
        ours=yes
        # Debian's own way to say that no service may be started by an installation.
        printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
        $as_root chmod 755 "$policy"
        trap '$as_root rm -f "$policy"' EXIT
        trap 'exit 130' INT TERM
    fi
    status=0
    options="-qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0"
    log=$(mktemp)
    {
        # A part of the lists that cannot be had need not matter.
        $as_root apt-get update $options || true
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install $options -y --no-install-recommends "$@" || status=$?
    } </dev/null >"$log" 2>&1
    [ "$status" = 0 ] || tail -n 20 "$log" >&2
    rm -f "$log"
    if [ -n "$ours" ]; then
        $as_root rm -f "$policy"
        trap - EXIT INT TERM
    fi
    return "$status"
}
