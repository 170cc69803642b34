"""Whether the bot is well, as what keeps it running asks: `/healthz` and `/readyz`."""

import asyncio
from collections.abc import Callable

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.web.server import json_answer
from storage.database import Database

# A database that does not answer within this time does not answer.
DATABASE_S = 3.0

Probe = Callable[[], str | None]
"""Returns None where all is well, or else what is wrong, in words that anybody may read."""


class Vitals:
    """What the bot's parts say of themselves. Each part joins when it starts."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._alive: dict[str, Probe] = {}
        self._ready: dict[str, Probe] = {"bot": lambda: self._phase}
        self._phase: str | None = None
        self.starting()

    def watch(self, name: str, task: asyncio.Task[None]) -> None:
        """The bot is alive only while this task runs."""
        self._alive[name] = lambda: "it has ended" if task.done() else None

    def add(self, name: str, probe: Probe) -> None:
        """The bot is ready only while this is well."""
        self._ready[name] = probe

    def standing_by(self) -> None:
        """Another process does the work."""
        self._phase = "it stands by: another process leads"

    def starting(self) -> None:
        """It is this process's turn."""
        self._phase = "it is starting"

    def started(self) -> None:
        """Everything runs."""
        self._phase = None

    def stopping(self) -> None:
        """The end has begun."""
        self._phase = "it is stopping"

    def routes(self) -> list[web.RouteDef]:
        """Return the two routes; each answers 200, or 503, with what each part says.

        `/healthz` is about the bot's own parts: where one has ended, only a new start helps. `/readyz` is also about
        what it needs from others, which a new start would bring back no sooner.
        """
        return [web.get("/healthz", self._healthz), web.get("/readyz", self._readyz)]

    async def problems(self) -> dict[str, str | None]:
        """Return what is wrong with each part, None where it is well."""
        found = {name: probe() for name, probe in (self._alive | self._ready).items()}
        return found | {"database": await self._ask_database()}

    async def _healthz(self, _request: web.Request) -> web.Response:
        return _answer({name: probe() for name, probe in self._alive.items()})

    async def _readyz(self, _request: web.Request) -> web.Response:
        return _answer(await self.problems())

    async def _ask_database(self) -> str | None:
        try:
            async with asyncio.timeout(DATABASE_S):
                await self._database.ping()
        except (SQLAlchemyError, OSError):  # the latter also when it takes too long
            # Not why: that may name hosts and paths.
            return "it does not answer"
        return None


def _answer(found: dict[str, str | None]) -> web.Response:
    well = not any(found.values())
    checks = {name: problem or "ok" for name, problem in found.items()}
    return json_answer({"status": "ok" if well else "unwell", "checks": checks}, status=200 if well else 503)
