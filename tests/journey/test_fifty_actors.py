"""Fifty actors at one book at the same moment, half over MQTT and half over HTTP: one transition, forty-nine polite refusals."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx

from broker.codec import encode
from broker.messages import Reply, Scan
from hub.demo import item_barcode
from tests.support.house import House
from tests.support.programs import wait_for

EACH = 25
BOOK = item_barcode(50)
INCARNATION = "0197c0de-0000-7000-8000-0000000000ff"


def test_fifty_actors_make_one_transition(house: House) -> None:
    request = house.created("The Overstory")
    for barcode in (request, BOOK):
        house.station("rs-1").scan(barcode)
    version = house.get(f"/requests/{request}")["version"]
    crowd = [f"crowd-{number}" for number in range(EACH)]
    for name in crowd:
        assert house.api.post("/stations", json={"name": name, "desk": "main"}).status_code == 201
        house.data.add_station(name, house.data.settings())
    house.accept_logins()
    guests = {name: house.guest(house.account(name)) for name in crowd}
    start = threading.Barrier(2 * EACH)

    def scan(name: str, number: int) -> None:
        message = Scan(
            scan_id=f"0197c0de-0000-7000-8000-{number:012d}", station=name, incarnation=INCARNATION, seq=1, barcode=BOOK,
            source="serial", scanned_at=datetime.now(UTC), age_ms=0,
        )  # fmt: skip
        start.wait()
        assert guests[name].publish(house.root.topic("scan", station=name), encode(message)) is None

    def cancel(_number: int) -> httpx.Response:
        with httpx.Client(base_url=house.api.base_url, headers=house.api.headers, timeout=20) as client:
            start.wait()
            return client.post(f"/requests/{request}/cancel", json={"reason": "cancelled_by_staff", "version": version})

    with ThreadPoolExecutor(2 * EACH) as people:
        scans = [people.submit(scan, name, number) for number, name in enumerate(crowd)]
        answers = [people.submit(cancel, number) for number in range(EACH)]
        for done in scans:
            done.result()
        told = [done.result() for done in answers]
    replies = [_reply(house, name) for name in crowd]
    for guest in guests.values():
        guest.close()

    accepted = [reply for reply in replies if reply.outcome.value == "accepted"]
    agreed = [answer for answer in told if answer.status_code == 200]
    assert len(accepted) + len(agreed) == 1
    assert all("has changed meanwhile" in answer.json()["detail"] for answer in told if answer.status_code != 200)
    # On the shelf it is only looked at; turned round it is sent on; one scan may be the one it happened by.
    assert {reply.rule for reply in replies} <= ({"T1", "H1"} if accepted else {"B2"})
    moves = [line["rule"] for line in house.get(f"/requests/{request}/history")["items"] if line["kind"] == "transition"]
    assert moves == ["create", "U2", "T1" if accepted else "cancel"]


def _reply(house: House, name: str) -> Reply:
    topic = house.root.topic("reply", station=name)
    wait_for(lambda: bool(house.listener.heard(topic)), f"the reply to {name}")
    return Reply.model_validate_json(house.listener.heard(topic)[0])
