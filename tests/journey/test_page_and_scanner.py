"""A book's whole way by page and scanner together, the wrong turns too: real programs, a real browser, at a desk and on a phone.

``HOLDSHELF_PICTURES=FOLDER`` keeps what was seen; the guides show some of it.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from hub.demo import PATRONS, card, item_barcode
from tests.pages.browser import PROGRAM, Browser, a_browser
from tests.support.house import House, Knobs, Station, after
from tests.support.programs import Program, wait_for

KNOBS = Knobs(ready_delay_s=5, patron_session_s=60, handover_s=2)
PASSWORD = "three words of mine"
STRANGE = "99999999999999"
SIZES = {"desk": (1366, 768), "phone": (390, 844)}
HEAD, LEAD, TONE = (f"document.querySelector('#big [data-field={field}]').textContent" for field in ("head", "lead", "tone_words"))
ROWS, WAITS = (f"document.querySelectorAll('#{list} > li').length" for list in ("rows", "waits"))
RULES = ["create", "U2", "T1", "UNDO", "T1", "H2", "C2", "B1"]
T = TypeVar("T")

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs chromium: apt-get install chromium")


class Staff:
    """Maria, at one browser."""

    def __init__(self, browser: Browser, house: House, size: str, pictures: Path) -> None:
        self.browser, self._house, self._size, self._pictures = browser, house, size, pictures
        self.address = str(house.api.base_url).removesuffix("/api/v1/")

    async def open(self, path: str, until: str = "true") -> None:
        """Go to a page, and see that it fits."""
        width, height = SIZES[self._size]
        await self.browser.open(f"{self.address}{path}", width=width, height=height)
        await self.browser.until(until)
        assert await self.browser.value("document.documentElement.scrollWidth") == width, path

    async def at_desk(self, desk: str) -> None:
        """Stand at a desk whose page is live."""
        await self.open(f"/desk/{desk}", "document.getElementById('desk').dataset.live === 'yes'")
        await self.browser.value("void (window.untouched = true)")

    async def sees(self, expression: str) -> None:
        """See something come by itself, on a page that was not loaded anew."""
        await self.browser.until(f"({expression}) && window.untouched")

    async def is_answered(self) -> None:
        """See that nothing typed waits for its answer any more: the news of it may be here first."""
        await self.sees("document.getElementById('unsent').hidden")

    async def write(self, selector: str, text: str) -> None:
        """Write into a field."""
        await self.browser.value(f"document.querySelector({selector!r}).focus()")
        await self.browser.type(text)

    async def press(self, selector: str) -> None:
        """Press a button by keyboard."""
        await self.browser.value(f"document.querySelector({selector!r}).focus()")
        await self.browser.press("Enter")

    async def picture(self, name: str) -> None:
        """Keep what is seen now."""
        await self.browser.value("window.scrollTo(0, 0)")
        await self.browser.picture(self._pictures / f"{name}-{self._size}.png")

    async def sign_in(self) -> None:
        """Come in by the door."""
        await self.open("/enter", "document.getElementById('name') !== null")
        await self.write("#name", "maria")
        await self.browser.press("Tab")
        await self.browser.type(PASSWORD)
        await self.browser.press("Enter")
        await self.browser.until("document.querySelector('.who') !== null")


@pytest.fixture(scope="module")
def maria(house: House) -> str:
    """Give somebody an account that may work on requests."""
    made = Program("holdshelf", "user", "add", "maria", "--role", "resource_sharing", "--data", house.data.path, typed=True)
    made.write(f"{PASSWORD}\n")
    assert made.ended() == 0, made.last_words()
    return "maria"


@pytest.fixture
async def staff(house: House, maria: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Staff]:
    """Give somebody of the staff, signed in at a screen of the size of this test."""
    pictures = Path(os.environ.get("HOLDSHELF_PICTURES", tmp_path))
    async with a_browser(tmp_path / "profile") as browser:
        came = Staff(browser, house, request.param, pictures)
        await came.sign_in()
        yield came


@dataclass(frozen=True)
class Walk:
    """One book's way, with what it needs at each step."""

    house: House
    staff: Staff
    book: str
    title: str
    named: str

    def station(self, name: str) -> Station:
        """Give a station."""
        return self.house.station(name)

    async def now(self, words: str) -> None:
        """See the first row of this book say how it is now."""
        mine = f"[...document.querySelectorAll('#rows [data-request=\"{self.named}\"] .now')]"
        await self.staff.sees(f"{mine}.at(-1)?.textContent === {json.dumps(words)}")


