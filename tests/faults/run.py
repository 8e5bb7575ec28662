"""One run: a library is opened, books go round while things are killed, and then everything is counted."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub.errors import DataFolderError
from hub.store.sql import DATABASE_ERRORS
from tests.faults.books import RS, WAYS, WAYS_OF_LETTERS, Book, Way, Work, patron_of, scans_of, ways_for
from tests.faults.check import Evidence, Finding, check
from tests.faults.clerk import Clerk
from tests.faults.forms import FORMS, POSTGRESQL, SQLITE, Fault, Form, schedule
from tests.faults.guests import Guests
from tests.faults.library import Library
from tests.faults.mutants import MUTANTS, VARIABLE
from tests.faults.on_mail import let_time_pass, send_again
from tests.faults.parts import HubPart
from tests.faults.stray import NAME, Stray, stray_settings
from tests.faults.trouble import Trouble
from tests.faults.two_hubs import ByTurns, TwoHubs
from tests.faults.witness import Testimony, Witness
from tests.support.postgres import Server, running_server
from tests.support.programs import wait_for

REPOSITORY = Path(__file__).parents[2]
CREATED_A_WORD = 500
PARKED = 2
"""Books that stay in transit: what the stray station sees."""
SCANS_A_STRAY = 5
SETTLE_LIMIT_S = 60.0
WAITING = "SELECT 1 FROM notice WHERE state IN ('queued', 'failed')"
MOST_HOURS = 12
"""So often the time for letters that were put off is let pass in the end."""
PATIENCE_S = 15.0
MUTANT_SCANS = 150
MUTANT_SEEDS = 5
MUTANT_LIMIT_S = 180.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run; ``mutant`` names a program broken on purpose."""

    seed: int
    scans: int
    folder: Path
    limit_s: float
    mutant: str | None = None
    form: str = "kills"
    store: str = SQLITE
    brisk: bool = False
    """Whether clerks hardly pause."""

    @property
    def shape(self) -> Form:
        """Give the form with what can go wrong with this store."""
        form = FORMS[self.form].on(self.store)
        return form.brisk() if self.brisk else form


@dataclass
class Outcome:
    """What came of it."""

    order: Order
    findings: list[Finding] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    logs: str = ""

    @property
    def replay(self) -> str:
        """Give the one command that runs the same again."""
        mutant = f" --mutant {self.order.mutant}" if self.order.mutant else ""
        store = f" --store {self.order.store}" if self.order.store != SQLITE else ""
        brisk = " --brisk" if self.order.brisk else ""
        return f'make faults ARGS="--form {self.order.form} --seed {self.order.seed} --scans {self.order.scans}{store}{brisk}{mutant}"'

    def report(self) -> str:
        """Give the whole outcome as text."""
        lines = [f"  {finding.kind}: {finding.words}" for finding in self.findings]
        told = ", ".join(f"{name} {value:g}" for name, value in self.figures.items())
        done = ", ".join(f"{kind} {count}" for kind, count in sorted(self.faults.items()))
        verdict = "\n".join([f"{len(lines)} findings", *lines[:40], f"again: {self.replay}"]) if lines else "nothing lost, nothing doubled"
        return f"seed {self.order.seed}: {verdict}\n  {told}\n  faults: {done}"


def run(order: Order, say: Say) -> Outcome:
    """Run once and give what was found; every process is gone afterwards."""
    began = time.monotonic()
    order.folder.mkdir(parents=True, exist_ok=True)
    witness = Witness(order.folder / "witness.jsonl")
    outcome = Outcome(order)
    with contextlib.closing(witness), _server(order) as server, _programs(order) as environment:
        kind = TwoHubs if order.shape.hubs else Library
        library = kind(order.folder, witness, environment, order.shape, server)
        _Run(order, library, witness, say).into(outcome)
        outcome.logs += library.logs() if outcome.findings else ""
    outcome.faults = dict(Testimony.read(witness.path).faults)
    outcome.figures["seconds"] = round(time.monotonic() - began, 1)
    return outcome


