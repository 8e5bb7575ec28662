"""Accounts of staff from the command line: added, changed, removed, listed. The same as by HTTP."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import UTC, datetime
from typing import Any

from hub.ask_hub import ask
from hub.core.accounts import StaffRole, wrong_password
from hub.errors import HubError, Invalid
from hub.flows.keep_accounts import add_account, remove_account, saying, set_password, set_role
from hub.office import Office, plain
from hub.passwords import hashed
from hub.store.database import transaction
from hub.store.pages.accounts import AccountView, accounts
from hub.store.pages.cursor import Page
from hub.where import settings_file

MOST = 500


class UserDesk(Office):
    """One command's settings, and the hub or the database it works with."""

    def add(self, name: str, role: StaffRole, password: str) -> None:
        """Add an account."""
        if ask(self.settings, self.folder, "POST", "/users", {"name": name, "role": role.value, "password": password}) is None:
            kept = _kept(name, password)
            with self.database() as connection, transaction(connection):
                add_account(connection, name, role, kept, datetime.now(UTC))

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password."""
        if ask(self.settings, self.folder, "PATCH", f"/users/{name}", {"password": password}) is None:
            kept = _kept(name, password)
            with self.database() as connection, transaction(connection):
                set_password(connection, name, kept, datetime.now(UTC))

    def set_role(self, name: str, role: StaffRole) -> None:
        """Give an account another role."""
        if ask(self.settings, self.folder, "PATCH", f"/users/{name}", {"role": role.value}) is None:
            with self.database() as connection, transaction(connection):
                set_role(connection, name, role, datetime.now(UTC))

    def remove(self, name: str) -> None:
        """Remove an account."""
        if ask(self.settings, self.folder, "DELETE", f"/users/{name}") is None:
            with self.database() as connection, transaction(connection):
                remove_account(connection, name)

    def every(self) -> list[dict[str, Any]]:
        """Give all accounts as HTTP gives them."""
        answer: dict[str, Any] | None = ask(self.settings, self.folder, "GET", f"/users?limit={MOST}")
        if answer is None:
            answer = plain(Page[AccountView], self.read(lambda connection: accounts(connection, MOST)))
        found: list[dict[str, Any]] = answer["items"]
        return found


def user(options: argparse.Namespace) -> int:
    """Do one thing with accounts."""
    desk = UserDesk(settings_file(options))
    if options.action == "list":
        found = desk.every()
        print(json.dumps(found, indent=2) if options.json else "\n".join(f"{each['name']}  {each['role']}" for each in found))
        return 0
    match options.action:
        case "add":
            desk.add(options.name, StaffRole(options.role), _ask_password(options.name))
        case "password":
            desk.set_password(options.name, _ask_password(options.name))
        case "role":
            desk.set_role(options.name, StaffRole(options.role))
        case "remove":
            desk.remove(options.name)
    print(SAID[options.action].format(name=options.name))
    return 0


SAID = {
    "add": "{name} may sign in now.",
    "password": "{name} has a new password and is signed out everywhere.",
    "role": "{name} has another role and is signed out everywhere.",
    "remove": "{name} is removed and signed out everywhere.",
}


def _ask_password(name: str) -> str:
    """Ask twice on a terminal; otherwise the first line that comes is the password. Never an argument: others see those."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass(f"New password of {name}: ")
    if password != getpass.getpass("The same once more: "):
        raise HubError("The two are not the same; nothing was changed. Try again.")
    return password


def _kept(name: str, password: str) -> str:
    if (wrong := wrong_password(name, password)) is not None:
        raise saying(Invalid, wrong[0], **wrong[1])
    return hashed(password)
