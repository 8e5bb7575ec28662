"""The sentences of the broker's session, each found again by its key."""

from __future__ import annotations

import ast
import inspect
import socket
import ssl

import pytest

from broker import refusals
from station.reasons import FROM_THE_BROKER, reason
from station.words import ENGLISH, GERMAN, Key, Saying, spoken

PLACE = "broker.example:8883"
LOGIN = {"place": PLACE, "user": "main-1", "client_id": "main-1", "protocol": "5"}
CLOSED = {"place": PLACE, "client_id": "main-1"}


def untrusted() -> ssl.SSLCertVerificationError:
    """Give the error of a handshake with a certificate that nobody trusts."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


def no_tls() -> ssl.SSLError:
    """Give the error of a handshake with something that does not speak TLS."""
    error = ssl.SSLError(1, "wrong version number")
    error.reason = "WRONG_VERSION_NUMBER"
    return error


SENTENCES = {
    Key.CERTIFICATE_FILES_UNUSABLE: refusals.unreachable(refusals.TlsFilesUnusable("ca.pem: No such file or directory"), PLACE),
    Key.CERTIFICATE_REFUSED: refusals.unreachable(untrusted(), PLACE),
    Key.TLS_FAILED: refusals.unreachable(no_tls(), PLACE),
    Key.NAME_UNKNOWN: refusals.unreachable(socket.gaierror(-2, "Name or service not known"), PLACE),
    Key.TOO_SLOW: refusals.unreachable(TimeoutError(), PLACE),
    Key.NOTHING_LISTENS: refusals.unreachable(ConnectionRefusedError(), PLACE),
    Key.UNREACHABLE: refusals.unreachable(OSError(101, "Network is unreachable"), PLACE),
    Key.LOGIN_REFUSED: refusals.login_refused(refusals.BAD_LOGIN, "Bad user name or password", **LOGIN),
    Key.CLIENT_ID_REFUSED: refusals.login_refused(refusals.BAD_CLIENT_ID, "Client identifier not valid", **LOGIN),
    Key.OTHER_PROTOCOL: refusals.login_refused(refusals.UNSUPPORTED_PROTOCOL, "Unsupported protocol version", **LOGIN),
    Key.CONNECTION_REFUSED: refusals.login_refused(refusals.UNAVAILABLE, "Server unavailable", **LOGIN),
    Key.TAKEN_OVER: refusals.closed(refusals.TAKEN_OVER, "Session taken over", **CLOSED),
    Key.NOT_ALLOWED: refusals.closed(refusals.NOT_AUTHORISED, "Not authorized", **CLOSED),
    Key.MESSAGE_TOO_LARGE: refusals.closed(refusals.TOO_LARGE, "Packet too large", **CLOSED),
    Key.SHUTTING_DOWN: refusals.closed(refusals.SHUTTING_DOWN, "Server shutting down", **CLOSED),
    Key.NO_SIGN_OF_LIFE: refusals.closed(refusals.SILENT, "Keep alive timeout", **CLOSED),
    Key.CONNECTION_ENDED: refusals.closed(0x97, "Quota exceeded", **CLOSED),
    Key.CONNECTION_BROKE: refusals.hung_up(PLACE, "main-1"),
    Key.UNREADABLE: refusals.unreadable(PLACE, "ValueError"),
    Key.LOGIN_UNANSWERED: refusals.no_answer(PLACE, "login"),
    Key.SUBSCRIPTION_UNANSWERED: refusals.no_answer(PLACE, "subscription"),
    Key.HUNG_UP_AT_LOGIN: refusals.hung_up_at_login(PLACE, "main-1"),
    Key.SUBSCRIPTIONS_REFUSED: refusals.subscriptions_refused(PLACE, "main-1", [("a/b", "Not authorized"), ("c", "Not authorized")]),
    Key.LARGER_THAN_TAKEN: "larger than the broker takes (2048 bytes)",
}


@pytest.mark.parametrize("key", FROM_THE_BROKER)
def test_each_sentence_is_found_by_its_key_and_reads_the_same_in_english(key: Key) -> None:
    found = reason(SENTENCES[key])
    assert found.key is key
    assert spoken(found, ENGLISH) == SENTENCES[key]


def test_a_broker_that_is_not_there_is_told_in_german() -> None:
    said = spoken(Saying(Key.OFFLINE, {"reason": reason(SENTENCES[Key.NOTHING_LISTENS])}), GERMAN)
    assert said.startswith(f"Offline: Unter {PLACE} nimmt kein Programm Verbindungen an.")
    assert said.endswith("Es kann weiter gescannt werden.")


def test_a_sentence_nobody_knows_is_said_as_it_came() -> None:
    assert spoken(reason("Not authorized"), GERMAN) == "Not authorized"


def test_no_sentence_of_the_session_is_left_out() -> None:
    returns = [node for node in ast.walk(ast.parse(inspect.getsource(refusals))) if isinstance(node, ast.Return)]
    # One chooses between others.
    ways_out = [node for node in returns if not isinstance(node.value, ast.Call | ast.IfExp)]
    # One function says two of them, and the last one is the session's own.
    assert len(ways_out) == len(SENTENCES) - 2