class _Run:
    """The parts of one run."""

    def __init__(self, order: Order, library: Library, witness: Witness, say: Say) -> None:
        self._order = order
        self._library = library
        self._witness = witness
        self._say = say
        self._decided: set[str] = set()
        self._asked_at = 0.0
        self._end = time.monotonic() + order.limit_s
        self._stuck: list[Finding] = []
        self._figures: dict[str, float] = {}
        self._form = order.shape
        self._came_anyway: set[str] = set()

    def into(self, outcome: Outcome) -> None:
        """Do it all, judge, and write down what was found; a run that got stuck is judged by what there is."""
        try:
            with self._library:
                evidence = self._go()
                # Before a disk that is only there for the run goes.
                outcome.findings = [*self._stuck, *check(evidence)]
            outcome.figures = evidence.figures
        except AssertionError as error:
            outcome.findings = [*self._stuck, _stuck(error)]
            outcome.logs = str(error)

    def _all_there(self) -> bool:
        """Fail at once when something ended that nobody asked to: it would be waited for in vain."""
        self._library.check()
        return True

    def _go(self) -> Evidence:
        library, order = self._library, self._order
        library.open_desks()
        books, parked = self._create()
        form = self._form
        faults = schedule(random.Random(order.seed), scans_of(books), form)
        self._say(f"seed {order.seed}: {len(books)} books, {scans_of(books)} scans, {len(faults)} faults")
        stray = self._stray(parked)
        work = Work(books, random.Random(order.seed + 1), self._is_decided, self._patron_comes, brisk=order.brisk)
        guests = Guests(library, stray)
        trouble = self._trouble(faults, work, guests)
        clerks = [
            Clerk(desk, work, self._witness, trouble.scan_on, order.seed + place, brisk=order.brisk)
            for place, desk in enumerate(library.desks.values())
        ]
        try:
            for clerk in clerks:
                clerk.start()
            self._try(lambda: trouble.run(lambda: _go_on(clerks)))
            self._wait(lambda: _go_on(clerks) and self._all_there() and work.done, "the work to be done", limit_s=self._left())
            library.wait_until_all_answer()
            self._settle(stray, work)
        finally:
            for clerk in clerks:
                clerk.stop()
            stray.close()
        library.check()
        library.close_desks()
        if isinstance(trouble, ByTurns):
            self._figures = trouble.figures()
            self._stuck += [Finding("late", words) for words in trouble.findings()]
        return self._evidence(books, parked, stray, clerks, guests)

    def _trouble(self, faults: list[Fault], work: Work, guests: Guests) -> Trouble:
        if isinstance(self._library, TwoHubs):
            return ByTurns(self._library, self._witness, faults, self._form, work, guests, self._say)
        return Trouble(self._library, self._witness, faults, self._form, work, guests, self._say)

    def _create(self) -> tuple[list[Book], list[Book]]:
        """Create every request over HTTP; the parked books are received at once."""
        chance = random.Random(self._order.seed + 2)
        ways: list[Way | None] = [*ways_for(self._order.scans, WAYS_OF_LETTERS if self._form.letters else WAYS), *[None] * PARKED]
        books = [self._book(number, way, patient=chance.random() < 0.6) for number, way in enumerate(ways, 1)]
        parked = books[-PARKED:]
        for book in parked:
            for what in book.way[0].scans:
                self._scan_in_peace(book.barcode(what))
        return books[:-PARKED], parked

    def _book(self, number: int, way: Way | None, *, patient: bool) -> Book:
        steps, pickup = way or (WAYS[0][0][:1], "main")
        request = self._library.created(f"Book {number}", pickup_desk=pickup, patron=patron_of(number))
        if number % CREATED_A_WORD == 0:
            self._say(f"{number} requests made")
        return Book(number, request, steps, patient)

    def _scan_in_peace(self, barcode: str) -> None:
        desk = self._library.desks[RS]
        after = desk.highest
        self._witness.scan(RS, barcode)
        desk.scanner.write(barcode.encode() + b"\r")
        wait_for(lambda: desk.light_for(barcode, after) is not None, f"the first light for {barcode}")

    def _stray(self, parked: list[Book]) -> Stray:
        library, account = self._library, self._library.account(NAME)
        settings = stray_settings(library.broker_port, account.password, library.root)
        count = max(20, self._order.scans // SCANS_A_STRAY)
        return Stray(library.outside, settings, library.root, (parked[0].item, parked[1].item), count, self._order.seed)

    def _is_decided(self, scan_id: str) -> bool:
        """Whether a desk was told, or, where a kill took the answer, whether the hub has it: staff look it up then."""
        if any(scan_id in desk.replied for desk in self._library.desks.values()) or scan_id in self._decided:
            return True
        if time.monotonic() > self._asked_at + 0.5:
            self._asked_at = time.monotonic()
            # A database server may be away just now.
            with contextlib.suppress(*DATABASE_ERRORS, DataFolderError):
                self._decided = {row[0] for row in self._library.query("SELECT scan_id FROM scan")}
        return scan_id in self._decided

    def _patron_comes(self, book: Book) -> bool:
        """With the letter; or without it, to be found in the end, if the hub had all the time to send it."""
        if self._library.post.has_written_to(book.request):
            return True
        if self._library.hub_up_s() <= PATIENCE_S:
            return False
        self._came_anyway.add(book.request)
        return True

    def _settle(self, stray: Stray, work: Work) -> None:
        """Wait until all is confirmed, answered and sent."""
        library = self._library
        lit = {scan_id for desk in library.desks.values() for scan_id in desk.stored}
        self._wait(lambda: all(map(self._is_decided, lit)), "every stored scan to reach the hub")
        self._wait(lambda: not any(desk.unanswered() for desk in library.desks.values()), "every desk to be answered")
        self._letters_leave(work)
        self._wait(lambda: stray.done, "the stray station's stream to be taken")

    def _letters_leave(self, work: Work) -> None:
        """Wait for every letter; where the mail server was bad staff send what failed again, and the hours go by that the hub waits."""
        if not self._form.clocks:
            self._wait(lambda: self._library.query(WAITING) == [], "every letter to leave")
            return
        self._library.post.order("forget")
        for _ in range(MOST_HOURS):
            self._an_hour_later(work)
            if self._library.query(WAITING) == []:
                return

    def _an_hour_later(self, work: Work) -> None:
        library = self._library
        send_again(library)
        let_time_pass(library, work)
        # A hub looks at its clock again within a minute, and at once when it starts.
        library.hub.stop()
        HubPart(library).start()
        library.wait_until_all_answer()
        now_ms = round(library.clocks[HubPart.name].now() * 1000)
        self._wait(lambda: library.query(f"{WAITING} AND not_before <= ?", now_ms) == [], "every letter that is due to leave")

    def _wait(self, condition: Callable[[], bool], what: str, limit_s: float = SETTLE_LIMIT_S) -> None:
        self._try(lambda: wait_for(condition, what, min(limit_s, self._left())))

    def _try(self, act: Callable[[], None]) -> None:
        """Do it, and go on to the judgement even if it was in vain."""
        try:
            act()
        except AssertionError as error:
            self._stuck.append(_stuck(error))
            self._say(f"STUCK: {error}")

    def _left(self) -> float:
        return max(1.0, self._end - time.monotonic())

    def _evidence(self, books: list[Book], parked: list[Book], stray: Stray, clerks: list[Clerk], guests: Guests) -> Evidence:
        library = self._library
        library.post.look()
        return Evidence(
            testimony=Testimony.read(self._witness.path),
            kinds=self._form.kinds,
            books=books,
            parked=parked,
            database=library.place,
            journals={name: library.data.stations / f"{name}.journal.db" for name in library.desks},
            letters=library.post.letters,
            events=[(delivery.topic, delivery.payload) for delivery in library.listener.deliveries],
            heard_before=library.heard_before,
            stray=stray.streams,
            put_aside=guests.put_aside,
            came_anyway=self._came_anyway if self._form.may_keep_letters else set(),
            set_back_s=library.set_back_s,
            joint=self._form.joint,
            clock_was_set=bool(library.clocks),
            figures={
                "scanned": self._witness.scanned,
                "again": sum(clerk.again for clerk in clerks),
                "stray": stray.sent,
                "gaps": stray.gaps,
            }
            | self._figures,
        )


def _stuck(error: AssertionError) -> Finding:
    words = str(error).splitlines()[0]
    return Finding("ended" if "by itself" in words else "stuck", words)


def _go_on(clerks: list[Clerk]) -> bool:
    """Raise what stopped a clerk; else True."""
    for clerk in clerks:
        if clerk.failed is not None:
            raise AssertionError(f"{clerk.failed}") from clerk.failed
    return True


@contextlib.contextmanager
def _programs(order: Order) -> Iterator[Mapping[str, str]]:
    """Give the environment programs are started in; for a mutant, scripts that break themselves first."""
    if order.mutant is None:
        yield {}
        return
    scripts = order.folder / "bin"
    scripts.mkdir()
    for name, program in (("holdshelf", "hub"), ("holdshelf-station", "station")):
        _write_script(scripts / name, program)
    before = os.environ.get("HOLDSHELF_BIN")
    os.environ["HOLDSHELF_BIN"] = str(scripts)
    try:
        yield {VARIABLE: order.mutant}
    finally:
        del os.environ["HOLDSHELF_BIN"]
        if before is not None:
            os.environ["HOLDSHELF_BIN"] = before


@contextlib.contextmanager
def _server(order: Order) -> Iterator[Server | None]:
    """Give a database server of the run's own, that keeps what it promises; None where the store is a file."""
    if order.store != POSTGRESQL and not order.shape.hubs:
        yield None
        return
    with running_server(durable=True) as server:
        yield server


def _write_script(path: Path, program: str) -> None:
    path.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(REPOSITORY)!r})\n"
        f"from tests.faults.mutants import main\nsys.exit(main({program!r}))\n"
    )
    path.chmod(0o700)


def forget(order: Order) -> None:
    """Remove what a good run left."""
    shutil.rmtree(order.folder, ignore_errors=True)


def is_caught(name: str, seed: int, folder: Path, say: Say) -> bool:
    """Say whether a mutant is caught, by a finding of the kind it must make, with one of a few seeds."""
    for each in range(seed, seed + MUTANT_SEEDS):
        outcome = run(Order(each, MUTANT_SCANS, folder / f"{name}-{each}", MUTANT_LIMIT_S, name, MUTANTS[name].form), say)
        say(outcome.report())
        forget(outcome.order)
        if MUTANTS[name].caught_by & {finding.kind for finding in outcome.findings}:
            return True
    return False
