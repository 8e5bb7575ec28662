"""A day with every log switched on: no card, name or address of a patron in any log, metric, topic, address or command line.

One place is left out by its nature: a scanned card travels as the scan that it is, on the topic that only the hub may read.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.embedded import find_mosquitto
from broker.mosquitto import Account
from broker.topics import Party
from hub.demo import PATRONS, card, item_barcode
from tests.support.house import House, Station, after
from tests.support.outside import Guest
from tests.support.programs import wait_for

SPY = Account("spy", "the-spys-own-password", Party.NOTIFIER)
BOOK, OTHER_BOOK = item_barcode(1), item_barcode(2)
NEW_CARD, NEW_NAME, NEW_ADDRESS = "20000000009999", "Zoë Quartermain", "zoe.q@quartermain.example"
TITLE = "A Title Nobody Should Log"
SECRETS = (
    *(card(number) for number in range(1, len(PATRONS) + 1)),
    *(part for _, name in PATRONS for part in (name, name.split()[-1]) if len(part) > 2),
    *(f"patron{number}@" for number in range(1, len(PATRONS) + 1)),
    NEW_CARD,
    NEW_NAME,
    "Quartermain",
    NEW_ADDRESS,
)


@pytest.fixture
def loud_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A library whose programs say everything they can, in lines for programs."""
    if find_mosquitto() is None:
        pytest.skip("The mosquitto broker is missing: apt-get install mosquitto.")
    monkeypatch.setenv("HOLDSHELF_LOG", "DEBUG")
    monkeypatch.setenv("HOLDSHELF_LOG_FORMAT", "json")
    with House(tmp_path) as house:
        yield house


def test_a_day_with_every_log_on_tells_nothing_of_a_patron(loud_house: House) -> None:
    house = loud_house
    heard = _spy(house)
    metrics = [house.api.get("/metrics").text]
    rs, main = house.station("rs-1"), house.station("main-1")
    _a_books_way(house, rs, main)
    _what_goes_wrong(house, rs, main)
    metrics.append(house.api.get("/metrics").text)
    for program in house.programs():
        assert _found_in(Path(f"/proc/{program.pid}/cmdline").read_text()) == []
    wait_for(lambda: len(house.mail.messages) >= 2, "the letters to have left")
    for station in (rs, main):
        station.programs[-1].stop()
    house.stop_hub()
    heard.close()
    told = [line for program in (*house.programs(), *house.hubs) for line in program.err.all()]

    # The search finds something where there is something to be found.
    letters = "".join(message.as_string() for message in house.mail.messages)
    assert _found_in(letters) != []
    scans = [delivery for delivery in heard.deliveries if delivery.topic.endswith("/scan")]
    assert any(card(1).encode() in delivery.payload for delivery in scans)
    assert {'"action": "take_scan"', '"action": "send_notice"', '"action": "quarantine"'} <= _actions(told)

    others = [delivery for delivery in heard.deliveries if not delivery.topic.endswith("/scan")]
    assert {delivery.topic.split("/")[3] for delivery in others} >= {"station", "event", "desk", "notice", "hub"}
    assert [(delivery.topic, found) for delivery in others if (found := _found_in(f"{delivery.topic} {delivery.payload.decode()}"))] == []
    assert [(line, found) for line in told if (found := _found_in(line))] == []
    assert [line for line in told if TITLE in line] == []
    assert [line for text in metrics for line in text.splitlines() if _found_in(line) or TITLE in line or BOOK in line] == []


def test_no_address_of_the_api_asks_for_a_patrons_data(loud_house: House) -> None:
    described = loud_house.api.get(str(loud_house.api.base_url).replace("/api/v1/", "/api/openapi.json")).json()
    names = {
        parameter["name"].lower()
        for path in described["paths"].values()
        for act in path.values()
        for parameter in act.get("parameters", ())
        if parameter["in"] in ("path", "query")
    }
    assert names & {"card", "requester", "email", "patron", "alias"} == set()
    assert {"request_id", "ref"} <= names


def _a_books_way(house: House, rs: Station, main: Station) -> None:
    request = house.created(TITLE)
    rs.scan(request)
    rs.scan(BOOK)
    main.scan(BOOK)
    house.listener.wait_for_event(request, "notice.sent")
    main.scan(card(1))
    lent = main.scan(BOOK)
    after(lent, 1)
    main.scan(BOOK)
    assert rs.scan(BOOK).rule == "B1"


def _what_goes_wrong(house: House, rs: Station, main: Station) -> None:
    """Wrong cards, cards where a book is awaited, cards in bad requests, and a scan the hub stumbles over."""
    request = house.created(TITLE, patron=2)
    rs.scan(request)
    for code in (card(2), card(2), card(3), NEW_CARD):
        rs.scan(code)
    rs.scan(request)
    rs.scan(OTHER_BOOK)
    main.scan(OTHER_BOOK)
    main.scan(card(3))
    main.scan(OTHER_BOOK)
    house.api.post("/patrons", json={"card": NEW_CARD, "alias": "Gull 1", "name": NEW_NAME, "email": NEW_ADDRESS})
    house.api.post("/patrons", json={"card": NEW_CARD, "alias": "Gull 1", "name": NEW_NAME, "email": NEW_ADDRESS})
    house.api.post("/patrons/lookup", json={"card": NEW_CARD})
    house.api.post("/patrons/lookup", json={"card": {"is": NEW_CARD}})
    house.api.post("/requests", json={"title": "", "requester": NEW_CARD, "pickup_desk": NEW_NAME, "partner": NEW_ADDRESS})
    house.api.post("/requests", content=f'{{"requester": "{NEW_CARD}", '.encode(), headers={"Content-Type": "application/json"})
    house.api.post("/scans", json={"station": "east-1", "barcode": card(2)})
    house.api.post("/scans", json={"station": "no-such-station", "barcode": card(2)})
    # A value that no such column may hold, and an error whose words hold it: what a bug may do.
    house.stop_hub()
    house.execute("UPDATE item SET state = ? WHERE barcode = ?", card(2), OTHER_BOOK)
    house.start_hub()
    assert main.scan(OTHER_BOOK).rule == "poison"


def _spy(house: House) -> Guest:
    """Let somebody in who hears everything there is, as the broker's own administrator could."""
    accounts = house.data.accounts(house.data.settings())
    house._outside.call(house.broker.set_accounts([*accounts, SPY]))
    acl = house.data.broker / "acl"
    acl.write_text(f"{acl.read_text()}\nuser spy\ntopic read #\n")
    assert house.broker.pid is not None
    os.kill(house.broker.pid, signal.SIGHUP)
    return house.spy(SPY)


def _found_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret.lower() in text.lower()]


def _actions(lines: list[str]) -> set[str]:
    return {found for line in lines for found in re.findall(r'"action": "\w+"', line)}
