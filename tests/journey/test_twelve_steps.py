"""A book's whole way, as staff and a patron walk it: the steps, what each desk is told, the letter, what others hear."""

from __future__ import annotations

from broker.messages import Reply
from hub.demo import card, item_barcode
from tests.support.house import House, Station, after
from tests.support.programs import wait_for

PATRON = card(1)
SEPARATE_EVENTS = [
    "request.created",
    "item.received",
    "item.in_transit",
    "item.on_hold_shelf",
    "notice.queued",
    "notice.sent",
    "item.checked_out",
    "item.returned",
    "item.in_transit",
    "temporary_item.deleted",
    "request.closed",
]
JOINT_EVENTS = [
    "request.created",
    "item.received",
    "item.on_hold_shelf",
    "notice.queued",
    "notice.sent",
    "item.checked_out",
    "item.sighted",
    "item.returned",
    "temporary_item.deleted",
    "request.closed",
]


def test_seven_scans_at_separate_desks_take_a_book_round(house_on_each: House) -> None:
    house, book = house_on_each, item_barcode(1)
    rs, main = house.station("rs-1"), house.station("main-1")
    request = _create_in_spite_of_a_duplicate(house, "The Overstory", "main")

    _told(rs.scan(request), "slip.armed", "info", "Receive The Overstory: now scan the item.")
    received = _told(rs.scan(book), "U2", "route", "Received. Send to Main desk.")
    assert [slip.kind for slip in received.slips] == ["transit"]

    shelved = _told(main.scan(book), "T1", "ok", "Hold shelf A1. Hold until ")
    assert (shelved.state, shelved.alert_type) == ("ON_HOLD_SHELF", "01")
    assert [slip.kind for slip in shelved.slips] == ["hold"]
    _one_letter(house, request, "The Overstory")

    _told(main.scan(PATRON), "patron.open", "info", "Heron 12: 1 ready on shelf A1.")
    lent = _told(main.scan(book), "H2", "ok", "Checked out. Due ")
    after(lent, 1)
    _told(main.scan(book), "C2", "route", "Returned. Send to resource sharing.")
    _told(rs.scan(book), "B1", "ok", "Done. Ship back to Tulare County Library.")

    _closed_and_gone(house, request, book)
    assert house.listener.types(request) == SEPARATE_EVENTS
    _history_holds(house, request, ["create", "U2", "T1", "H2", "C2", "B1"])
    _others_saw_the_replies(house, rs, main)


def test_five_scans_at_a_joint_desk_take_a_book_round(house_on_each: House) -> None:
    house, book = house_on_each, item_barcode(2)
    joint = house.station("joint-1")
    request = _create_in_spite_of_a_duplicate(house, "Austerlitz", "joint")

    _told(joint.scan(request), "slip.armed", "info", "Receive Austerlitz: now scan the item.")
    _told(joint.scan(book), "U2", "ok", "Received. Hold shelf J1, until ")
    _one_letter(house, request, "Austerlitz")

    _told(joint.scan(PATRON), "patron.open", "info", "Heron 12: 1 ready on shelf J1.")
    lent = _told(joint.scan(book), "H2", "ok", "Checked out. Due ")
    _told(joint.scan("%HS-CLEAR"), "command.clear", "info", "Cleared.")
    # The second scan of a hand-over must not close the loan that has just begun.
    _told(joint.scan(book), "C1", "info", "Checked out ")
    assert house.get(f"/requests/{request}")["state"] == "CHECKED_OUT"

    after(lent, 1)
    _told(joint.scan(book), "C3", "ok", "Returned. Ship back to Tulare County Library.")

    _closed_and_gone(house, request, book)
    assert house.listener.types(request) == JOINT_EVENTS
    _history_holds(house, request, ["create", "U2", "H2", "C3"])


def _create_in_spite_of_a_duplicate(house: House, title: str, pickup_desk: str) -> str:
    """Staff are warned of an open request for the same title; it is cancelled once the second is confirmed."""
    first = house.created(title, pickup_desk=pickup_desk)
    warned = house.create(title, pickup_desk=pickup_desk)
    assert warned.status_code == 409
    assert first in warned.text
    second = house.created(title, pickup_desk=pickup_desk, confirm=True)
    cancelled = house.api.post(f"/requests/{first}/cancel", json={"reason": "cancelled_by_staff"})
    assert cancelled.status_code == 200, cancelled.text
    return second


def _told(reply: Reply, rule: str, tone: str, words: str) -> Reply:
    assert (reply.rule, reply.tone.value) == (rule, tone), reply
    assert reply.message.startswith(words), reply.message
    assert not reply.again
    return reply


def _one_letter(house: House, request: str, title: str) -> None:
    """The letter is there, once, to the right patron, under the name it will keep for ever."""
    house.listener.wait_for_event(request, "notice.sent")
    message_id = f"<{request.lower()}.ready-for-pickup.1@main.holdshelf.invalid>"
    places = [place for place, found in enumerate(house.mail.ids()) if found == message_id]
    assert len(places) == 1, house.mail.ids()
    assert house.mail.recipients[places[0]] == "patron1@example.org"
    assert title in str(house.mail.messages[places[0]]["Subject"])


def _closed_and_gone(house: House, request: str, book: str) -> None:
    house.listener.wait_for_event(request, "request.closed")
    closed = house.get(f"/requests/{request}")
    assert (closed["state"], closed["outcome"]) == ("CLOSED", "returned")
    assert house.query("SELECT count(*) FROM item WHERE barcode = ? AND closed_at IS NULL", book) == [(0,)]
    assert house.get("/requests", state="active")["items"] == []


def _history_holds(house: House, request: str, rules: list[str]) -> None:
    """Every change of state, in order, each with the scan that caused it; and the letter."""
    lines = house.get(f"/requests/{request}/history")["items"]
    changes = [line for line in lines if line["kind"] == "transition"]
    assert [line["rule"] for line in changes] == rules
    assert all(line["scan_id"] for line in changes[1:])
    assert [line["became"] for line in changes][-1] == "CLOSED"
    assert [line["notice_state"] for line in lines if line["kind"] == "notice"] == ["queued", "sent"]


def _others_saw_the_replies(house: House, *stations: Station) -> None:
    """A display beside the desk hears exactly what the desk is told; on a slow machine an answer may come twice, as the same one."""
    for station in stations:
        topic, shown = house.root.topic("reply", station=station.name), station.replies()
        wait_for(lambda topic=topic, shown=shown: len(_heard(house, topic)) >= len(shown), f"the replies to {station.name} outside")  # type: ignore[misc]
        assert _heard(house, topic) == shown


def _heard(house: House, topic: str) -> list[Reply]:
    found = (Reply.model_validate_json(payload) for payload in house.listener.heard(topic))
    return list({reply.scan_id: reply for reply in found}.values())
