"""What a broken or refused connection means, in one sentence that names what to check."""

from __future__ import annotations

import socket
import ssl

# MQTT 5 reason codes (section 2.4); the session turns those of 3.1.1 into these.
UNSPECIFIED = 0x80
UNSUPPORTED_PROTOCOL = 0x84
BAD_CLIENT_ID = 0x85
BAD_LOGIN = 0x86
NOT_AUTHORISED = 0x87
UNAVAILABLE = 0x88
SHUTTING_DOWN = 0x8B
SILENT = 0x8D
TAKEN_OVER = 0x8E
TOO_LARGE = 0x95


class TlsFilesUnusable(OSError):
    """A certificate file cannot be used; the broker was not even asked."""


def unreachable(error: BaseException, place: str) -> str:
    """Say why no connection came about."""
    if isinstance(error, TlsFilesUnusable):
        return f"The certificate files for the broker at {place} cannot be used ({error}). Check ca_file, cert_file and key_file."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of the broker at {place} was not accepted ({error.verify_message}). Check ca_file and the host name."
    if isinstance(error, ssl.SSLError):
        return f"TLS with the broker at {place} failed ({error.reason or error}). Check that this port speaks TLS."
    if isinstance(error, socket.gaierror):
        return f"The name in {place} could not be resolved. Check host, and the network's name server."
    if isinstance(error, TimeoutError):
        return f"The broker at {place} did not answer in time. Check host, port and firewall."
    if isinstance(error, ConnectionRefusedError):
        return f"Nothing listens at {place}. Check that the broker runs, and host and port."
    return f"The broker at {place} cannot be reached ({error})."


def login_refused(code: int, name: str, *, place: str, user: str, client_id: str, protocol: str) -> str:
    """Say why the broker answered the login with no."""
    if code in (BAD_LOGIN, NOT_AUTHORISED):
        return f"The broker at {place} refused the login of {user!r}. Check user name and password here and in the broker's password file."
    if code == BAD_CLIENT_ID:
        return f"The broker at {place} refused the client id {client_id!r}. Check that it is allowed for user {user!r}."
    if code == UNSUPPORTED_PROTOCOL:
        other = "3.1.1" if protocol == "5" else "5"
        return f"The broker at {place} does not speak MQTT {protocol} here. Set protocol to {other}."
    return f"The broker at {place} refused the connection: {name}."


def ended(code: int, name: str, *, logged_in: bool, place: str, user: str, client_id: str) -> str:
    """Say why a connection ended, at the login or later; ``name`` is the code in the words of the protocol."""
    if not logged_in:
        return hung_up_at_login(place, user)
    return hung_up(place, client_id) if code == UNSPECIFIED else closed(code, name, place=place, client_id=client_id)


def closed(code: int, name: str, *, place: str, client_id: str) -> str:
    """Say why an open connection ended; ``name`` is the code in the words of the protocol."""
    if code == TAKEN_OVER:
        return f"Another program logged in at {place} as {client_id!r} and took this session. Stop one of the two."
    if code == NOT_AUTHORISED:
        return f"The broker at {place} closed the connection of {client_id!r}: not allowed. Check its access list."
    if code == TOO_LARGE:
        return f"The broker at {place} closed the connection: a message was larger than it takes."
    if code == SHUTTING_DOWN:
        return f"The broker at {place} is shutting down."
    if code == SILENT:
        return f"The broker at {place} gave no sign of life."
    return f"The broker at {place} ended the connection: {name}."


def hung_up(place: str, client_id: str) -> str:
    """Say that the connection broke without a word, and what brokers use to do that for."""
    return (
        f"The connection to the broker at {place} broke. If this repeats, check whether another program logs in as {client_id!r}, "
        "and whether the broker's access list allows what is sent."
    )


def unreadable(place: str, kind: str) -> str:
    """Say that the peer does not speak MQTT as agreed."""
    return f"What {place} sent is not readable as MQTT ({kind}). Check that the port is a broker's."


def no_answer(place: str, step: str) -> str:
    """Say at which step the broker fell silent."""
    return f"The broker at {place} did not answer the {step} in time."


def hung_up_at_login(place: str, user: str) -> str:
    """Say that the connection was closed before the login was answered: some brokers refuse so."""
    return f"The broker at {place} closed the connection at login. Check user name and password of {user!r}, and the MQTT version."


def subscriptions_refused(place: str, user: str, refused: list[tuple[str, str]]) -> str:
    """Say which subscriptions were refused; a session without them would be silently deaf."""
    which = ", ".join(f"{topic} ({name})" for topic, name in refused)
    return f"The broker at {place} refused subscriptions of {user!r}: {which}. Check its access list."
