#!/bin/busybox sh
# The guest's first process: devices, names for them, the network, then the hand that does what the tests ask.
/bin/busybox --install -s /bin 2>/dev/null
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/tmp PYTHONDONTWRITEBYTECODE=1
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs run /run
modprobe -a virtio_pci virtio_console virtio_net evdev ext4 9pnet_virtio 9p
modprobe dummy_hcd num=5
modprobe -a libcomposite usb_f_acm usb_f_hid usbhid hid-generic cdc-acm xhci_pci ftdi_sio
mount -t configfs none /sys/kernel/config
/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add
udevadm settle
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
cd /lab
exec /usr/bin/python3.11 -m tests.hardware.guest.inside.hand /dev/virtio-ports/hand
