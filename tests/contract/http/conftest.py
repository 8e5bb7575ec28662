"""A small library's web for each test, and a program that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from hub.core.accounts import StaffRole
from tests.support.staff import Signed, sign_in
from tests.support.web import ADA, TestDoors, a_web, client_of


@dataclass
class Program:
    """Somebody else's program, with the token; ``doors`` is the hub behind it."""

    http: httpx.AsyncClient
    app: FastAPI
    doors: TestDoors

    async def get(self, path: str, **params: Any) -> Any:
        """Give what a GET answers."""
        answer = await self.http.get(f"/api/v1{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, path: str, status: int = 200, **body: Any) -> Any:
        """Give what a POST answers."""
        answer = await self.http.post(f"/api/v1{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def patch(self, path: str, status: int = 200, **body: Any) -> Any:
        """Give what a PATCH answers."""
        answer = await self.http.patch(f"/api/v1{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def put(self, path: str, status: int = 200, **body: Any) -> Any:
        """Give what a PUT answers."""
        answer = await self.http.put(f"/api/v1{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def request(self, title: str = "The Overstory", **more: Any) -> str:
        """Create a request and give its id."""
        body = {"title": title, "requester": ADA, "pickup_desk": "main", "partner": "tul", "confirm": True} | more
        return str((await self.post("/requests", 201, **body))["request_id"])

    async def scan(self, station: str, barcode: str, **more: Any) -> Any:
        """Give the reply to a scan."""
        return await self.post("/scans", station=station, barcode=barcode, **more)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[FastAPI, TestDoors]]:
    """Give an app with the hub behind it."""
    with a_web(tmp_path) as made:
        yield made


@pytest.fixture
async def program(web: tuple[FastAPI, TestDoors]) -> AsyncIterator[Program]:
    """Give a program that has the token."""
    app, doors = web
    async with client_of(app) as http:
        yield Program(http, app, doors)


@pytest.fixture
def maria(program: Any) -> Signed:
    """Somebody who works on requests."""
    return sign_in(program.doors, StaffRole.RESOURCE_SHARING, "maria")
