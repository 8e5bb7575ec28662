"""``holdshelf letter`` and ``holdshelf notice``: samples to look at and to send, notices to send again, mail that came back."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import Any

from hub.ask_hub import ask
from hub.core.notices import NoticeType
from hub.flows.notices import take_returned
from hub.in_force import look_up
from hub.office import Office, plain
from hub.senders.sample_desk import sample_desk
from hub.senders.try_letter import SampleDesk, unwritable
from hub.store.database import exists, transaction
from hub.store.notices import resend
from hub.store.pages.cursor import Page
from hub.store.pages.reader import Reader
from hub.store.pages.work import NoticeView, notices, one_notice
from hub.where import settings_file
from hub.wiring import letters_of, trial_of

MOST = 500


def letter(options: argparse.Namespace) -> int:
    """Show a sample, send one, or say which letters cannot be written."""
    office = Office(settings_file(options))
    found = look_up(office.settings.place(office.folder), office.settings)
    settings, now = found.settings, datetime.now(UTC)
    for line in found.says("notices."):
        print(line, file=sys.stderr)
    if options.action == "check":
        wrong = list(unwritable(letters_of(settings, office.folder), now, settings.site_rules().zone))
        print("\n".join(wrong) or "Every letter can be written.")
        return 1 if wrong else 0
    trial, kind = trial_of(settings, office.folder), NoticeType(options.kind)
    language, desk = options.language or settings.language, _desk(office, known=found.unread is None)
    if options.action == "send":
        asyncio.run(trial.send(kind, language, desk, options.to, now, several=options.several))
        print("The sample was taken. Look into that mailbox.")
        return 0
    sample = trial.show(kind, language, desk, now, several=options.several)
    print(sample.html if options.html else sample.short if options.short else f"Subject: {sample.subject}\n\n{sample.text}")
    return 0


def _desk(office: Office, *, known: bool) -> SampleDesk:
    """Give the first pick-up desk as it is now; where there is no database to ask, as the file has it."""
    place = office.settings.place(office.folder)
    if known and exists(place):
        with closing(Reader(place)) as reader:
            return reader.read(sample_desk)
    desk = next((desk for desk in office.settings.desk if desk.pickup), None)
    return SampleDesk("Main desk") if desk is None else SampleDesk(desk.name, desk.address, desk.opening(), desk.phone, desk.opening_text)


def notice(options: argparse.Namespace) -> int:
    """List notices, send one again, or take a report of a mail server."""
    office = Office(settings_file(options))
    match options.action:
        case "list":
            _list(office, options)
        case "resend":
            _resend(office, options.notice)
            print(f"Notice {options.notice} is to be sent again.")
        case "returned":
            print(_returned(office, sys.stdin.buffer.read()))
    return 0


def _list(office: Office, options: argparse.Namespace) -> None:
    answer: dict[str, Any] | None = ask(office.settings, office.folder, "GET", f"/notices?state={options.state}&limit={MOST}")
    if answer is None:
        read = partial(notices, limit=MOST, state=options.state)
        answer = plain(Page[NoticeView], office.read(read))
    items: list[dict[str, Any]] = answer["items"]
    if options.json:
        print(json.dumps(items, indent=2, ensure_ascii=False))
        return
    for each in items:
        said = f"  {each['last_error']}" if each["last_error"] else ""
        print(f"{each['notice_id']}  {each['request_id']}  {each['type']}  {each['state']}{said}")


def _resend(office: Office, key: int) -> None:
    if ask(office.settings, office.folder, "POST", f"/notices/{key}/resend") is not None:
        return
    with office.database() as connection, transaction(connection):
        resend(connection, key, datetime.now(UTC))
    office.read(partial(one_notice, key=key))


def _returned(office: Office, raw: bytes) -> str:
    answer = ask(office.settings, office.folder, "POST", "/notices/returned", mail=raw)
    if answer is None:
        with office.database() as connection, closing(connection), transaction(connection):
            return f"Notices that came back: {take_returned(connection, raw, datetime.now(UTC))}"
    return f"Notices that came back: {answer['notices']}"
