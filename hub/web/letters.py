"""Letters with sample data, to be looked at and sent to oneself before patrons get them: for admins."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub.core.notices import NoticeType
from hub.errors import HubError
from hub.letters.dates import MONTHS
from hub.senders.sample_desk import sample_desk
from hub.senders.try_letter import Sample
from hub.web.inside import Hand, Inside
from hub.web.shell import in_words, page
from hub.web.visitor import Admin, AdminChanges, Visitor, fields_of
from hub.web.words import NAMES, say

router = APIRouter(include_in_schema=False)

LETTER_HEADERS = {
    # A letter brings its own style and nothing else; no script of it runs, and only our page may frame it.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
    "X-Frame-Options": "SAMEORIGIN",
}


@router.get("/letters")
async def letters(hand: Hand, visitor: Admin, request: Request) -> Response:
    """Show a letter."""
    return await _page(hand, visitor, dict(request.query_params), done=request.query_params.get("done") == "sent")


@router.get("/letters/as-html")
async def as_html(hand: Hand, visitor: Admin, request: Request) -> Response:
    """Give a letter as a mail program would show it."""
    kind, language, several = _chosen(dict(request.query_params), visitor)
    sample = hand.doors.trial.show(kind, language, await hand.read(sample_desk), hand.doors.now(), several=several)
    return HTMLResponse(sample.html, headers=LETTER_HEADERS)


@router.post("/letters/send")
async def send(hand: Hand, visitor: AdminChanges, request: Request) -> Response:
    """Send a letter to whoever wants to see it in their own mail program."""
    given = await fields_of(request)
    kind, language, several = _chosen(given, visitor)
    try:
        await hand.doors.trial.send(
            kind, language, await hand.read(sample_desk), given.get("to", "").strip(), hand.doors.now(), several=several
        )
    except HubError as error:
        return await _page(hand, visitor, given, 422, wrong=in_words(error, visitor.language))
    # The address is in no URL.
    more = "&several=1" if several else ""
    return RedirectResponse(f"/letters?kind={kind}&language={language}{more}&done=sent", 303)


def _chosen(given: dict[str, str], visitor: Visitor) -> tuple[NoticeType, str, bool]:
    kind, language = given.get("kind", ""), given.get("language", "")
    chosen = NoticeType(kind) if kind in NoticeType.__members__ else NoticeType.READY_FOR_PICKUP
    return chosen, language if language in MONTHS else visitor.language, given.get("several") == "1"


async def _page(
    hand: Inside, visitor: Visitor, given: dict[str, str], status: int = 200, *, wrong: str | None = None, done: bool = False
) -> Response:
    kind, language, several = _chosen(given, visitor)
    sample: Sample | None = None
    try:
        sample = hand.doors.trial.show(kind, language, await hand.read(sample_desk), hand.doors.now(), several=several)
    except HubError as error:
        wrong = wrong or in_words(error, visitor.language)
    values = {
        "sample": None if sample is None else asdict(sample),
        "kinds": list(NoticeType),
        "kind": kind,
        "of": {code: NAMES[code] for code in MONTHS},
        "letter_language": language,
        "several": several,
        "to": given.get("to", ""),
        "wrong": wrong,
        "done": say(visitor.language, "letters.done") if done else None,
    }
    return page(hand, visitor, "letters.html", "admin", status, at="letters", **values)
