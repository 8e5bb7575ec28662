"""When a letter may leave: quiet hours and open days, over midnight, changes of clocks and leap days; and whose terms hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from hub.core.notices import NoticeType
from hub.core.opening import Opening, read
from hub.core.telling import Quiet, Scope, Telling, Terms, may_leave
from hub.settings import HubSettings

VIENNA = ZoneInfo("Europe/Vienna")
NIGHT, NOON = Quiet(time(21), time(8)), Quiet(time(12), time(13))


@pytest.mark.parametrize(
    ("quiet", "now", "leaves"),
    [
        (NIGHT, datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 24, 12, tzinfo=UTC)),
        (NIGHT, datetime(2026, 11, 24, 21, tzinfo=UTC), datetime(2026, 11, 25, 7, tzinfo=UTC)),
        (NIGHT, datetime(2026, 11, 24, 3, tzinfo=UTC), datetime(2026, 11, 24, 7, tzinfo=UTC)),
        (NIGHT, datetime(2026, 11, 24, 7, tzinfo=UTC), datetime(2026, 11, 24, 7, tzinfo=UTC)),
        (NOON, datetime(2026, 11, 24, 11, 30, tzinfo=UTC), datetime(2026, 11, 24, 12, tzinfo=UTC)),
        (NIGHT, datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),
        (NIGHT, datetime(2027, 3, 27, 21, tzinfo=UTC), datetime(2027, 3, 28, 6, tzinfo=UTC)),
        (Quiet(time(22), time(2, 30)), datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (NIGHT, datetime(2028, 2, 28, 22, tzinfo=UTC), datetime(2028, 2, 29, 7, tzinfo=UTC)),
    ],
    ids=["day", "evening", "night", "its end", "noon", "clocks back", "clocks forward", "an hour that is not there", "leap day"],
)
def test_a_letter_leaves_when_it_is_no_longer_quiet(quiet: Quiet, now: datetime, leaves: datetime) -> None:
    assert may_leave(Terms(quiet=quiet), now, VIENNA) == leaves


WEEKDAYS = read({"hours": {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}, "closed": ["2026-11-30"]})


def test_on_a_closed_day_it_waits_for_the_next_open_one() -> None:
    friday, saturday = datetime(2026, 11, 27, 12, tzinfo=UTC), datetime(2026, 11, 28, 12, tzinfo=UTC)
    terms = Terms(open_days_only=True, quiet=NIGHT)
    assert may_leave(terms, friday, VIENNA, WEEKDAYS) == friday
    assert may_leave(terms, saturday, VIENNA, WEEKDAYS) == datetime(2026, 12, 1, 7, tzinfo=UTC)
    assert may_leave(Terms(open_days_only=True), saturday, VIENNA, WEEKDAYS) == datetime(2026, 11, 30, 23, tzinfo=UTC)


def test_a_desk_that_never_opens_holds_up_nothing() -> None:
    now = datetime(2026, 11, 27, 12, tzinfo=UTC)
    shut = Opening(closed=frozenset(date.fromordinal(now.date().toordinal() + ahead) for ahead in range(90)))
    assert may_leave(Terms(open_days_only=True), now, VIENNA, shut) == now


def test_the_first_terms_that_fit_hold() -> None:
    both, desk, partner = Terms(due_soon_days=1), Terms(due_soon_days=2), Terms(due_soon_days=4)
    telling = Telling(Terms(), (Scope("east", "tul", both), Scope("east", None, desk), Scope(None, "tul", partner)))
    assert [telling.at(*where).due_soon_days for where in (("east", "tul"), ("east", "x"), ("main", "tul"), ("main", "x"))] == [1, 2, 4, 3]


def test_what_a_scope_does_not_say_is_as_at_the_site() -> None:
    settings = HubSettings.model_validate(
        {
            "notices": {
                "quiet": "21:00-08:00",
                "delay_s": {"OVERDUE": 3600},
                "at": [{"desk": "east", "send": ["READY_FOR_PICKUP"], "quiet": "", "delay_s": {"READY_FOR_PICKUP": 5}}],
            }
        }
    )
    telling = settings.site_rules().telling
    east, main = telling.at("east", "tul"), telling.at("main", "tul")
    assert (east.send, east.quiet, main.quiet) == (frozenset({NoticeType.READY_FOR_PICKUP}), None, NIGHT)
    assert [east.grace(kind).total_seconds() for kind in (NoticeType.READY_FOR_PICKUP, NoticeType.OVERDUE, NoticeType.LOST)] == [
        5,
        3600,
        60,
    ]


@pytest.mark.parametrize(
    ("notices", "said"),
    [
        ({"quiet": "9-5"}, "write them like 21:00-08:00"),
        ({"quiet": "08:00-08:00"}, "quiet all day"),
        ({"overdue_days": [8, 1]}, "rising"),
        ({"channels": ["pigeon"]}, "there is no channel 'pigeon'"),
        ({"at": [{"send": []}]}, "for which desk or partner"),
        ({"channel": [{"name": "crm", "kind": "webhook", "url": "http://crm.example/x", "secret": "x" * 24}]}, "in the clear"),
        ({"channel": [{"name": "crm", "kind": "webhook", "url": "https://crm.example/x", "secret": "short"}]}, "at least 24"),
        ({"channel": [{"name": "mail", "kind": "apprise", "url": "json://x"}]}, "another name"),
        ({"digest": [{"to": "a@b.example"}]}, "one of the two"),
        ({"digest": [{"to": "a@b.example", "desk": "main", "at": "8"}]}, "write one like 08:00"),
        ({"unsubscribe": "javascript:alert(1)"}, "no address to unsubscribe"),
    ],
)
def test_what_cannot_work_is_said_in_a_sentence(notices: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        HubSettings.model_validate({"notices": notices})
