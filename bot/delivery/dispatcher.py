"""Pays what is owed: claims deliveries, sends them within the budget, and records how each one ended.

Two loops share a short queue. One keeps the books: it records results and claims what may go out within the next
moment, in one transaction for many rows. The other sends from the queue at the budget's pace, which therefore does not
depend on how long a transaction takes. What is claimed and not yet recorded is never more than `max_in_flight`
messages, so that after a crash no more are in doubt.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram.error import TelegramError

from bot.delivery import outcome
from bot.delivery.budget import CHAT_INTERVAL_S, SendBudget
from bot.delivery.outcome import Decision
from bot.delivery.render import Rendered
from bot.delivery.telegram_api import FloodError, TelegramApi
from bot.delivery.transport import AnswerLostError
from bot.delivery.uplink import Uplink
from storage import deliveries, subscribers
from storage.database import Database
from storage.deliveries import Claim, State

logger = logging.getLogger(__name__)

# How often the database is asked for what another process owes.
POLL_S = 0.5
# So many seconds' messages are claimed ahead. Long enough for a slow transaction, and short enough that a newer alert
# does not wait for it.
AHEAD_S = 0.1
# At least so long between two transactions while much is owed, and between a result and its record while nothing is.
_TURN_S = 0.02
_RECORD_S = 0.05
# How often the queue is looked at. What a message may be late by is far shorter than what the budget catches up with.
_TICK_S = 0.005
_DATABASE_PAUSE_S = 1.0
# How long `stop` waits for the answers to what is under way, and then for the database to record them.
DRAIN_S = 7.0
_LAST_RECORD_S = 1.0

Parcel = tuple[Claim, ...]
Render = Callable[[Parcel], Awaitable[Rendered]]


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
    ) -> None:
        """`render` turns what one chat is to be told into ready-made messages."""
        self._database = database
        self._api = api
        self._budget = budget
        self._render = render
        self._max_in_flight = max_in_flight
        self._now = now
        self._uplink = Uplink(api.get_me, self.wake)
        self._stopping = False
        # What is claimed goes from the queue to what is under way, and ends as decisions that wait for their record.
        self._queue: deque[Parcel] = deque()
        self._under_way: set[asyncio.Task[None]] = set()
        self._done: list[Decision] = []
        self._queued = asyncio.Event()  # the queue holds something
        self._changed = asyncio.Event()  # a turn may be due earlier than it was
        self._woken = True
        self._more = True  # something may be owed that is not claimed
        self._turned_at = 0.0
        self._looked_at = 0.0

    def wake(self) -> None:
        """Say that something is owed. Call it after the transaction that owes it has ended."""
        self._woken = True
        self._changed.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the answers to what is under way are recorded."""
        self._stopping = True
        self._changed.set()

    async def run(self) -> None:
        """Send what is owed until `stop`. What an earlier process left half-sent is freed first."""
        while not self._stopping and not await self._safely(self._recover):
            pass
        async with asyncio.TaskGroup() as tasks:
            sender = tasks.create_task(self._send_queued(), name="sender")
            while not self._stopping:
                wait = self._until_turn()
                if wait > 0:
                    await self._wait_for_change(wait)
                else:
                    await self._safely(self._turn)
            sender.cancel()
        self._uplink.close()
        self._put_back()
        await self._drain()

    # The books.

    async def _recover(self) -> None:
        async with self._database.write() as connection:
            freed = await deliveries.recover(connection, now=self._now(), all_of_them=True)
        if freed:
            logger.warning("%d deliveries were under way when the last run ended; they are in doubt", freed)

    async def _safely(self, step: Callable[[], Awaitable[None]]) -> bool:
        """Take a step; a database that is locked, full or away costs time, but no result."""
        try:
            await step()
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
        if self._done:
            hungry = self._more and self._is_low()
            due = self._turned_at + (_TURN_S if hungry else _RECORD_S)
        if self._room() > 0:
            ready = self._turned_at + _TURN_S if self._more else self._looked_at + POLL_S
            due = min(due, now if self._woken else ready)
        elif self._is_low() and self._uplink.is_open:
            due = min(due, now + max(_TURN_S, self._budget.delay() - AHEAD_S))
        return due - now

    def _is_low(self) -> bool:
        """Whether the queue holds too little for the next moment."""
        return 2 * len(self._queue) < max(2, int(self._budget.rate() * AHEAD_S))

    def _room(self) -> int:
        """Return how many messages may be claimed now."""
        if not self._uplink.is_open or not self._is_low() or self._budget.delay() > AHEAD_S:
            return 0
        busy = len(self._queue) + len(self._under_way) + len(self._done)
        if not self._uplink.is_proven:
            return 0 if busy else 1
        ahead = max(1, int(self._budget.rate() * AHEAD_S)) - len(self._queue)
        return max(0, min(ahead, self._max_in_flight - busy))

    async def _turn(self) -> None:
        """Record what has ended and claim what may go out."""
        recording, room, now = self._done[:], self._room(), self._now()
        if room and not (recording or self._more or self._woken):
            self._looked_at = time.monotonic()
            async with self._database.read() as connection:
                self._more = await deliveries.is_waiting(connection, now=now)
            if not self._more:
                return
        if room:
            self._woken = False  # first, since what is owed meanwhile must wake the next turn
        claimed = deliveries.Claimed((), more=self._more)
        async with self._database.write() as connection:
            if recording:
                await self._record(connection, recording, now)
            if room:
                claimed = await deliveries.claim(connection, limit=room, now=now)
        del self._done[: len(recording)]
        self._turned_at = time.monotonic()
        if room:
            self._looked_at = self._turned_at
            self._more = claimed.more
        if claimed.parcels:
            self._queue.extend(claimed.parcels)
            self._queued.set()
            self._put_back_unless_sending()

    async def _record(self, connection: AsyncConnection, decisions: Sequence[Decision], now: datetime) -> None:
        await deliveries.settle(connection, [decision.outcome for decision in decisions])
        gone = {decision.chat_id for decision in decisions if decision.chat_gone}
        if gone:
            await subscribers.stop_many(connection, sorted(gone), status=subscribers.Status.GONE, now=now)
            logger.info("%d chats refuse the bot for good and are owed nothing more", len(gone))
        for old, new in {(d.chat_id, d.migrate_to) for d in decisions if d.migrate_to is not None}:
            await subscribers.migrate(connection, old, new)

    async def _drain(self) -> None:
        """Record what has ended, wait for the answers to what is under way, and record them too."""
        await self._record_rest()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=DRAIN_S)
        if self._under_way:
            logger.warning("%d requests were not answered in time; the next run tries them again", len(self._under_way))
            for task in self._under_way:
                task.cancel()
            await asyncio.wait(self._under_way)
        await self._record_rest()

    async def _record_rest(self) -> None:
        if not self._done:
            return
        recording = self._done[:]
        try:
            async with asyncio.timeout(_LAST_RECORD_S), self._database.write() as connection:
                await self._record(connection, recording, self._now())
        except (SQLAlchemyError, OSError) as error:
            logger.error("%d results could not be recorded: %s", len(recording), str(error).partition("\n")[0])
        else:
            del self._done[: len(recording)]

    # The sending.

    async def _send_queued(self) -> None:
        """Send from the queue at the budget's pace."""
        while True:
            await self._queued.wait()
            for _ in range(self._budget.free()):
                if not self._queue:
                    break
                self._start(self._queue.popleft())
            if not self._queue:
                self._queued.clear()
            if self._is_low():
                self._changed.set()
            await asyncio.sleep(max(_TICK_S, self._budget.delay()))

    def _start(self, parcel: Parcel) -> None:
        wait = self._budget.take(parcel[0].chat_id)
        if wait > 0:
            self._finish(_postponed(parcel, wait, self._now()))
            return
        task = asyncio.create_task(self._deliver(parcel))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def _put_back(self) -> None:
        """Give back what is claimed and has not been sent."""
        for parcel in self._queue:
            self._finish(_postponed(parcel, 0, self._now()))
        self._queue.clear()
        self._queued.clear()
        self._woken = True  # there is something to claim as soon as there is room again

    def _put_back_unless_sending(self) -> None:
        """What cannot go out within the next moment must not hang on this process: something newer may come."""
        if self._queue and (not self._uplink.is_open or self._budget.delay() > AHEAD_S):
            self._put_back()

    def _finish(self, decisions: Iterable[Decision]) -> None:
        if not self._done:
            self._changed.set()
        self._done.extend(decisions)

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            decisions = await self._tell(parcel)
        except SQLAlchemyError as error:
            logger.error("delivery %d could not be read: %s", parcel[0].id, str(error).partition("\n")[0])
            decisions = _postponed(parcel, _DATABASE_PAUSE_S, self._now())
        except Exception:
            # A mistake of ours in one delivery must neither stop the others nor leave this one in `sending`.
            logger.exception("delivery %d failed", parcel[0].id)
            decisions = [outcome.dropped(claim, State.FAILED, "internal error", self._now()) for claim in parcel]
        self._finish(decisions)

    async def _tell(self, parcel: Parcel) -> list[Decision]:
        """Send the parcel's message; return how each of its deliveries ended."""
        rendered = await self._render(parcel)
        now = self._now()
        decisions = [outcome.dropped(claim, State.EXPIRED, "nothing left to say", now) for claim in rendered.void]
        decisions += _postponed(rendered.later, CHAT_INTERVAL_S, now)
        if not rendered.told:
            return decisions
        chat_id = parcel[0].chat_id
        try:
            message_id = await self._api.send_message(chat_id, rendered.messages[0])
        except TelegramError as error:
            failed = [outcome.failed(claim, error, self._now()) for claim in rendered.told]
            self._heed(failed[0], error)
            return decisions + failed
        self._uplink.note_success()
        for message in rendered.messages[1:]:
            message_id = await self._send_rest(chat_id, message) or message_id
        return decisions + [outcome.sent(claim, message_id, self._now()) for claim in rendered.told]

    async def _send_rest(self, chat_id: int, message: bytes) -> int | None:
        """Send a further message of what takes several. To begin again would repeat the first ones."""
        while True:
            await asyncio.sleep(self._budget.reserve(chat_id))
            try:
                return await self._api.send_message(chat_id, message)
            except FloodError as error:
                self._budget.halt(chat_id, error.retry_after.total_seconds())
            except TelegramError as error:
                logger.warning("the rest of a long message to %d was not sent: %s", chat_id, error.message)
                return None

    def _heed(self, decision: Decision, error: TelegramError) -> None:
        """Keep the pace that the answer asks for."""
        if decision.cut_off:
            self._uplink.note_trouble(error.message)
        elif isinstance(error, AnswerLostError):
            self._uplink.note_lost_answer()
        else:
            self._uplink.note_success()
        if decision.halt is not None:
            seconds = decision.halt.total_seconds()
            everything = self._budget.halt(decision.chat_id, seconds)
            logger.warning("Telegram asks to wait %.0f s%s", seconds, "" if everything else " in one chat")
        self._put_back_unless_sending()


def _postponed(parcel: Iterable[Claim], seconds: float, now: datetime) -> list[Decision]:
    return [outcome.postponed(claim, timedelta(seconds=seconds), now) for claim in parcel]
