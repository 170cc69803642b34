"""The clock: which job runs when. What is due stands in rows; APScheduler only asks, again and again."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import SQLAlchemyError

from storage import owing_digests, quiet, retention, settling, updates
from storage.database import Database
from storage.deliveries import Kind, State

logger = logging.getLogger(__name__)

DIGEST_TICK_S = 10
QUIET_TICK_S = 5
TIDY_TICK_S = 60
SOURCES_TICK_S = 5
WEBHOOK_TICK_S = 60
# What was posted to a process that stands by waits for so long.
TAKE_UP_TICK_S = 1
HUBS_TICK_S = 5
ALARMS_TICK_S = 30
DRAFTS_TICK_S = 1
RETENTION_TICK_S = 3600
# A chat that is shown how a broadcast goes is sent an edit so often: far below a message a second.
PROGRESS_TICK_S = 3


class Clock(AsyncIOScheduler):  # type: ignore[misc]  # it tells no types
    """Runs the jobs that `add` gave it, from `start` to `stop`."""

    def __init__(self) -> None:
        super().__init__(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
        self.under_way = set[asyncio.Task[Any]]()

    async def stop(self) -> None:
        """Cut short what is under way, and return when it has ended: no job uses the database any more."""
        self.shutdown(wait=False)
        await asyncio.sleep(0)  # it is done in the event loop's next turn
        if self.under_way:
            await asyncio.wait(self.under_way)


def build(
    database: Database,
    wake: Callable[[], None],
    now: Callable[[], datetime],
    *,
    keeping: retention.Policy,
    observe_ended: Callable[[Kind, State, int], None] = lambda _kind, _state, _count: None,
) -> Clock:
    """Return a clock that has not been started. It needs a running event loop when it is.

    `observe_ended` is told what became of deliveries without a request: their kind, their state, and how many.
    """

    async def owe_digests() -> None:
        async with database.write() as connection:
            owed = await owing_digests.owe_due(connection, now=now())
        if owed:
            logger.info("%d digests are due", owed)
            wake()

    hushed_at: datetime | None = None

    async def hush() -> None:
        nonlocal hushed_at
        moment = now()
        async with database.read() as connection:
            begun = await quiet.begun(connection, now=moment, since=hushed_at)
        ended, more = Counter[State](), bool(begun)
        while more:
            async with database.write() as connection:
                some = await quiet.hush(connection, begun)
            ended, more = ended + some, some.total() == quiet.HUSHED
        hushed_at = moment
        for state, count in ended.items():
            observe_ended(Kind.ALERT, state, count)
        if ended:
            logger.info("%d alerts would have come in quiet hours and are left to the digest", ended.total())

    async def tidy_deliveries() -> None:
        async with database.write() as connection:
            ended = await settling.expire(connection, now=now())
            freed = await settling.recover(connection, now=now(), all_of_them=False)
        for (kind, state), count in ended.items():
            observe_ended(kind, state, count)
        if ended:
            logger.info("%d deliveries waited too long; alerts among them are left to the digest", ended.total())
        if freed:
            logger.warning("%d deliveries were claimed and never recorded; they are tried once more at most", freed)

    async def forget_old_rows() -> None:
        while True:
            began = time.monotonic()
            async with database.write() as connection:
                if not await retention.forget_some(connection, keeping, now=now()):
                    await retention.optimize(connection)
                    return
            # Whoever else wants to write has half of the time.
            await asyncio.sleep(time.monotonic() - began)

    async def tidy_updates() -> None:
        async with database.write() as connection:
            await updates.forget_old(connection, now=now())

    clock = Clock()
    add(clock, owe_digests, DIGEST_TICK_S)
    add(clock, hush, QUIET_TICK_S)
    add(clock, tidy_deliveries, TIDY_TICK_S)
    add(clock, tidy_updates, TIDY_TICK_S)
    add(clock, forget_old_rows, RETENTION_TICK_S)
    return clock


def add(clock: Clock, job: Callable[[], Awaitable[None]], seconds: int) -> None:
    """Run `job` at once when the clock starts, and then every so many seconds, never twice at the same time."""
    every = IntervalTrigger(seconds=seconds)
    clock.add_job(_patient(job, clock.under_way), every, id=job.__name__, next_run_time=datetime.now(UTC))


def _patient(job: Callable[[], Awaitable[None]], under_way: set[asyncio.Task[Any]]) -> Callable[[], Awaitable[None]]:
    """A database that does not answer now is asked again at the next tick."""

    async def patient_job() -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # a coroutine always runs in a task
        under_way.add(task)
        try:
            await job()
        except (SQLAlchemyError, OSError) as error:
            logger.error(
                "%s waits for its next turn, since the database does not answer: %s",
                job.__name__,
                str(error).partition("\n")[0],
            )
        except asyncio.CancelledError:
            # Only a clock that is stopped does this, and it would report it as an error of the job's.
            logger.info("%s is cut short by the stop, and goes on in the next run", job.__name__)
        finally:
            under_way.discard(task)

    return patient_job
