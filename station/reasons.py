"""Why there is no connection: the English sentences of the broker's session, found again by key to be said in another language."""

from __future__ import annotations

import re

from station.words import ENGLISH, Key, Saying

FROM_THE_BROKER = (
    Key.CERTIFICATE_FILES_UNUSABLE,
    Key.CERTIFICATE_REFUSED,
    Key.TLS_FAILED,
    Key.NAME_UNKNOWN,
    Key.TOO_SLOW,
    Key.NOTHING_LISTENS,
    Key.UNREACHABLE,
    Key.LOGIN_REFUSED,
    Key.CLIENT_ID_REFUSED,
    Key.OTHER_PROTOCOL,
    Key.CONNECTION_REFUSED,
    Key.TAKEN_OVER,
    Key.NOT_ALLOWED,
    Key.MESSAGE_TOO_LARGE,
    Key.SHUTTING_DOWN,
    Key.NO_SIGN_OF_LIFE,
    Key.CONNECTION_ENDED,
    Key.CONNECTION_BROKE,
    Key.UNREADABLE,
    Key.LOGIN_UNANSWERED,
    Key.SUBSCRIPTION_UNANSWERED,
    Key.HUNG_UP_AT_LOGIN,
    Key.SUBSCRIPTIONS_REFUSED,
    Key.LARGER_THAN_TAKEN,
)

_PLACE = re.compile(r"\\\{(\w+)\\\}")


def reason(sentence: str) -> Saying:
    """Give the saying behind a sentence of the broker's session; one that is not known is said as it came."""
    for key in FROM_THE_BROKER:
        if found := re.fullmatch(_pattern(ENGLISH[key]), sentence, re.DOTALL):
            return Saying(key, found.groupdict())
    return Saying(Key.AS_TOLD, {"sentence": sentence})


def _pattern(template: str) -> str:
    return _PLACE.sub(r"(?P<\1>.*)", re.escape(template))
