"""Everything that goes wrong meanwhile, one thing after the other as the dice fall."""

import asyncio
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import text

from storage.database import Database
from tests.soak.bot_process import BotProcess
from tests.soak.client import Telegram

Lock = Callable[[], AbstractAsyncContextManager[None]]

# What Telegram answers to a message that it will not take, which only a mistake of ours would make it say.
INVENTED = "something is wrong"
# What the emulator can do, as its control takes it, and for how many seconds at most.
_FAULTS: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("down", 8, {"kind": "down"}),
    ("429", 6, {"kind": "fail", "status": 429, "retry_after": 2,
                "description": "Too Many Requests", "probability": 0.05}),
    ("500", 12, {"kind": "fail", "status": 500, "description": "Internal Server Error", "probability": 0.3}),
    ("502", 8, {"kind": "fail", "status": 502, "description": "Bad Gateway", "probability": 0.8}),
    ("403", 12, {"kind": "fail", "status": 403, "method": "sendMessage",
                 "description": "Forbidden: bot was blocked by the user", "probability": 0.02}),
    ("400", 12, {"kind": "fail", "status": 400, "method": "sendMessage",
                 "description": f"Bad Request: {INVENTED}", "probability": 0.005}),
    ("slow", 12, {"kind": "slow", "seconds": 2, "probability": 0.3}),
    ("slow answer", 10, {"kind": "slow_answer", "seconds": 25, "probability": 0.02}),
    ("lost before", 12, {"kind": "drop_before_accept", "probability": 0.2}),
    ("lost after", 12, {"kind": "drop_after_accept", "probability": 0.05}),
)  # fmt: skip


class Trouble:
    """Makes it, and remembers what there was."""

    def __init__(self, telegram: Telegram, bot: BotProcess, lock: Lock, random: Random) -> None:
        self._telegram = telegram
        self._bot = bot
        self._lock = lock
        self._random = random
        self.seen = Counter[str]()
        self.recent: list[str] = []

    async def make(self, *, restarts_until: float, until: float) -> None:
        """Go on until this time of the monotonic clock; the process is left alone from `restarts_until` on."""
        while time.monotonic() < until:
            await asyncio.sleep(self._random.uniform(4, 14))
            dice = self._random.random()
            if dice < 0.15 and time.monotonic() < restarts_until:
                signum = self._random.choice((signal.SIGKILL, signal.SIGTERM))
                await self._during(signum.name, self._bot.restart(signum))
            elif dice < 0.3:
                await self._during("locked", self._hold_lock(self._random.uniform(1, 7)))
            else:
                await self._strike()

    async def _strike(self) -> None:
        faults = self._random.sample(_FAULTS, self._random.choice((1, 1, 2)))
        for name, _longest, fault in faults:
            self._note(name)
            await self._telegram.act("faults", **fault)
        await asyncio.sleep(self._random.uniform(2, min(longest for _name, longest, _fault in faults)))
        await self._telegram.act("faults/clear")

    async def _hold_lock(self, seconds: float) -> None:
        async with self._lock():
            await asyncio.sleep(seconds)

    async def _during(self, name: str, trouble: Awaitable[None]) -> None:
        self._note(name)
        await trouble

    def _note(self, name: str) -> None:
        self.seen[name] += 1
        self.recent.append(name)


def lock_of(database: Database) -> Lock:
    """Return what locks this database against everybody else's writing."""

    @asynccontextmanager
    async def sqlite() -> AsyncIterator[None]:
        connection = await asyncio.to_thread(_locked, database.file)
        try:
            yield
        finally:
            connection.rollback()
            connection.close()

    @asynccontextmanager
    async def postgres() -> AsyncIterator[None]:
        async with database.write() as connection:
            # One table: between two, the bot may have taken the second one already and wait for the first.
            await connection.execute(text("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"))
            yield

    return sqlite if database.file else postgres


def _locked(file: Path | None) -> sqlite3.Connection:
    connection = sqlite3.connect(file or "", isolation_level=None, timeout=60, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection
