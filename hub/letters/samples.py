"""Sample letters: what a library looks at before its patrons do. Nobody in them is real."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from email.headerregistry import Address

from hub.core.calendar import end_of_day, local_day
from hub.core.notices import NoticeType
from hub.core.opening import Opening, read
from hub.core.request import ClosedAs, Reason
from hub.letters.render import Book, Letter

WEEK = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": ["10:00-13:00"]}
TITLES = (
    ("The Overstory", "Richard Powers"),
    ("Braiding Sweetgrass", "Robin Wall Kimmerer"),
    ("A Time of Gifts: On Foot to Constantinople: From the Hook of Holland to the Middle Danube", "Patrick Leigh Fermor"),
)
NAME = "Kim Sample"


def a_sample(
    kind: NoticeType, now: datetime, zone: tzinfo, *, desk: str, to: str | None = None, address: str | None = None,
    opening: Opening | None = None, phone: str | None = None, opening_text: str | None = None, several: bool = False,
) -> Letter:  # fmt: skip
    """Give a letter of this kind, of one book or of several."""
    today = local_day(now, zone)
    past = kind in (NoticeType.OVERDUE, NoticeType.HOLD_EXPIRED)
    letter = Letter(
        notice=kind,
        to=Address(addr_spec=to or "kim.sample@patron.example"),
        name=NAME,
        books=tuple(_book(number, today, zone, past) for number in range(len(TITLES) if several else 1)),
        desk=desk,
        address=address,
        opening=opening if opening is not None else read({"hours": WEEK}),
        phone=phone,
        opening_text=opening_text,
        lent=True,
    )
    match kind:
        case NoticeType.REQUEST_CANCELLED:
            return replace(letter, closed_as=ClosedAs.NOT_RECEIVED, reason=Reason.CANCELLED_BY_STAFF)
        case _:
            return letter


def _book(number: int, today: date, zone: tzinfo, past: bool) -> Book:
    title, author = TITLES[number]
    days = -number - 1 if past else number * 3
    return Book(
        title=title,
        author=author,
        request_id=("ILL-000123-0", "ILL-000124-8", "ILL-000125-6")[number],
        hold_until=end_of_day(today + timedelta(days=days if past else 7 + days), zone),
        due_at=end_of_day(today + timedelta(days=days if past else 14 + days), zone),
    )
