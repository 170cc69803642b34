"""Short queues in front of the send budget."""

import asyncio
from collections import deque
from collections.abc import Iterable

from bot.delivery.budget import SendBudget
from storage.deliveries import Claim

# So many seconds' messages are claimed ahead. Long enough for a slow transaction, and short enough that a newer alert
# does not wait for it.
AHEAD_S = 0.25

# What one chat is told at once.
Parcel = tuple[Claim, ...]


class Lane:
    """A short queue in front of one pace of the budget."""

    def __init__(self, budget: SendBudget, *, paid: bool) -> None:
        self._budget = budget
        self.paid = paid
        self.queue: deque[Parcel] = deque()
        self.filled = asyncio.Event()

    def put(self, parcels: Iterable[Parcel]) -> None:
        self.queue.extend(parcels)
        if self.queue:
            self.filled.set()

    def empty(self) -> list[Parcel]:
        taken = list(self.queue)
        self.queue.clear()
        self.filled.clear()
        return taken

    def free(self) -> int:
        return self._budget.free(paid=self.paid)

    def delay(self) -> float:
        return self._budget.delay(paid=self.paid)

    def is_low(self) -> bool:
        """Whether the queue holds too little for the next moment."""
        return 3 * len(self.queue) < max(3, self._ahead())

    def room(self) -> int:
        """Return how many messages may be put into the queue."""
        if not self.is_low() or self.delay() > AHEAD_S:
            return 0
        return max(1, self._ahead()) - len(self.queue)

    def _ahead(self) -> int:
        return int(self._budget.rate(paid=self.paid) * AHEAD_S)
