"""Tells the owners in Telegram, once, when something needs a person, and when it is over."""

import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.notifier import Send
from handlers.alarms import all_clear, notice
from handlers.texts import Words
from storage import alarms
from storage.alarms import Alarm
from storage.database import Database

logger = logging.getLogger(__name__)

# What passes by itself within this time needs nobody.
PATIENCE = timedelta(minutes=3)
LEAST_FREE_BYTES = 300 * 2**20

Probe = Callable[[], str | None]


class Alarms:
    """Looks at what may be wrong whenever it is asked to."""

    def __init__(
        self,
        database: Database,
        owners: Sequence[int],
        send: Send,
        words: Words,
        probes: Mapping[Alarm, Probe],
        *,
        now: Callable[[], datetime],
    ) -> None:
        """A probe says what is wrong, or None; that the database answers is found out here."""
        self._database = database
        self._owners = owners
        self._send = send
        self._words = words
        self._probes = probes
        self._now = now
        self._since: dict[Alarm, datetime] = {}
        self._told: frozenset[Alarm] = frozenset()
        # What stands in the database; None until it has answered once.
        self._written: frozenset[Alarm] | None = None

    async def look_for_trouble(self) -> None:
        """Tell what has been wrong for a while, and what is over. What cannot be told now is told the next time."""
        now = self._now()
        found = {alarm: problem for alarm, probe in self._probes.items() if (problem := probe())}
        if problem := await self._ask_database():
            found[Alarm.DATABASE] = problem
        self._since = {alarm: self._since.get(alarm, now) for alarm in found}
        told = self._told
        for alarm, reason in found.items():
            lasts = now - self._since[alarm] >= PATIENCE
            if lasts and alarm not in told and await self._tell(notice(alarm, self._words, reason=reason)):
                told |= {alarm}
        for alarm in sorted(told - found.keys()):
            if await self._tell(all_clear(alarm, self._words)):
                told -= {alarm}
        self._told = told
        await self._write(now)

    async def _ask_database(self) -> str | None:
        try:
            async with self._database.read() as connection:
                written = await alarms.told(connection)
        except (SQLAlchemyError, OSError) as error:
            return str(error).partition("\n")[0]
        if self._written is None:  # the first look after a start
            self._told |= written
        self._written = written
        return None

    async def _write(self, now: datetime) -> None:
        if self._written is None or self._told == self._written:
            return
        try:
            async with self._database.write() as connection:
                await alarms.remember(connection, self._told, now=now)
        except (SQLAlchemyError, OSError) as error:
            logger.error(
                "the owners may be told twice, since the database does not answer: %s", str(error).partition("\n")[0]
            )

    async def _tell(self, html: str) -> bool:
        return all([await self._send(owner, html) for owner in self._owners])


def disk_probe(file: Path) -> Probe:
    """Return a probe of the room that is left beside this file."""

    def probe() -> str | None:
        try:
            free = shutil.disk_usage(file.parent).free
        except OSError as error:
            return error.strerror
        return None if free >= LEAST_FREE_BYTES else f"{free // 2**20} MiB free: {file.parent}"

    return probe