def says(words: str) -> str:
    """Give the expression that what is shown large has these words in it."""
    return f"document.getElementById('big').innerText.includes({json.dumps(words)})"


async def aside(act: Callable[..., T], *given: object) -> T:
    """Let a scanner or a hub work while the browser is listened to."""
    return await asyncio.to_thread(act, *given)


@pytest.mark.parametrize(("staff", "number"), [("desk", 1), ("phone", 2)], indirect=["staff"], ids=["desk", "phone"])
async def test_a_book_goes_round_by_page_and_scanner(house: House, staff: Staff, number: int) -> None:
    walk = await _asked_for(house, staff, number)
    await _received(walk)
    await _at_the_wrong_desk(walk)
    await _on_its_shelf_and_taken_back(walk)
    await _while_the_hub_is_away(walk)
    await _one_letter(walk)
    await _lent(walk)
    await _returned(walk)
    await _home(walk)
    # A browser says of a hub that is away, and of an answer of 409, that it is so.
    assert [each for each in staff.browser.complaints if "ERR_" not in each and "409" not in each] == []


async def _asked_for(house: House, staff: Staff, number: int) -> Walk:
    """1 to 5: the request is written on its page, in spite of one that is the same, and its slip is there to be printed."""
    for name in ("rs-1", "main-1", "east-1"):
        house.station(name)
    title = f"The Overstory {number}"
    twin = house.created(title)
    named = await _written(staff, title, twin)
    assert house.api.post(f"/requests/{twin}/cancel", json={"reason": "cancelled_by_staff"}).status_code == 200
    await staff.open(f"/requests/slips?id={named}", f"document.body.innerText.includes({json.dumps(named)})")
    await staff.picture("slip")
    return Walk(house, staff, item_barcode(number), title, named)


async def _written(staff: Staff, title: str, twin: str) -> str:
    """Write a request on its page, and say that it is meant beside its twin; gives its number."""
    await staff.open("/requests/new")
    await staff.write("#requester", card(1))
    await staff.browser.until("document.querySelector('#patrons input[name=card]:checked') !== null")
    await staff.browser.value("document.querySelector('#pickup_desk').value = 'main'")
    await staff.write("#title", title)
    await staff.write("#partner", "tul")
    await staff.browser.press("Enter")
    await staff.browser.until(f"document.querySelector('.beside')?.textContent.includes({json.dumps(twin)}) === true")
    await staff.picture("duplicate")
    await staff.press("button[name=confirm]")
    await staff.browser.until("location.pathname.startsWith('/request/ILL-')")
    await staff.picture("created")
    return str(await staff.browser.value("location.pathname.split('/')[2]"))


async def _received(walk: Walk) -> None:
    """6 to 8: the slip arms the desk, the page says for how long; then the book."""
    staff, station = walk.staff, walk.station("rs-1")
    await staff.at_desk("rs")
    await aside(station.scan, walk.named)
    await staff.sees(f"document.querySelector('#waits .wait-slip')?.innerText.includes({json.dumps(walk.title)})")
    assert "s left" in await staff.browser.value("document.querySelector('#waits .wait-slip .left').textContent")
    await staff.picture("armed")
    await aside(station.scan, walk.book)
    await staff.sees(f"{LEAD} === 'Send to' && {HEAD} === 'Main desk' && {WAITS} === 0")


async def _at_the_wrong_desk(walk: Walk) -> None:
    """The trolley went astray; and a barcode that nobody knows."""
    staff, station = walk.staff, walk.station("east-1")
    await staff.at_desk("east")
    await aside(station.scan, walk.book)
    await staff.sees(f"{says('Wrong desk')} && {TONE} === 'ROUTE'")
    await staff.picture("wrong-desk")
    await aside(station.scan, STRANGE)
    await staff.sees(f"{says('Not known here')} && {TONE} === 'NO'")


