#!/bin/sh
# Boot this machine's systemd in namespaces of its own, on a copy of this machine's files that is thrown away, with a script as
# its only service:  real_systemd.sh FOLDER
#
# FOLDER (a whole path) holds script.sh; it is /shared inside, where script.sh writes what it finds. Nothing outside is changed: writes go to
# a file system in memory, processes and mounts end with the namespaces, groups of processes live below one of our own.
set -eu

shared=$1
name=holdshelf-test-$$
if [ "${2-}" != inside ]; then
    cgroups=$(mount -t cgroup,cgroup2 | cut -d' ' -f3)
    for root in $cgroups; do
        mkdir "$root/$name" 2>/dev/null && echo $$ >"$root/$name/cgroup.procs" 2>/dev/null || true
    done
    code=0
    unshare --mount --pid --fork --cgroup --ipc --uts --kill-child -- sh "$0" "$shared" inside || code=$?
    for root in $cgroups; do
        echo $$ >"$root/cgroup.procs" 2>/dev/null || true
        # Deepest first; all are empty, for their processes were in our namespace.
        [ ! -d "$root/$name" ] || find "$root/$name" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    done
    exit $code
fi

mount --make-rprivate /
work=$shared.work
mkdir "$work"
mount -t tmpfs none "$work"
mkdir "$work/upper" "$work/work" "$work/root"
mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" overlay "$work/root"
root=$work/root
mount -t tmpfs none "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/shared"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs none "$root/sys/fs/cgroup"
mount -t cgroup,cgroup2 | while read -r _ _ place _ kind options; do
    here=$root/sys/fs/cgroup/$(basename "$place")
    options=$(echo "$options" | tr -d '()' | tr , '\n' | grep -vxE 'rw|ro|relatime|noatime|nosuid|nodev|noexec|xattr|seclabel|nsdelegate|memory_recursiveprot' | tr '\n' ,)
    mkdir -p "$here"
    case $kind,$options in
        cgroup2,*) [ "$place" != /sys/fs/cgroup ] || { umount "$root/sys/fs/cgroup"; here=$root/sys/fs/cgroup; }; mount -t cgroup2 none "$here" ;;
        *name=*) mount -t cgroup -o "none,${options%,}" none "$here" ;;
        *) mount -t cgroup -o "${options%,}" none "$here" ;;
    esac
done
mount -t tmpfs none "$root/run"
mount -t tmpfs none "$root/tmp"
mount --bind "$shared" "$root/shared"
# Only what the script starts: none of this machine's own services.
rm -rf "$root"/etc/systemd/system/*.wants
cat >"$root/etc/systemd/system/script.service" <<'END'
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
TimeoutStartSec=infinity
EnvironmentFile=-/shared/environment
StandardOutput=file:/shared/log
StandardError=inherit
ExecStart=/bin/sh /shared/script.sh
ExecStopPost=/bin/sh -c 'echo "$$EXIT_STATUS" >/shared/status; systemctl exit 0'
END
cat >"$root/etc/systemd/system/script.target" <<'END'
[Unit]
Requires=script.service
END
# Not chroot: from within one the kernel lets nobody make user namespaces, and units ask for them.
mkdir "$root/before"
cd "$root"
pivot_root . before
umount --lazy /before
exec env -i container=lxc PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=script.target --log-target=null --show-status=no
