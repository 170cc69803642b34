"""Pays what is owed: claims deliveries, sends them within the budget, and records how each one ended.

A claim is made only for what may go out at once, so that the rows in `sending` are those whose request is under way;
after a crash no others are in doubt.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram.error import TelegramError

from bot.delivery import outcome
from bot.delivery.budget import SendBudget
from bot.delivery.outcome import Decision
from bot.delivery.transport import TelegramApi
from storage import deliveries, subscribers
from storage.database import Database
from storage.deliveries import Claim, State

logger = logging.getLogger(__name__)

# How often the database is asked for what another process owes.
POLL_S = 0.5
# Results that come within this time are recorded together, and at a high rate so many seconds' messages are claimed
# together. Shorter than the budget's CATCH_UP_S, or the rate could not be kept.
TURN_S = 0.02
# While Telegram cannot be reached: doubled with every failure, up to the limit.
_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 10.0
_DATABASE_PAUSE_S = 1.0
# How long `stop` waits for the answers to what is under way.
DRAIN_S = 8.0

Render = Callable[[Claim], Awaitable[list[dict[str, object]]]]


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
        """`render` turns a claim into the payloads of its messages; none means that there is nothing left to say."""
        self._database = database
        self._api = api
        self._budget = budget
        self._render = render
        self._max_in_flight = max_in_flight
        self._now = now
        self._woken = asyncio.Event()
        self._stopping = False
        self._under_way: set[asyncio.Task[None]] = set()
        self._done: list[Decision] = []
        self._next_look = 0.0
        self._cut_offs = 0
        self._paused_until = 0.0

    def wake(self) -> None:
        """Say that something is owed. Call it after the transaction that owes it has ended."""
        self._woken.set()

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the answers to what is under way are recorded."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Send what is owed until `stop`. What an earlier process left half-sent is freed first."""
        await self._recover()
        more = True
        while not self._stopping:
            more = await self._safe_turn(more)
            await self._pause(more)
        await self._drain()

    async def _recover(self) -> None:
        async with self._database.write() as connection:
            freed = await deliveries.recover(connection, now=self._now(), all_of_them=True)
        if freed:
            logger.warning("%d deliveries were under way when the last run ended; they are in doubt", freed)

    async def _pause(self, more: bool) -> None:
        """Wait until the next turn makes sense: the budget allows a message, a result is in, or somebody woke us."""
        busy = bool(self._under_way or self._done)
        if more:
            await asyncio.sleep(min(max(self._delay(), TURN_S), POLL_S))
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), TURN_S if busy else POLL_S)

    def _delay(self) -> float:
        return max(self._budget.delay(), self._paused_until - time.monotonic())

    async def _safe_turn(self, more: bool) -> bool:
        """Take a turn; a database that is locked, full or away costs time, but no result."""
        try:
            return await self._turn(more)
        except (SQLAlchemyError, OSError) as error:
            logger.error("the database does not answer, trying again: %s", str(error).partition("\n")[0])
            await asyncio.sleep(_DATABASE_PAUSE_S)
            return True

    async def _turn(self, more: bool) -> bool:
        """Record what has ended and claim what may go out; return whether more may be waiting."""
        looks = more or self._woken.is_set() or time.monotonic() >= self._next_look
        free = min(self._budget.free(), self._max_in_flight - len(self._under_way))
        room = free if looks and self._delay() <= 0 else 0
        recording = self._done[:]
        if not room and not recording:
            return looks
        if room:
            # Before the look: what is owed while it goes on must wake the next one.
            self._woken.clear()
            self._next_look = time.monotonic() + POLL_S
        now = self._now()
        async with self._database.write() as connection:
            if recording:
                await self._record(connection, recording, now)
            claims = await deliveries.claim(connection, limit=room, now=now) if room else ()
        del self._done[: len(recording)]
        for claim in claims:
            wait = self._budget.take(claim.chat_id)
            if wait > 0:
                self._done.append(outcome.postponed(claim, timedelta(seconds=wait), now))
                continue
            task = asyncio.create_task(self._deliver(claim))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return len(claims) == room if room else looks

    async def _record(self, connection: AsyncConnection, decisions: Sequence[Decision], now: datetime) -> None:
        await deliveries.settle(connection, [decision.outcome for decision in decisions])
        gone = [decision.chat_id for decision in decisions if decision.chat_gone]
        if gone:
            await subscribers.stop_many(connection, gone, status=subscribers.Status.GONE, now=now)
            logger.info("%d chats refuse the bot for good and are owed nothing more", len(gone))
        for decision in decisions:
            if decision.migrate_to is not None:
                await subscribers.migrate(connection, decision.chat_id, decision.migrate_to)

    async def _deliver(self, claim: Claim) -> None:
        try:
            decision = await self._send(claim)
        except SQLAlchemyError as error:
            logger.error("delivery %d could not be read: %s", claim.id, str(error).partition("\n")[0])
            decision = outcome.postponed(claim, timedelta(seconds=_DATABASE_PAUSE_S), self._now())
        except Exception:
            # A mistake of ours in one delivery must neither stop the others nor leave this one in `sending`.
            logger.exception("delivery %d failed", claim.id)
            decision = outcome.dropped(claim, State.FAILED, "internal error", self._now())
        self._heed(claim, decision)
        self._done.append(decision)

    async def _send(self, claim: Claim) -> Decision:
        payloads = await self._render(claim)
        if not payloads:
            return outcome.dropped(claim, State.EXPIRED, "nothing left to say", self._now())
        try:
            for part, payload in enumerate(payloads):
                if part:
                    await asyncio.sleep(self._budget.reserve(claim.chat_id))
                message_id = await self._api.send_message({"chat_id": claim.chat_id, **payload})
        except TelegramError as error:
            return outcome.failed(claim, error, self._now())
        return outcome.sent(claim, message_id, self._now())

    def _heed(self, claim: Claim, decision: Decision) -> None:
        """Keep the pace that the answer asks for."""
        if decision.cut_off:
            self._cut_offs += 1
            pause = min(_PAUSE_S * 2.0 ** (self._cut_offs - 1), _LONGEST_PAUSE_S)
            if time.monotonic() >= self._paused_until:
                logger.warning("Telegram cannot be used, next try in %.1f s: %s", pause, decision.outcome.error)
                self._paused_until = time.monotonic() + pause
            return
        if decision.outcome.attempts > claim.attempts:
            self._cut_offs = 0
        if decision.halt is not None:
            everything = self._budget.halt(claim.chat_id, decision.halt.total_seconds())
            logger.warning(
                "Telegram asks to wait %.0f s%s", decision.halt.total_seconds(), "" if everything else " in one chat"
            )

    async def _drain(self) -> None:
        """Wait for the answers to what is under way, and record them."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=DRAIN_S)
        if self._done:
            async with self._database.write() as connection:
                await self._record(connection, self._done, self._now())
        if self._under_way:
            logger.warning("%d requests were not answered in time; the next run tries them again", len(self._under_way))
