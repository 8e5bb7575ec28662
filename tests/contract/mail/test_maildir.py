"""The Maildir: private, whole letters only, a repeat replaces."""

from __future__ import annotations

import mailbox
import stat
from pathlib import Path

from hub.senders.mail import Blame, Delivered, Refused
from hub.senders.maildir import MaildirTransport, file_name
from tests.contract.mail.test_transports import a_message, in_maildir


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    await MaildirTransport(folder).deliver(a_message())
    assert [mode(path) for path in (folder, folder / "tmp", folder / "new", folder / "cur")] == [0o700] * 4
    assert [mode(path) for path in (folder / "new").iterdir()] == [0o600]


async def test_a_repeat_replaces_the_first(tmp_path: Path) -> None:
    transport = MaildirTransport(tmp_path / "mail")
    for title in ("First", "Second"):
        await transport.deliver(a_message(title=title))
    assert [str(message["Subject"]) for message in in_maildir(tmp_path / "mail")] == ["Ready to pick up: Second"]
    assert list((tmp_path / "mail" / "tmp").iterdir()) == []


async def test_a_repeat_replaces_a_letter_that_was_read(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    transport = MaildirTransport(folder)
    await transport.deliver(a_message())
    [letter] = (folder / "new").iterdir()
    letter.rename(folder / "cur" / f"{letter.name}:2,S")
    await transport.deliver(a_message())
    assert len(in_maildir(folder)) == 1
    assert [message.get_flags() for message in mailbox.Maildir(folder)] == ["S"]


async def test_a_folder_that_lost_a_part_is_mended(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    assert await MaildirTransport(tmp_path / "mail").deliver(a_message()) == Delivered()


async def test_a_folder_that_cannot_be_written_is_said_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands in the way")
    transport = MaildirTransport(tmp_path / "mail")
    outcome = await transport.deliver(a_message())
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.blame) == (False, Blame.SERVER)
    (tmp_path / "mail").unlink()
    assert await transport.deliver(a_message()) == Delivered()


def test_a_file_name_is_safe_whatever_the_message_id() -> None:
    assert file_name("<ill-000001-8.ready-for-pickup.1@main.library.example>") == "ill-000001-8.ready-for-pickup.1@main.library.example"
    assert file_name("<../../etc/passwd:2,S>") == "_.._etc_passwd_2_S"
