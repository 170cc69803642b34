"""What the server accepted and what it refused, for tests and benchmarks to count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple


class Accepted(NamedTuple):
    """A request that changed a chat: a message sent, edited or deleted."""

    time: float
    """Seconds of the emulator's clock."""
    method: str
    chat_id: int
    message_id: int
    text: str


class Refused(NamedTuple):
    """A request that was answered with an error."""

    time: float
    method: str
    chat_id: int | None
    code: int
    description: str
    limit: str
    """For a 429, the limit that was passed: overall, private, group, paid; "" for other refusals."""


class Ledger:
    """Every accepted change and every refusal, in order."""

    def __init__(self) -> None:
        self.accepted: list[Accepted] = []
        self.refused: list[Refused] = []
        self._by_chat: dict[int, list[int]] = {}

    def accept(self, entry: Accepted) -> None:
        self._by_chat.setdefault(entry.chat_id, []).append(len(self.accepted))
        self.accepted.append(entry)

    def refuse(self, entry: Refused) -> None:
        self.refused.append(entry)

    def of_chat(self, chat_id: int) -> Iterator[Accepted]:
        """The accepted changes of one chat, oldest first."""
        return (self.accepted[index] for index in self._by_chat.get(chat_id, ()))

    def copies(self, chat_id: int, text: str = "") -> int:
        """How many messages were sent to a chat whose text holds `text`. Edits and deletions are not counted."""
        return sum(1 for entry in self.of_chat(chat_id) if entry.method.startswith("send") and text in entry.text)

    def copies_by_chat(self, text: str = "") -> Counter[int]:
        """The same for every chat that got at least one."""
        return Counter(e.chat_id for e in self.accepted if e.method.startswith("send") and text in e.text)

    def count_refused(self, code: int | None = None, *, limit: str | None = None, chat_id: int | None = None) -> int:
        """How many refusals match everything that is given."""
        return sum(
            1
            for entry in self.refused
            if (code is None or entry.code == code)
            and (limit is None or entry.limit == limit)
            and (chat_id is None or entry.chat_id == chat_id)
        )

    def clear(self) -> None:
        self.accepted.clear()
        self.refused.clear()
        self._by_chat.clear()
