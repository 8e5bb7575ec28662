#!/bin/sh
# Install or update a station or a hub as a service of this machine, as root:
#
#   sh deploy/install.sh station|hub holdshelf-VERSION-py3-none-any.whl
#
# Every version gets a virtual environment of its own in /opt/holdshelf; /opt/holdshelf/current names the one in use, so going
# back is one link. What is fetched is what pins-station.txt or pins-hub.txt names, checked by its hashes, wheels only: no compiler is
# needed. Nothing is started here.
set -eu

usage() {
    echo "usage: sh deploy/install.sh station|hub holdshelf-VERSION-py3-none-any.whl" >&2
    exit 2
}

[ $# -eq 2 ] || usage
part=$1
wheel=$(realpath "$2")
case $part in station | hub) ;; *) usage ;; esac
[ "$(id -u)" -eq 0 ] || { echo "Run this as root: it writes to /opt and /etc/systemd." >&2; exit 1; }
[ -f "$wheel" ] || { echo "There is no file $2: build it with \"make wheel\" (it lies in .make/dist), or download it." >&2; exit 1; }
for program in python3 systemctl systemd-sysusers systemd-tmpfiles; do
    command -v "$program" >/dev/null || { echo "$program is missing: this script is for Debian and Raspberry Pi OS." >&2; exit 1; }
done
python3 -c 'import ensurepip' 2>/dev/null || { echo "Python's venv is missing: apt-get install python3-venv" >&2; exit 1; }

deploy=$(dirname "$(realpath "$0")")
version=$(basename "$wheel" | cut -d- -f2)
opt=/opt/holdshelf
venv=$opt/$version
# A version may have been installed for the other part.
done=$venv/holdshelf-$part

if [ ! -e "$done" ]; then
    [ -e "$venv" ] || { new=$venv; trap 'rm -rf "$new"' EXIT; python3 -m venv "$venv"; }
    pip="$venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all:"
    $pip --require-hashes -r "$deploy/pins-$part.txt"
    $pip --no-index "$wheel"
    touch "$done"
    trap - EXIT
fi

install -D -m 644 -t "$opt/deploy" "$deploy"/*.md "$deploy"/*.rules
install -m 644 "$deploy/systemd/holdshelf-$part.service" "/etc/systemd/system/holdshelf-$part.service"
install -D -m 644 "$deploy/systemd/holdshelf-$part.sysusers.conf" "/etc/sysusers.d/holdshelf-$part.conf"
install -D -m 644 "$deploy/systemd/holdshelf-$part.tmpfiles.conf" "/etc/tmpfiles.d/holdshelf-$part.conf"
systemd-sysusers "/etc/sysusers.d/holdshelf-$part.conf"
systemd-tmpfiles --create "/etc/tmpfiles.d/holdshelf-$part.conf"
ln -sfn "$version" "$opt/current"
systemctl daemon-reload
echo "Holdshelf $version is installed for the $part. In use from the next start: systemctl restart holdshelf-$part"
