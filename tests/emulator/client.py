"""A bare Bot API client for the tests: what it sends is what stands in the test."""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.emulator import Emulator

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
Json = dict[str, Any]


class Client:
    """Calls methods over HTTP with JSON bodies."""

    def __init__(self, session: aiohttp.ClientSession, emulator: Emulator) -> None:
        self.session = session
        self.emulator = emulator

    def address(self, method: str) -> str:
        return f"{self.emulator.url}/bot{TOKEN}/{method}"

    async def call(self, method: str, **params: Any) -> Json:
        """The whole answer, accepted or refused."""
        async with self.session.post(self.address(method), json=params) as response:
            body: Json = await response.json()
        assert response.status == (200 if body["ok"] else body["error_code"])
        return body

    async def ok(self, method: str, **params: Any) -> Any:
        """The result of a call that has to be accepted."""
        body = await self.call(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        """The description of a call that has to be refused."""
        body = await self.call(method, **params)
        assert not body["ok"], body
        description: str = body["description"]
        return description

    async def updates(self) -> list[Json]:
        """Everything that waits for the bot, confirmed."""
        found: list[Json] = await self.ok("getUpdates")
        if found:
            await self.ok("getUpdates", offset=found[-1]["update_id"] + 1)
        return found


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds

    def move(self, seconds: float) -> None:
        self.seconds += seconds
