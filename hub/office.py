"""What staff do from the command line: acts on a request, its history, closed days of a desk. The same as by HTTP."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pydantic import TypeAdapter, ValidationError

from hub.ask_hub import ask
from hub.core.acts import Act
from hub.core.words import ENGLISH
from hub.data_folder import read_settings
from hub.errors import ConfigError, HubError
from hub.file_desks import AHEAD, BEHIND
from hub.flows.act_on_request import act_on_request
from hub.flows.forget import delete_patron, wipe
from hub.flows.keep_books import close_desk_on
from hub.ical.closed_days import closed_days
from hub.in_force import in_force
from hub.settings import HubSettings
from hub.store.database import exists, open_database, transaction, vacuum
from hub.store.pages.books import PatronView, patron_with_card
from hub.store.pages.history import History, history_of
from hub.store.pages.reader import Reader
from hub.store.pages.requests import RequestView, one_request
from hub.store.place import shown
from hub.store.sql import Connection
from hub.web.api.act_bodies import BODIES
from hub.where import settings_file


class Office:
    """One command's settings, and the hub or the database it works with."""

    def __init__(self, config: Path) -> None:
        """``config`` is the hub's settings file."""
        self.config = config.resolve()
        self.folder = self.config.parent
        self.settings: HubSettings = read_settings(self.config)

    def act(self, named: str, act: Act, told: dict[str, Any]) -> dict[str, Any]:
        """Do something to a request and give it as it is then."""
        answer = ask(self.settings, self.folder, "POST", f"/requests/{named}/{act.value}", told)
        return self._act_here(named, act, told) if answer is None else answer

    def _act_here(self, named: str, act: Act, told: dict[str, Any]) -> dict[str, Any]:
        try:
            body = BODIES[act].model_validate(told)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise HubError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
        with self.database() as connection, transaction(connection):
            site = in_force(connection, self.settings).site_rules()
            act_on_request(connection, site, named, body.wish(act), actor=body.actor, version=body.version, now=datetime.now(UTC))
        return self.show(named)

    def show(self, named: str) -> dict[str, Any]:
        """Give a request as it is now."""
        answer = ask(self.settings, self.folder, "GET", f"/requests/{named}")
        return plain(RequestView, self.read(lambda connection: one_request(connection, named))) if answer is None else answer

    def history(self, named: str) -> list[dict[str, Any]]:
        """Give what happened to a request."""
        answer = ask(self.settings, self.folder, "GET", f"/requests/{named}/history")
        if answer is None:
            answer = plain(History, self.read(lambda connection: history_of(connection, named)))
        lines: list[dict[str, Any]] = answer["items"]
        return lines

    def close_on(self, desk: str, file: Path) -> dict[str, Any]:
        """Close a desk on the days of an iCalendar file."""
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"The calendar {file} cannot be read ({error}). Give an iCalendar file (.ics) in UTF-8.") from error
        answer = ask(self.settings, self.folder, "POST", f"/desks/{desk}/closed-days", calendar=text)
        return self._close_here(desk, text) if answer is None else answer

    def _close_here(self, desk: str, text: str) -> dict[str, Any]:
        today = datetime.now(self.settings.site_rules().zone).date()
        found = closed_days(text, today - BEHIND, today + AHEAD)
        days = tuple(one.day for one in found.days)
        with self.database() as connection, transaction(connection):
            close_desk_on(connection, desk, days)
        return {"closed": [day.isoformat() for day in days], "ignored": found.ignored}

    def ref_of(self, card: str) -> int:
        """Give the ref of the patron with a card."""
        answer = ask(self.settings, self.folder, "POST", "/patrons/lookup", {"card": card})
        found = plain(PatronView, self.read(lambda connection: patron_with_card(connection, card))) if answer is None else answer
        return int(found["ref"])

    def delete(self, ref: int, actor: str) -> None:
        """Delete a patron."""
        if ask(self.settings, self.folder, "DELETE", f"/patrons/{ref}?{urlencode({'actor': actor})}") is not None:
            return
        with self.database() as connection:
            with transaction(connection):
                delete_patron(connection, ref, actor=actor, now=datetime.now(UTC))
            if isinstance(place := self.settings.place(self.folder), str):
                vacuum(place)
            else:
                wipe(connection)

    @contextlib.contextmanager
    def database(self) -> Iterator[Connection]:
        """Give the database to work on where no hub runs; ConfigError when there is none yet."""
        place = self.settings.place(self.folder)
        if not exists(place):
            where = shown(str(place))
            raise ConfigError(f"There is no database {where} yet: start the hub once, or name another folder with --data.")
        with contextlib.closing(open_database(place)) as connection:
            yield connection

    def read(self, what: Any) -> Any:
        """Read the database."""
        with self.database():
            reader = Reader(self.settings.place(self.folder))
        with contextlib.closing(reader):
            return reader.read(what)


