"""A Postfix of a test's own: for patrons at patron.example, for nobody else, and for nobody in the clear on its second port."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.support.brokers import free_port
from tests.support.programs import wait_for

PROGRAM = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
HOST = "127.0.0.1"
SMALL = 4096
"""What the third port takes, in bytes."""
DELAYS = "later@patron.example"
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.library.example
mydestination =
mynetworks = 192.0.2.0/24
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{ {delays} = 450 4.7.1 Greylisted, come back in a minute }} }}
virtual_mailbox_domains = patron.example
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = inline:{{ {{ ana@patron.example = ana/ }}, {{ ben@patron.example = ben/ }}, {{ {delays} = later/ }} }}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_tls_cert_file = {cert}
smtpd_tls_key_file = {key}
smtpd_tls_loglevel = 0
"""
MASTER = """\
{plain} inet n - n - - smtpd
{encrypted} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
{small} inet n - n - - smtpd
  -o message_size_limit={size}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """One that runs: its ports, and what lies in the boxes of its patrons."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plain, self.encrypted, self.small = free_port(), free_port(), free_port()

    def letters(self, who: str, count: int = 1) -> list[EmailMessage]:
        """Wait until so many letters lie in a box, and give them."""
        box = self.folder / "boxes" / who / "new"
        wait_for(lambda: box.is_dir() and len(list(box.iterdir())) >= count, f"{count} letters for {who}; {self.log()}")
        return [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(box.iterdir())]

    def log(self) -> str:
        """Give the end of what it says."""
        file = self.folder / "log"
        return file.read_text()[-3000:] if file.exists() else ""


@contextmanager
def a_postfix(cert: Path, key: Path) -> Iterator[Postfix]:
    """Start one of our own, which takes nothing of the machine's, and end it."""
    assert PROGRAM is not None
    owner = pwd.getpwnam("postfix")
    # Its parts run as a user of its own, who must come to it.
    with tempfile.TemporaryDirectory(prefix="postfix-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        running = Postfix(folder)
        for inside in ("queue", "boxes", "data"):
            (folder / inside).mkdir()
        for inside in ("boxes", "data"):
            os.chown(folder / inside, owner.pw_uid, owner.pw_gid)
        for file in (cert, key):
            shutil.copy(file, folder)
        told = {"folder": folder, "uid": owner.pw_uid, "gid": owner.pw_gid, "delays": DELAYS}
        (folder / "main.cf").write_text(MAIN.format(**told, cert=folder / cert.name, key=folder / key.name))
        ports = {each: f"{HOST}:{getattr(running, each)}" for each in ("plain", "encrypted", "small")}
        (folder / "master.cf").write_text(MASTER.format(**ports, size=SMALL))
        started = subprocess.run([PROGRAM, "-c", folder, "start"], capture_output=True, text=True, check=False)
        assert started.returncode == 0, f"{started.stdout}{started.stderr}{running.log()}"
        try:
            wait_for(lambda: all(_answers(getattr(running, each)) for each in ports), f"Postfix to answer; {running.log()}")
            yield running
        finally:
            subprocess.run([PROGRAM, "-c", folder, "stop"], capture_output=True, check=False)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), 2) as connection:
            connection.settimeout(2)
            return connection.recv(3) == b"220"
    except OSError:
        return False
