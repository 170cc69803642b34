"""Sends what is claimed, and keeps how it ended until that is recorded."""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import datetime

from bot.delivery import outcome
from bot.delivery.budget import SendBudget
from bot.delivery.courier import Courier
from bot.delivery.lane import AHEAD_S, Lane, Parcel
from bot.delivery.outcome import Decision
from bot.delivery.uplink import Uplink

# How often a queue is looked at. What a message may be late by is far shorter than what the budget catches up with.
_TICK_S = 0.01


class Sender:
    """Short queues, what is under way, and what has ended: what is claimed goes through all three."""

    def __init__(
        self,
        budget: SendBudget,
        courier: Courier,
        uplink: Uplink,
        now: Callable[[], datetime],
        *,
        pays: bool,
        notify: Callable[[], None],
        returned: Callable[[], None],
    ) -> None:
        """`pays` opens a second lane, for what is paid for. `notify` is called when the first result waits for its
        record or a queue runs low, `returned` when what was claimed is given back unsent.
        """
        self.free_lane = Lane(budget, paid=False)
        self.paid_lane = Lane(budget, paid=True)
        self.lanes = (self.free_lane, self.paid_lane) if pays else (self.free_lane,)
        self.done: list[Decision] = []
        self._budget = budget
        self._courier = courier
        self._uplink = uplink
        self._now = now
        self._notify = notify
        self._returned = returned
        self._under_way: set[asyncio.Task[None]] = set()
        self._recalls = 0

    @property
    def recalls(self) -> int:
        """How often `recall` was called: whoever claims compares it before and after."""
        return self._recalls

    @property
    def busy(self) -> int:
        """Return how many messages are queued or under way."""
        return len(self._under_way) + sum(len(lane.queue) for lane in self.lanes)

    def is_hungry(self) -> bool:
        """Whether any queue holds too little for the next moment."""
        return any(lane.is_low() for lane in self.lanes)

    async def run(self, lane: Lane) -> None:
        """Send from a queue at the budget's pace until it is cancelled. What is under way goes on then."""
        while True:
            await lane.filled.wait()
            for _ in range(lane.free()):
                if not lane.queue:
                    break
                self._start(lane.queue.popleft(), lane)
            if not lane.queue:
                lane.filled.clear()
            if lane.is_low():
                self._notify()
            await asyncio.sleep(max(_TICK_S, lane.delay()))

    def recall(self) -> None:
        """Send nothing that was claimed before now; only requests that have left already can arrive after this."""
        self._recalls += 1
        self.put_back()

    def put_back(self) -> None:
        """Give back what is claimed and has not been sent."""
        for lane in self.lanes:
            for parcel in lane.empty():
                self._finish(outcome.postponed(parcel, 0, self._now()))
        self._returned()

    def put_back_unless_sending(self) -> None:
        """What cannot go out within the next moment must not hang on this process: something newer may come."""
        for lane in self.lanes:
            if lane.queue and (not self._uplink.is_open or lane.delay() > AHEAD_S):
                self.put_back()

    async def drain(self, seconds: float) -> int:
        """Wait so long for the answers to what is under way, and give the rest up; return how many that were."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)
        given_up = set(self._under_way)
        for task in given_up:
            task.cancel()
        if given_up:
            await asyncio.wait(given_up)
        return len(given_up)

    def _start(self, parcel: Parcel, lane: Lane) -> None:
        wait = self._budget.take(parcel[0].chat_id, paid=lane.paid)
        if wait > 0:
            self._finish(outcome.postponed(parcel, wait, self._now()))
            return
        task = asyncio.create_task(self._deliver(parcel, lane.paid))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(self, parcel: Parcel, paid: bool) -> None:
        recalls, taken = self._recalls, time.monotonic()
        decisions = await self._courier.deliver(parcel, paid=paid, is_recalled=lambda: recalls != self._recalls)
        # It may have left late, since it was rendered first, and replies in this chat come right after it.
        self._budget.answered(parcel[0].chat_id, time.monotonic() - taken)
        self._finish(decisions)
        self.put_back_unless_sending()

    def _finish(self, decisions: Iterable[Decision]) -> None:
        if not self.done:
            self._notify()
        self.done.extend(decisions)
