"""The emulator as the soak sees it: over HTTP, in another process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

_SLICE = 20_000


class RefusedByEmulatorError(Exception):
    """Nobody can do this: there is no such button, or nothing came in time."""


class Telegram:
    """Lets people act, faults strike, and tells what was accepted."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self.url = url

    async def act(self, path: str, **body: Any) -> Any:
        """Let somebody do something: `say`, `press`, `people`, `faults`."""
        async with self._session.post(f"{self.url}/emulator/{path}", json=body) as response:
            return await self._read(response)

    async def ask(self, path: str, **query: Any) -> Any:
        """Ask for something: `messages`, `wait`, `ledger`."""
        async with self._session.get(f"{self.url}/emulator/{path}", params=query) as response:
            return await self._read(response)

    async def say(self, person: int, text: str, *, wait: float, answer: str = "") -> Any:
        """Let somebody write; return the bot's next message to them that holds `answer`."""
        said = await self.act("say", user_id=person, text=text)
        return await self.wait(person, answer, after=said["message"]["message_id"], timeout=wait)

    async def wait(self, person: int, text: str, *, after: int, timeout: float) -> Any:
        """Return the bot's message behind `after` that holds the text, as it stands or will be edited."""
        return (await self.ask("wait", chat_id=person, text=text, after=after, timeout=timeout))["message"]

    async def accepted(self) -> AsyncIterator[dict[str, Any]]:
        """Yield everything that was accepted, oldest first."""
        start = 0
        while entries := (await self.ask("ledger/entries", start=start, count=_SLICE))["entries"]:
            for entry in entries:
                yield entry
            start += len(entries)

    async def _read(self, response: aiohttp.ClientResponse) -> Any:
        body = await response.json()
        if "error" in body:
            raise RefusedByEmulatorError(body["error"])
        return body


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Telegram]:
    """A client with connections of its own, as many as it takes."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=120)) as session:
        yield Telegram(session, url)
