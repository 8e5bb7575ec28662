"""The delivery protocol simulated: nothing lost, nothing doubled, nothing out of order, and every rule broken on purpose is caught.

A short form of ``python -m tests.simulation``, which runs thousands of seeds.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from station.go_back_n import LANES, LaneName
from station.journal import Journal, Lane, open_journal
from station.moment import Moment
from tests.simulation import journal as simulated
from tests.simulation.__main__ import caught
from tests.simulation.mutants import MUTANTS
from tests.simulation.shrink import shrink
from tests.simulation.world import RARE, TROUBLE, WORK, World, run

SEEDS = 120
REAL: dict[LaneName, Lane] = {"scans": Lane.SCANS, "faults": Lane.FAULTS}
START = datetime(2026, 1, 1, tzinfo=UTC)


def test_nothing_is_lost_doubled_or_out_of_order() -> None:
    assert [(seed, finding) for seed in range(SEEDS) if (finding := run(seed)) is not None] == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_rule_is_caught(name: str) -> None:
    assert caught(name, 500) is not None, f"{MUTANTS[name][0]}, and nobody noticed"


def test_everything_happens() -> None:
    counts: Counter[str] = Counter()
    effects = 0
    for seed in range(40):
        world = World(seed)
        world.run()
        counts.update(world.counts)
        effects += world.witness.effects
    assert {*WORK, *TROUBLE, *RARE, "tick", "connect"} <= counts.keys()
    assert effects > 1000


def test_a_failing_seed_is_the_same_each_time_and_fewer_steps_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.core.streams.stale", lambda memory, key: False)
    seed, finding = next((seed, finding) for seed in range(500) if (finding := run(seed)) is not None)
    assert run(seed) == finding
    without = shrink(seed, 400, finding)
    again = run(seed, without=without)
    assert again is not None
    assert again.kind == finding.kind
    assert len(without) > 300


@pytest.mark.parametrize("seed", range(5))
def test_the_simulated_journal_is_like_the_real_one(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    real, model = open_journal(tmp_path / "journal.db", lambda: "1"), simulated.Journal("1")
    for turn in range(60):
        _do_the_same(chance, real, model, turn)
        for name in LANES:
            bounds = real.bounds(REAL[name])
            assert (bounds.lowest, bounds.next_seq, bounds.position) == (model.lowest(name), model.next[name], model.position(name))
            rows = [(row.seq, int(row.body)) for row in real.rows(REAL[name], 1, 1000)]
            assert rows == model.some(name, 1, 1000)
        if turn % 10 == 9:
            real.close()
            real = open_journal(tmp_path / "journal.db", lambda: "none")
            model.confirmed.update(model.told)
            assert real.incarnation == model.incarnation
    real.close()


def _do_the_same(chance: Random, real: Journal, model: simulated.Journal, turn: int) -> None:
    name = chance.choice(LANES)
    at = chance.randrange(40)
    match chance.choice(("append",) * 6 + ("confirm", "confirm", "note", "purge", "again")):
        case "append":
            moment = Moment(START + timedelta(days=at), turn, "boot")
            assert real.append(REAL[name], str(turn).encode(), moment) == model.append(name, turn, at)
        case "confirm":
            position = chance.randrange(model.next[name])
            real.confirm(REAL[name], position)
            model.told[name] = position
        case "note":
            real.note()
            model.note()
        case "purge":
            before = sum(len(rows) for rows in model.rows.values())
            gone = real.purge(START + timedelta(days=at))
            model.purge(at)
            assert gone == before - sum(len(rows) for rows in model.rows.values())
        case _ if chance.randrange(4) == 0:
            real.start_again(f"{turn}")
            model.start_again(f"{turn}")