async def _on_its_shelf_and_taken_back(walk: Walk) -> None:
    """9: its pick-up desk; a second scan in the same moment is the same scan. It was the wrong pile: undone, and no letter leaves."""
    staff, station = walk.staff, walk.station("main-1")
    await staff.at_desk("main")
    rows = await staff.browser.value(ROWS)
    first, second = await aside(station.scan_all, [walk.book, walk.book])
    assert (first.rule, first.again, second.again) == ("T1", False, True)
    shelf = first.message.split(".")[0].removeprefix("Hold shelf ")
    await staff.sees(f"{says('scanned again')} && {LEAD} === 'Hold shelf' && {HEAD} === {json.dumps(shelf)}")
    assert await staff.browser.value(ROWS) == rows + 1
    await staff.picture("shelf")
    await staff.press('[data-send="%HS-UNDO"]')
    await walk.now("now on its way to the pick-up desk")
    await staff.is_answered()
    assert walk.house.listener.types(walk.named).count("notice.sent") == 0


async def _while_the_hub_is_away(walk: Walk) -> None:
    """The page says so; a scan waits at the station, what is typed waits on the page, and both are taken once."""
    staff, station = walk.staff, walk.station("main-1")
    await aside(walk.house.kill_hub)
    await staff.sees("!document.getElementById('lost').hidden")
    before = station.answered
    station.send(walk.book)
    await staff.write("#barcode", STRANGE)
    await staff.browser.press("Enter")
    await staff.sees("document.getElementById('unsent').textContent.startsWith('What was typed waits here')")
    await staff.picture("away")
    assert station.answered == before
    # Here and not aside: a program ends with the thread that started it.
    walk.house.start_hub()
    await staff.sees("document.getElementById('unsent').hidden && document.getElementById('lost').hidden")
    # A station shows what its page was told, too.
    await aside(wait_for, lambda: station.answered >= before + 2, "what waited to be answered")
    told = {reply.rule: reply.message for reply in station.replies()[before:]}
    assert (sorted(told), station.answered) == (["T1", "U3"], before + 2)
    await walk.now(f"now on the {told['T1'].split('.')[0].replace('Hold', 'hold')}")


async def _one_letter(walk: Walk) -> None:
    """The patron is told, once, and of the second time."""
    await aside(walk.house.listener.wait_for_event, walk.named, "notice.sent")
    subjects = [str(mail["Subject"]) for mail in walk.house.mail.messages]
    assert [subject for subject in subjects if "ready" in subject.lower() and walk.title in subject] == subjects[-1:]


async def _lent(walk: Walk) -> None:
    """10: the patron, seen as long as the session lasts; then the book."""
    staff, station, alias = walk.staff, walk.station("main-1"), PATRONS[0][0]
    await aside(station.scan, card(1))
    await staff.sees(f"document.getElementById('waits').innerText.includes({json.dumps(alias)})")
    await staff.picture("session")
    await aside(station.scan, walk.book)
    await staff.sees(says("Checked out"))
    await staff.press("#clear")
    await staff.sees(f"{WAITS} === 0 && document.getElementById('clear').hidden")
    assert alias not in await staff.browser.value("document.body.innerText")


async def _returned(walk: Walk) -> None:
    """11: back at the desk, once the moment of the hand-over is over."""
    station = walk.station("main-1")
    lent = next(reply for reply in reversed(station.replies()) if reply.rule == "H2")
    await aside(after, lent, KNOBS.handover_s)
    await aside(station.scan, walk.book)
    await walk.staff.sees(says("Returned"))


async def _home(walk: Walk) -> None:
    """12: typed at resource sharing, as by a scanner that types; the request's page says that it is over, and what was."""
    staff = walk.staff
    await staff.at_desk("rs")
    await staff.browser.type(walk.book)
    await staff.browser.press("Enter")
    await staff.sees(f"{says('Tulare County Library')} && {TONE} === 'OK'")
    await staff.is_answered()
    await staff.picture("ship-back")
    await staff.open(f"/request/{walk.named}", "document.querySelector('.now[data-state=CLOSED]') !== null")
    await staff.picture("closed")
    assert walk.house.get(f"/requests/{walk.named}")["outcome"] == "returned"
    history = walk.house.get(f"/requests/{walk.named}/history")["items"]
    assert [line["rule"] for line in history if line["kind"] == "transition"] == RULES
