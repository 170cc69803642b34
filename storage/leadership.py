"""Of several processes on one PostgreSQL, the one that leads: it alone polls, schedules, fetches and sends.

An advisory lock elects it, and falls to another one as soon as the connection that holds it is gone. What the lock
cannot tell is whether its holder still runs: a process that is stopped, or cut off from the database, keeps its
connection or does not know that it has lost it. So the leader also renews a lease. It does nothing once its lease has
run out by its own clock, and nobody else begins before it has run out by the database's: two never lead at once.

On SQLite the one that leads holds a lock on a file, and a second process stands by until that ends.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.sole import SoleUse

logger = logging.getLogger(__name__)

# Seconds. A leader that cannot renew its lease for so long has lost it.
LEASE_S = 4.0
RENEW_S = 1.0
# How often those that stand by look whether there is a leader.
LOOK_S = 0.5
# Any number that no other use of advisory locks has (storage.dialect takes 32 bits without sign).
_LOCK = -20_260_301

_TRY = text("SELECT pg_try_advisory_lock(:lock)")
_RENEW = text("UPDATE leaders SET renewed_at = clock_timestamp() WHERE name = :name")
_BEGIN = text(
    "INSERT INTO leaders (id, name, renewed_at) VALUES (1, :name, clock_timestamp())"
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name, renewed_at = excluded.renewed_at"
)
_END = text("DELETE FROM leaders WHERE name = :name")
_AGE = text("SELECT name, extract(epoch FROM clock_timestamp() - renewed_at)::float8 AS age FROM leaders")
# Every connection of the leader, since a transaction of one that is stopped would hold its rows for ever.
_CUT_OFF = text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = :name")


def steady_clock() -> float:
    """Return seconds that go on while the process, or the whole machine, is stopped."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Leadership:
    """One process's part in the election. `acquire` first, then `keep` for as long as it lasts."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = steady_clock) -> None:
        """`database` must have been given a name that no other process has."""
        self._database = database
        self._clock = clock
        self._sole = SoleUse(database.file) if database.file else None
        self._until = float("-inf")
        self._stack = AsyncExitStack()
        self._connection: AsyncConnection | None = None

    def is_held(self) -> bool:
        """Whether this process may act as the leader now. Ask immediately before what only one may do."""
        return self._clock() < self._until

    async def acquire(self) -> None:
        """Return when this process leads. Say once that another one does."""
        told = False
        while not await self._try_safely():
            if not told:
                logger.info("standing by: another process leads")
                told = True
            await asyncio.sleep(LOOK_S)

    async def keep(self) -> None:
        """Renew the lease; return when it is lost, which is final: `acquire` again with a new instance."""
        if self._connection is None:
            await asyncio.Event().wait()
            return
        while self.is_held():
            try:
                async with asyncio.timeout(self._until - self._clock()):
                    await asyncio.sleep(RENEW_S)
                    await self._renew(self._connection)
            except (SQLAlchemyError, OSError) as error:  # the latter also when it takes too long
                logger.warning("the lease could not be renewed: %s", str(error).partition("\n")[0])
                break
        self._until = float("-inf")
        logger.error("this process leads no more; it stands by, and another takes over")

    async def release(self) -> None:
        """Let another process lead at once. Call it when nothing is under way any more."""
        if self._sole:
            self._until = float("-inf")
            self._sole.give_back()
            return
        connection, self._connection = self._connection, None
        held, self._until = self.is_held(), float("-inf")
        if connection is not None:
            try:
                async with asyncio.timeout(RENEW_S):
                    if held:
                        await connection.execute(_END, {"name": self._database.name})
            except (SQLAlchemyError, OSError) as error:
                logger.warning("the lease could not be given back: %s", str(error).partition("\n")[0])
            # Not into the pool: a connection that is used again would still hold the lock.
            await connection.invalidate()
        await self._stack.aclose()

    async def _try_safely(self) -> bool:
        try:
            return await self._try()
        except (SQLAlchemyError, OSError) as error:
            logger.warning(
                "who leads cannot be asked, since the database does not answer: %s", str(error).partition("\n")[0]
            )
            await self.release()
            return False

    async def _try(self) -> bool:
        if self._sole:
            if self._sole.take():
                self._until = float("inf")  # for as long as the process lives
            return self.is_held()
        if self._connection is None:
            self._connection = await self._stack.enter_async_context(self._database.autocommit())
        connection = self._connection
        if not await connection.scalar(_TRY, {"lock": _LOCK}):
            leader = (await connection.execute(_AGE)).one_or_none()
            if leader is not None and leader.age > LEASE_S:
                cut = await connection.scalar(_CUT_OFF, {"name": leader.name})
                logger.warning("the leader has been silent for %.1f s; %s connections of it are ended", leader.age, cut)
            return False
        # The lock may have fallen to us because its holder was cut off, and does not know yet.
        leader = (await connection.execute(_AGE)).one_or_none()
        if leader is not None and leader.age < LEASE_S:
            await asyncio.sleep(LEASE_S - leader.age)
        if leader is not None:
            await connection.scalar(_CUT_OFF, {"name": leader.name})
        began = self._clock()
        await connection.execute(_BEGIN, {"name": self._database.name})
        self._until = began + LEASE_S
        return True

    async def _renew(self, connection: AsyncConnection) -> None:
        began = self._clock()
        result = await connection.execute(_RENEW, {"name": self._database.name})
        # Without the row somebody else leads, or did.
        self._until = began + LEASE_S if result.rowcount == 1 else float("-inf")
