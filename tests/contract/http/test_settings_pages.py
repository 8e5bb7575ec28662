"""Policies, terms and sentences that an admin changes on the pages: over the file's, checked like it, at once, and back again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.core.notices import NoticeType
from hub.in_force import EDITABLE, fitted, value_of
from hub.settings import HubSettings
from tests.support.staff import Signed, sign_in
from tests.support.web import BOOK

TYPED = {
    "hold_days": "10", "loan_days": "28", "shipping_margin_days": "7", "shortest_loan_days": "7", "ready_notice_delay_s": "60",
    "transit_days": "5", "recall_days": "7", "renewals": "2", "hold_reminder_days": "2", "due_soon_days": "3", "reactivate_days": "30",
    "forget_days": "1",
}  # fmt: skip


async def save(program: Any, signed: Signed, page: str, /, **fields: str) -> Any:
    """Send a form as a browser that looks at the newest settings."""
    [row] = program.doors.connection.execute("SELECT coalesce(max(key), 0) FROM setting_change").fetchall()
    told = {"csrf": signed.token, "version": str(row[0])} | fields
    return await program.http.post(f"/admin/{page}", headers=signed.changing, data=told)


async def policy(program: Any, signed: Signed, **fields: str) -> Any:
    return await save(program, signed, "settings/set", section="policy", **(TYPED | fields))


async def show(program: Any, signed: Signed, path: str, language: str = "en") -> str:
    answer = await program.http.get(f"/admin/{path}", headers=signed.cookie | {"Accept-Language": language})
    assert answer.status_code == 200, path
    return str(answer.text)


async def test_a_policy_counts_at_once_and_says_who_changed_it_and_what_it_was(program: Any) -> None:
    signed = sign_in(program.doors)
    done = await policy(program, signed, hold_days="12", loan_days="21")
    assert (done.status_code, done.headers["location"]) == (303, "/admin/settings?done=changed")
    assert (program.doors.rules.policy.hold_days, program.doors.rules.policy.loan_days) == (12, 21)
    assert (program.doors.rules.policy.transit_days, program.doors.base.policy.hold_days) == (5, 10)
    text = await show(program, signed, "settings")
    assert ('value="12"' in text, "changed here" in text, "without it: <b>10</b>" in text) == (True, True, True)
    changes = await show(program, signed, "settings/changes")
    assert changes.count('<th scope="row">') == 2
    assert all(said in changes for said in ("policy.hold_days", "<bdi>10</bdi>", "<bdi>12</bdi>", "<bdi>admin-1</bdi>"))


async def test_a_setting_is_set_back_to_the_file_and_the_file_counts_again(program: Any) -> None:
    program.doors.base = HubSettings.model_validate({"policy": {"hold_days": 14}})
    program.doors.take_settings()
    signed = sign_in(program.doors)
    assert "from hub.toml" in await show(program, signed, "settings")
    await policy(program, signed, hold_days="12")
    done = await save(program, signed, "settings/reset", path="policy.hold_days")
    assert (done.headers["location"], program.doors.rules.policy.hold_days) == ("/admin/settings?done=reset", 14)
    # What is typed as the file says it is no change: another value in the file counts later.
    await policy(program, signed, hold_days="12")
    await policy(program, signed, hold_days="14")
    program.doors.base = HubSettings.model_validate({"policy": {"hold_days": 9}})
    program.doors.take_settings()
    assert program.doors.rules.policy.hold_days == 9


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hold_days": "many"}, "write a number."),
        ({"hold_days": "0"}, "write a number from 1 to 365."),
        ({"hold_days": "2"}, "fewer days before the end than a hold has"),
        ({"renewals": ""}, "write a number."),
        ({"ready_notice_delay_s": "90000"}, "write a number from 0"),
    ],
)
async def test_what_a_file_must_not_say_a_page_does_not_keep_and_what_was_typed_stays(
    program: Any, fields: dict[str, str], said: str
) -> None:
    signed = sign_in(program.doors)
    answer = await policy(program, signed, **({"loan_days": "99"} | fields))
    assert (answer.status_code, said in answer.text, 'value="99"' in answer.text) == (422, True, True)
    assert program.doors.settings == HubSettings()


async def test_two_admins_at_once_the_later_one_is_told(program: Any) -> None:
    signed, other = sign_in(program.doors), sign_in(program.doors, name="other")
    await policy(program, other, hold_days="12")
    late = await policy(program, signed, loan_days="20", version="0")
    assert (late.status_code, "other changed settings meanwhile" in late.text) == (422, True)
    assert program.doors.rules.policy.loan_days == 28


async def test_notices_leave_as_they_are_set_here(program: Any) -> None:
    signed = sign_in(program.doors)
    fields = {"send-OVERDUE": "on", "send-READY_FOR_PICKUP": "on", "delay_s-OVERDUE": "0", "overdue_days": "1, 8; 22", "together_s": "0",
              "quiet": "21:00 \u2013 08:00", "open_days_only": "on", "channels-1": "mail"}  # fmt: skip
    assert (await save(program, signed, "settings/set", section="notices", **fields)).status_code == 303
    usual = program.doors.rules.telling.usual
    assert (usual.send, usual.overdue_days) == ({NoticeType.OVERDUE, NoticeType.READY_FOR_PICKUP}, (1, 8, 22))
    assert (usual.together, usual.open_days_only, usual.delays) == (timedelta(), True, {NoticeType.OVERDUE: timedelta()})
    for wrong, said in (({"overdue_days": "8, 1"}, "rising"), ({"quiet": "night"}, "21:00-08:00"), ({"channels-1": "owl"}, "choose among")):
        answer = await save(program, signed, "settings/set", section="notices", **(fields | wrong))
        assert (answer.status_code, said in answer.text) == (422, True), said
    assert program.doors.rules.telling.usual == usual


async def test_a_desk_has_terms_of_its_own_and_the_first_that_fit_count(program: Any) -> None:
    signed = sign_in(program.doors)
    told = {"quiet-how": "none", "overdue-how": "own", "overdue_days": "3", "hold_reminder_days": "5", "open_days_only": "yes"}
    assert (await save(program, signed, "settings/terms/0/set", desk="main", **told)).status_code == 303
    assert (await save(program, signed, "settings/terms/1/set", desk="main", due_soon_days="9")).status_code == 303
    terms = program.doors.rules.telling.at("main", "nobody")
    assert (terms.overdue_days, terms.hold_reminder_days, terms.due_soon_days, terms.open_days_only) == ((3,), 5, 3, True)
    assert 'value="5"' in await show(program, signed, "settings/terms/0")
    await save(program, signed, "settings/terms/1/first")
    assert program.doors.rules.telling.at("main", "nobody").due_soon_days == 9
    await save(program, signed, "settings/terms/0/drop")
    await save(program, signed, "settings/terms/0/drop")
    assert program.doors.rules.telling.scopes == ()
    for fields, said in (({}, "for which desk"), ({"desk": "moon"}, "no desk moon"), ({"partner": "moon"}, "no partner moon"),
                         ({"desk": "main", "due_soon_days": "900"}, "days are from 0 to 90")):  # fmt: skip
        answer = await save(program, signed, "settings/terms/0/set", **fields)
        assert (answer.status_code, said in answer.text) == (422, True), said
    assert (await program.http.get("/admin/settings/terms/7", headers=signed.cookie)).status_code == 404


async def test_a_sentence_is_said_in_own_words_from_the_next_scan_on_and_as_usual_again(program: Any) -> None:
    signed = sign_in(program.doors)
    await save(program, signed, "words/U3/set", en="What is this? Scan its slip.", de="")
    reply = program.doors.scan("main-1", BOOK, program.doors.new_id())
    assert reply.message == "What is this? Scan its slip."
    text = await show(program, signed, "words")
    assert ("What is this? Scan its slip." in text, "own words" in text) == (True, True)
    for sentence in ("Where is {patron}?", "{code", "{0}"):
        answer = await save(program, signed, "words/U3/set", en=sentence, de="")
        assert (answer.status_code, "braces must be in pairs" in answer.text) == (422, True), sentence
    assert (await save(program, signed, "words/nothing/set", en="x", de="")).status_code == 404
    await save(program, signed, "words/U3/set", en="", de="")
    assert not any(program.doors.settings.words.values())


async def test_the_file_may_forbid_it_and_then_counts_alone(program: Any) -> None:
    signed = sign_in(program.doors)
    await policy(program, signed, hold_days="12")
    program.doors.base = HubSettings.model_validate({"pages": {"may_edit": False}})
    program.doors.take_settings()
    assert program.doors.rules.policy.hold_days == 10
    answer = await policy(program, signed, hold_days="13")
    assert (answer.status_code, "may_edit = false" in answer.text) == (422, True)
    assert "<button>Save" not in await show(program, signed, "settings")


async def test_what_does_not_fit_a_changed_file_is_left_out_and_said(program: Any) -> None:
    signed = sign_in(program.doors)
    await policy(program, signed, hold_reminder_days="8")
    program.doors.base = HubSettings.model_validate({"policy": {"hold_days": 5}})
    program.doors.take_settings()
    assert (program.doors.rules.policy.hold_days, program.doors.rules.telling.usual.hold_reminder_days) == (5, 2)
    text = await show(program, signed, "settings")
    assert ("does not fit the settings file any more" in text, "not in force" in text) == (True, True)


async def test_nothing_else_can_be_changed_by_name(program: Any) -> None:
    signed = sign_in(program.doors)
    for path in ("mqtt.password", "barcodes.item", "site", "words.en", "notices.channel", "nothing.at-all", ""):
        assert (await save(program, signed, "settings/reset", path=path)).status_code == 422, path
    assert (await save(program, signed, "settings/set", section="mqtt", password="x")).status_code == 422
    assert program.doors.connection.execute("SELECT count(*) FROM setting_change").fetchone()[0] == 0


def test_every_value_that_a_page_may_change_goes_there_and_back() -> None:
    base = HubSettings.model_validate({"notices": {"at": [{"desk": "main", "quiet": ""}], "delay_s": {"LOST": 5}}})
    changes = {f"{section}.{key}": value_of(base, f"{section}.{key}") for section, keys in EDITABLE.items() for key in keys}
    found = fitted(base, changes)
    assert isinstance(found, HubSettings)
    assert found.site_rules() == base.site_rules()
