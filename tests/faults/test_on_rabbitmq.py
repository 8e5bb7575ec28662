"""Two hubs on RabbitMQ, a broker that can be a cluster (its MQTT plugin, 3.1.1): scans, killed hub and broker, a lost station: minutes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from broker.messages import StationState
from broker.promises import SessionSettings
from hub.demo import card, item_barcode
from tests.faults.two_hubs import SETTLED_S, TwoHubs, holder_of, opened, rules, scanned
from tests.support.house import SITE
from tests.support.programs import wait_for
from tests.support.rabbitmq import START_LIMIT_S, RabbitMq

pytest.importorskip("psycopg", reason="the driver is missing: pip install 'holdshelf[postgres]'")

pytestmark = pytest.mark.needs("postgres", "rabbitmq-server")


class OnRabbitMq(TwoHubs):
    """The same house with another broker."""

    def _furnish(self) -> None:
        super()._furnish()
        files = [self.data.hub_toml, self._second_toml, *self.data.stations.glob("*.toml")]
        for file in files:
            file.write_text(file.read_text().replace("[mqtt]\n", '[mqtt]\nprotocol = "3.1.1"\n', 1))

    def start_broker(self) -> None:
        if not hasattr(self, "node"):
            self.node = RabbitMq(self.data.path / "rabbitmq", self.accounts(), site=SITE, port=self.broker_port)
            self.broker = self.node  # type: ignore[assignment]  # all that a house asks of a broker
        self._outside.call(self.node.start(), START_LIMIT_S)

    def kill_broker(self) -> None:
        self._outside.call(self.node.crash())

    def _session_settings(self, name: str, password: str, keys: tuple[str, ...]) -> SessionSettings:
        return replace(super()._session_settings(name, password, keys), protocol="3.1.1")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[OnRabbitMq]:
    with opened(OnRabbitMq, tmp_path) as library:
        yield library


def test_a_book_goes_round_while_a_hub_and_the_broker_are_killed_and_a_station_vanishes(library: OnRabbitMq) -> None:
    request, book = library.created("The Overstory"), item_barcode(1)
    scanned(library, "rs-1", request)
    killed = holder_of(library, "rs-1")
    library.hub_named(killed).kill()
    scanned(library, "rs-1", book)
    assert holder_of(library, "rs-1") != killed
    library.launch(killed)
    wait_for(library.both_there, "both hubs to be there", SETTLED_S)

    topic = library.root.topic("state", station="joint-1")
    library.kill_broker()
    before = len(library.listener.heard(topic))
    library.desks["main-1"].scanner.write(book.encode() + b"\r")
    library.start_broker()
    wait_for(lambda: ("main-1", "T1") in rules(library), "the scan that waited at its station", SETTLED_S)
    scanned(library, "main-1", card(1))
    scanned(library, "main-1", book)
    assert rules(library) == [("rs-1", "slip.armed"), ("rs-1", "U2"), ("main-1", "T1"), ("main-1", "patron.open"), ("main-1", "H2")]
    library.listener.wait_for_event(request, "item.checked_out")

    wait_for(lambda: len(library.listener.heard(topic)) > before, "the other station to be back at the broker", SETTLED_S)
    # Its last will: nobody said goodbye.
    library.desks["joint-1"].programs[-1].kill()
    wait_for(lambda: _online(library, topic) is False, "the last will of a station")
    wait_for(lambda: library.query("SELECT online FROM station WHERE name = 'joint-1'") == [(False,)], "its hub to hear it")
    library.desks["joint-1"].launch()
    wait_for(lambda: library.query("SELECT online FROM station WHERE name = 'joint-1'") == [(True,)], "it to be back", SETTLED_S)


def _online(library: OnRabbitMq, topic: str) -> bool | None:
    heard = library.listener.heard(topic)
    return StationState.model_validate_json(heard[-1]).online if heard else None
