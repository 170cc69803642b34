"""Faults that can be switched on: refusals, slowness, lost answers, an unreachable server."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal["fail", "slow", "slow_answer", "drop_before_accept", "drop_after_accept", "down"]


@dataclass(slots=True, eq=False)
class Fault:
    """One fault that is switched on. `hits` counts how often it has struck."""

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    probability: float = 1.0
    times: int | None = None
    """How often it strikes before it switches itself off; None for without end."""
    status: int = 500
    description: str = ""
    retry_after: int | None = None
    seconds: float = 0.0
    hits: int = field(default=0, init=False)


class Faults:
    """The faults in force. Which requests a probability strikes is fixed by the seed and the order of requests.

    Every switch takes `method` (a Bot API method's name, None for all), `chat_id` (None for all), `probability` and
    `times`, and returns its Fault, to be counted or handed to `remove`.
    """

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducible faults, nothing secret
        self._faults: list[Fault] = []

    def fail(
        self,
        status: int,
        description: str,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        retry_after: int | None = None,
        probability: float = 1.0,
        times: int | None = None,
    ) -> Fault:
        """Refuse with this status and description; `retry_after` in whole seconds."""
        return self.add(
            Fault("fail", method, chat_id, probability, times, status, description, retry_after=retry_after)
        )

    def slow(
        self,
        seconds: float,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        probability: float = 1.0,
        times: int | None = None,
    ) -> Fault:
        """Wait this long, then carry the request out and answer. Who goes away meanwhile has done nothing."""
        return self.add(Fault("slow", method, chat_id, probability, times, seconds=seconds))

    def slow_answer(
        self,
        seconds: float,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        probability: float = 1.0,
        times: int | None = None,
    ) -> Fault:
        """Carry the request out at once and answer this much later: who gives up waiting cannot know."""
        return self.add(Fault("slow_answer", method, chat_id, probability, times, seconds=seconds))

    def drop_before_accept(
        self,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        probability: float = 1.0,
        times: int | None = None,
    ) -> Fault:
        """Cut the connection without doing anything."""
        return self.add(Fault("drop_before_accept", method, chat_id, probability, times))

    def drop_after_accept(
        self,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        probability: float = 1.0,
        times: int | None = None,
    ) -> Fault:
        """Carry the request out, then cut the connection: the caller cannot know."""
        return self.add(Fault("drop_after_accept", method, chat_id, probability, times))

    def down(self) -> Fault:
        """Cut every connection until `up`."""
        return self.add(Fault("down"))

    def up(self) -> None:
        """End every `down`."""
        self._faults = [fault for fault in self._faults if fault.kind != "down"]

    def add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Switch one fault off; harmless if it has switched itself off already."""
        if fault in self._faults:
            self._faults.remove(fault)

    def seed(self, seed: int) -> None:
        """Begin the order of strikes anew."""
        self._random.seed(seed)

    def clear(self) -> None:
        self._faults.clear()

    def strike(self, kind: FaultKind, method: str, chat_id: int | None) -> Fault | None:
        """The first fault of this kind that strikes this request, counted as struck."""
        for fault in self._faults:
            if fault.kind != kind or (fault.chat_id is not None and fault.chat_id != chat_id):
                continue
            if fault.method is not None and fault.method.lower() != method.lower():
                continue
            if fault.probability < 1.0 and self._random.random() >= fault.probability:
                continue
            fault.hits += 1
            if fault.times is not None and fault.hits >= fault.times:
                self._faults.remove(fault)
            return fault
        return None
