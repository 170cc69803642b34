"""Pays what is owed: claims deliveries, sends them within the budget, and records how each one ended.

Two loops share a short queue, and where something is paid for there is a second queue with a loop of its own. One loop
keeps the books, here: it records results and claims what may go out within the next moment, in one transaction for many
rows. The other (sender.py) sends from the queue at the budget's pace, which therefore does not depend on how long a
transaction takes.
What is claimed and not yet recorded is never more than `max_in_flight` messages, so that after a crash no more are in
doubt.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.budget import SendBudget
from bot.delivery.courier import Courier, Observe, Render
from bot.delivery.lane import AHEAD_S
from bot.delivery.recording import record
from bot.delivery.sender import Sender
from bot.delivery.telegram_api import TelegramApi
from bot.delivery.uplink import Uplink
from bot.delivery.wall_clock import WallClock
from storage import claims, settling
from storage.database import Database
from storage.deliveries import Claimed, Kind, State

logger = logging.getLogger(__name__)

# How often the database is asked for what another process owes.
POLL_S = 0.5
# At least so long between two transactions while much is owed, and between a result and its record while nothing is.
_TURN_S = 0.02
_RECORD_S = 0.05
_DATABASE_PAUSE_S = 1.0
# Where nothing was found to be paid for, it is looked for again after this long, or when somebody wakes us.
_PAID_PAUSE_S = 1.0
# How long `stop` waits for the answers to what is under way, and then for the database to record them.
DRAIN_S = 6.0
_LAST_RECORD_S = 1.0


class _DeposedError(Exception):
    """Another process leads."""


class Dispatcher:
    """Sends what is owed until it is stopped. One per bot token."""

    def __init__(
        self,
        database: Database,
        api: TelegramApi,
        budget: SendBudget,
        render: Render,
        *,
        max_in_flight: int,
        now: Callable[[], datetime],
        paid_a_day: int = 0,
        leads: Callable[[], bool] = lambda: True,
        observe: Observe = lambda _claim, _outcome: None,
        observe_ended: Callable[[Kind, State, int], None] = lambda _kind, _state, _count: None,
    ) -> None:
        """`render` turns what one chat is to be told into ready-made messages.

        Up to `paid_a_day` urgent alerts a day may pass the free limit, at the budget's paid rate. Where `leads` says
        no, another process sends: nothing is claimed any more, and what is owed is left to that one. `observe` is told
        of each delivery that a request has ended, `observe_ended` of those that had waited too long for one.
        """
        self._database = database
        self._max_in_flight = max_in_flight
        self._now = now
        self._paid_a_day = paid_a_day
        self._leads = leads
        self._observe_ended = observe_ended
        self._uplink = Uplink(api.get_me, self.wake)
        self._stopping = False
        self._changed = asyncio.Event()  # a turn may be due earlier than it was
        self._sender = Sender(
            budget,
            Courier(api, budget, self._uplink, render, now, observe),
            self._uplink,
            now,
            pays=paid_a_day > 0,
            notify=self._changed.set,
            returned=self._note_returned,
        )
        self._woken = True
        self._more = True  # something may be owed that is not claimed
        self._turned_at = 0.0
        self._looked_at = 0.0
        self._paid_from = 0.0  # nothing to be paid for is looked for earlier
        self._wall_clock = WallClock()

    def wake(self) -> None:
        """Say that something is owed. Call it after the transaction that owes it has ended."""
        self._woken = True
        self._paid_from = 0.0
        self._changed.set()

    def recall(self) -> None:
        """Send nothing that was claimed before now. Call it after a transaction that stops or changes what is owed.

        What is recalled is owed still, and is claimed again as it stands then. Of what had been claimed, only requests
        that have left already can arrive after this.
        """
        self._sender.recall()
        self.wake()

    def _note_returned(self) -> None:
        self._woken = True  # there is something to claim as soon as there is room again

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the answers to what is under way are recorded."""
        self._stopping = True
        self._changed.set()

    async def run(self) -> None:
        """Send what is owed until `stop`. What an earlier process left half-sent is freed first."""
        while not self._stopping and not await self._safely(self._recover):
            pass
        async with asyncio.TaskGroup() as tasks:
            senders = [tasks.create_task(self._sender.run(lane)) for lane in self._sender.lanes]
            while not self._stopping:
                wait = self._until_turn()
                if wait > 0:
                    await self._wait_for_change(wait)
                else:
                    await self._safely(self._turn)
            for sender in senders:
                sender.cancel()
        self._uplink.close()
        self._sender.put_back()
        await self._drain()
        if not self._leads():
            logger.warning("this process sends no more: another process sends what is owed")

    # The books.

    @contextlib.asynccontextmanager
    async def _leading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that counts only if this process leads at its end.

        The next leader ends the transactions of one that is stopped. But one that was stopped right before a
        transaction would begin it when it goes on, and take rows that it never sends.
        """
        async with self._database.write() as connection:
            yield connection
            if not self._leads():
                raise _DeposedError

    async def _recover(self) -> None:
        async with self._leading() as connection:
            freed = await settling.recover(connection, now=self._now(), all_of_them=True)
        if freed:
            logger.warning(
                "%d deliveries were under way when the last run ended; they are in doubt, and tried once more at most",
                freed,
            )

    async def _safely(self, step: Callable[[], Awaitable[None]]) -> bool:
        """Take a step, and return whether that was done: a database that is locked, full or away costs only time."""
        try:
            await step()
        except _DeposedError:
            self._stopping = True
            return False
        except (SQLAlchemyError, OSError) as error:
            logger.error("the database does not answer, trying again: %s", str(error).partition("\n")[0])
            await asyncio.sleep(_DATABASE_PAUSE_S)
            return False
        return True

    async def _wait_for_change(self, seconds: float) -> None:
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    def _until_turn(self) -> float:
        """Return the seconds until a turn makes sense: something is to be recorded, or may be claimed."""
        now = time.monotonic()
        due = now + POLL_S
        if self._sender.done:
            # What is claimed next takes the results along, which saves a transaction.
            patience = _RECORD_S if not self._more else _TURN_S if self._sender.is_hungry() else AHEAD_S
            due = self._turned_at + patience
        if any(self._room()):
            ready = self._turned_at + _TURN_S if self._more else self._looked_at + POLL_S
            due = min(due, now if self._woken else ready)
        elif self._sender.free_lane.is_low() and self._uplink.is_open:
            due = min(due, now + max(_TURN_S, self._sender.free_lane.delay() - AHEAD_S))
        return due - now

    def _room(self) -> tuple[int, int]:
        """Return how many messages may be claimed now, and how many more to be paid for."""
        # What is done is recorded in the transaction that claims, and takes no room.
        busy = self._sender.busy
        if not self._uplink.is_open:
            return 0, 0
        if not self._uplink.is_proven:
            return 0 if busy or self._sender.done else 1, 0
        left = max(0, self._max_in_flight - busy)
        free = min(left, self._sender.free_lane.room())
        pays = self._paid_a_day and time.monotonic() >= self._paid_from
        return free, min(left - free, self._sender.paid_lane.room()) if pays else 0

    async def _turn(self) -> None:
        """Record what has ended and claim what may go out."""
        if not self._leads():
            self._stopping = True
            return
        recording, (room, paid_room), now = self._sender.done[:], self._room(), self._now()
        recalls = self._sender.recalls
        await self._follow_clock(now)
        looks = room + paid_room > 0
        if looks and not (recording or self._more or self._woken):
            self._looked_at = time.monotonic()
            async with self._database.read() as connection:
                self._more = await claims.is_waiting(connection, now=now)
            if not self._more:
                return
        if looks:
            self._woken = False  # first, since what is owed meanwhile must wake the next turn
        claimed = Claimed((), more=self._more)
        async with self._leading() as connection:
            if recording:
                await record(connection, recording, now)
            if looks:
                claimed = await claims.claim(
                    connection, limit=room, now=now, paid_limit=paid_room, paid_a_day=self._paid_a_day
                )
        for (kind, state), count in claimed.ended.items():
            self._observe_ended(kind, state, count)
        del self._sender.done[: len(recording)]
        self._turned_at = time.monotonic()
        if looks:
            self._looked_at = self._turned_at
            self._more = claimed.more
        if paid_room and not claimed.paid and not self._woken:
            self._paid_from = self._turned_at + _PAID_PAUSE_S
        self._sender.free_lane.put(claimed.parcels)
        self._sender.paid_lane.put(claimed.paid)
        if recalls != self._sender.recalls:  # what was claimed meanwhile may be stopped or changed
            self._sender.put_back()
        self._sender.put_back_unless_sending()

    async def _follow_clock(self, now: datetime) -> None:
        """Where the clock was set back, what was due by the old time must not wait until it is that time again."""
        if not (seconds := self._wall_clock.set_back_by(now)):
            return
        async with self._database.write() as connection:
            hastened = await settling.hasten(connection, now=now)
        logger.warning("the clock was set back by %.0f s; %d deliveries do not wait for it", seconds, hastened)

    async def _drain(self) -> None:
        """Record what has ended, wait for the answers to what is under way, and record them too."""
        await self._record_rest()
        if given_up := await self._sender.drain(DRAIN_S):
            logger.warning("%d requests were not answered in time; the next run tries them again", given_up)
        await self._record_rest()

    async def _record_rest(self) -> None:
        # The process that leads now has freed what this one left, and may be sending it: only what has ended is told.
        recording = [one for one in self._sender.done if self._leads() or one.outcome.state is not State.PENDING]
        self._sender.done.clear()
        if not recording:
            return
        try:
            async with asyncio.timeout(_LAST_RECORD_S), self._database.write() as connection:
                await record(connection, recording, self._now())
        except (SQLAlchemyError, OSError) as error:
            logger.error(
                "%d results could not be recorded, so the next run sends these again: %s",
                len(recording),
                str(error).partition("\n")[0],
            )
            self._sender.done = recording + self._sender.done
