#!/bin/sh
# Get the Debian packages that are missing.
#
#   tools/parts.sh PACKAGE=PROGRAM ...
#
# A package whose program is there costs nothing. What cannot be had is named in one sentence and the work goes on:
# the program stands in for it, or its tests are skipped.
set -eu

PATH=$PATH:/usr/sbin:/sbin
missing=
for part; do
    command -v "${part#*=}" >/dev/null || missing="$missing ${part%%=*}"
done
[ -n "$missing" ] || exit 0

without() {
    echo "Going on without $1; to get it, run as root: apt-get install $1" >&2
}

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    for package in $missing; do without "$package"; done
    exit 0
fi

# Debian would start a mosquitto of its own on the port Holdshelf uses; policy-rc.d is Debian's way to say no.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
echo "Getting$missing ..." >&2
apt-get -qq update </dev/null >&2 || true
for package in $missing; do
    if apt-get -qq -y -o DPkg::Lock::Timeout=60 install --no-install-recommends "$package" </dev/null >/dev/null; then
        if [ -e "/etc/init.d/$package" ]; then update-rc.d "$package" disable >/dev/null 2>&1 || true; fi
    else
        without "$package"
    fi
done
