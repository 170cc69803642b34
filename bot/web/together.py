"""One transaction for all who ask at the same time, instead of one for each."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")


class Together(Generic[_Asked, _Answer]):
    """Asks for what comes first at once and alone, and then, each time together, for what has come meanwhile.

    So nobody waits for more than two transactions, however many come at once.
    """

    def __init__(self, act: Callable[[Sequence[_Asked]], Awaitable[Sequence[_Answer]]]) -> None:
        """`act` answers each of what it is given, in the same order. What it raises is raised to all of them."""
        self._act = act
        self._waiting: list[tuple[_Asked, asyncio.Future[_Answer]]] = []
        self._acting: asyncio.Task[None] | None = None

    async def __call__(self, asked: _Asked) -> _Answer:
        """Return the answer to this one. If the caller is cancelled, it is asked for all the same."""
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._acting is None:
            self._acting = asyncio.create_task(self._answer_all())
        return await answer

    async def _answer_all(self) -> None:
        # In a task of its own: whoever goes away must not take along what the others ask for.
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                answers = await self._act([asked for asked, _ in batch])
            except Exception as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_, future), answer in zip(batch, answers, strict=True):
                    if not future.done():  # done: whoever asked has gone away
                        future.set_result(answer)
        self._acting = None