def plain(kind: Any, value: Any) -> dict[str, Any]:
    """Give something as HTTP gives it."""
    told: dict[str, Any] = TypeAdapter(kind).dump_python(value, mode="json")
    return told


def request(options: argparse.Namespace) -> int:
    """Do one thing to a request, or show it."""
    office = Office(settings_file(options))
    if options.act == "history":
        lines = office.history(options.request)
        print("\n".join(json.dumps(line) if options.json else _line(line) for line in lines))
        return 0
    found = office.show(options.request) if options.act == "show" else office.act(options.request, Act(options.act), _told(options))
    print(json.dumps(found, indent=2, ensure_ascii=False) if options.json else _shown(found))
    return 0


TOLD = ("note", "version", "actor", "reason", "due_date", "hold_until", "pickup_desk", "desk", "state", "piece", "pieces", "volumes")
"""What an act may be told; the options have the names of the bodies' fields."""


def _told(options: argparse.Namespace) -> dict[str, Any]:
    found = {name: getattr(options, name, None) for name in TOLD}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items() if value is not None}


DATES = (("hold_until", "hold until", "ON_HOLD_SHELF"), ("due_at", "due", "CHECKED_OUT"))


def _shown(found: dict[str, Any]) -> str:
    """Give a request in a few lines for a person."""
    state = ENGLISH.states[found["state"]] + (f": {found['outcome']}" if found["outcome"] else "")
    lines = [f"{found['request_id']}  {found['title']}", f"  is        {state} (version {found['version']})"]
    lines.append(f"  pick-up   {found['pickup_name']}")
    due = f", due {found['partner_due_date']}" if found["partner_due_date"] else ""
    lines.append(f"  lender    {found['partner_name']}{due}")
    for piece in found["pieces"]:
        named = f"  item      {piece['barcode']}" + (f" ({piece['volume'] or piece['piece']})" if found["pieces_expected"] > 1 else "")
        dates = [f"{what} {piece[key][:10]}" for key, what, state in DATES if piece[key] and piece["state"] == state]
        lines.append(", ".join([f"{named}: {ENGLISH.states[piece['state']]}", *dates, *([piece["reason"]] if piece["reason"] else [])]))
    return "\n".join(lines)


def _line(line: dict[str, Any]) -> str:
    """Give one line of a history for a person."""
    at = line["at"][:16].replace("T", " ")
    match line["kind"]:
        case "notice":
            what = f"letter {line['notice_type']}: {line['notice_state']}"
        case "transition":
            what = f"{line['was'] or '-'} -> {line['became']} ({line['rule']})"
        case _:
            what = f"{line['kind']} {line['rule']}"
    more = [part for part in (line["detail"], line["reason"]) if part]
    who = "" if line["actor"] is None else f" by {line['actor']}"
    return f"{at}  {what}{who}{' at ' + line['desk'] if line['desk'] else ''}{'  ' + '; '.join(more) if more else ''}"


def patron(options: argparse.Namespace) -> int:
    """Delete a patron, by ref or by the card that is typed."""
    office = Office(settings_file(options))
    ref = options.ref
    if ref is None:
        if sys.stdin.isatty():
            print("Card number: ", end="", flush=True)
        ref = office.ref_of(sys.stdin.readline().strip())
    office.delete(ref, options.actor)
    print(f"Patron {ref} is deleted, and forgotten by all requests.")
    return 0


def desk(options: argparse.Namespace) -> int:
    """Close a desk on the days of a calendar."""
    office = Office(settings_file(options))
    found = office.close_on(options.desk, options.file)
    closed = found["closed"]
    ignored = f"; {found['ignored']} events with a time of day were passed over" if found["ignored"] else ""
    between = f", from {closed[0]} to {closed[-1]}" if closed else ""
    print(f"{options.desk} is closed on {len(closed)} days of {options.file.name}{between}{ignored}.")
    return 0
