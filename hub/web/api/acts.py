"""What staff do to a request without a scan: one address an act, each answered with the request as it is then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from hub.core.acts import OF_STAFF, Act
from hub.flows.act_on_request import act_on_request
from hub.store.pages.requests import RequestView, one_request
from hub.web.api.act_bodies import BODIES, SUMMARIES, ActBody
from hub.web.inside import Hand
from hub.web.lists import one

router = APIRouter(prefix="/requests", tags=["requests"])


def _route(act: Act, kind: type[ActBody]) -> Callable[..., Awaitable[Response]]:
    """Make the function of one act; its body is the act's own."""

    async def do(hand: Hand, request_id: str, body: ActBody) -> Response:
        wish = body.wish(act)
        write = partial(
            act_on_request, site=hand.doors.rules, named=request_id, wish=wish, actor=body.actor, version=body.version, now=hand.doors.now()
        )  # fmt: skip
        hand.doors.write(write)
        return await one(hand, partial(one_request, request_id=request_id), RequestView)

    do.__annotations__["body"] = kind
    do.__name__ = act.value.replace("-", "_")
    do.__doc__ = f"{SUMMARIES[act]}."
    return do


for _act in OF_STAFF:
    router.add_api_route(
        f"/{{request_id}}/{_act.value}", _route(_act, BODIES[_act]), methods=["POST"], summary=SUMMARIES[_act], response_model=RequestView
    )  # fmt: skip
