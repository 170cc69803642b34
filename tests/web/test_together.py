"""What comes at the same time is asked for in one transaction."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.web.together import Together


class Squares:
    """Answers numbers with their squares, as often as it is let; keeps what it was asked each time."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.let = asyncio.Semaphore(0)
        self.trouble: Exception | None = None
        self.ask = Together(self._act)

    async def _act(self, numbers: Sequence[int]) -> list[int]:
        self.asked.append(list(numbers))
        await self.let.acquire()
        if self.trouble:
            raise self.trouble
        return [number**2 for number in numbers]

    async def begin(self, *numbers: int) -> list[asyncio.Task[int]]:
        """Ask for each in a task of its own, and let all of them begin."""
        tasks = [asyncio.create_task(self.ask(number)) for number in numbers]
        await asyncio.sleep(0)
        return tasks


async def test_the_first_is_asked_for_at_once_and_what_comes_meanwhile_together() -> None:
    squares = Squares()
    first = await squares.begin(1)
    rest = await squares.begin(2, 3, 4)
    squares.let.release()
    assert await asyncio.gather(*first) == [1]
    squares.let.release()

    assert await asyncio.gather(*rest) == [4, 9, 16]
    assert squares.asked == [[1], [2, 3, 4]]


async def test_one_that_comes_when_nobody_else_does_is_not_kept_waiting() -> None:
    squares = Squares()
    for number in (1, 2):
        squares.let.release()
        assert await squares.ask(number) == number**2
    assert squares.asked == [[1], [2]]


async def test_who_goes_away_takes_nobody_along() -> None:
    squares = Squares()
    (first,) = await squares.begin(1)
    second, third = await squares.begin(2, 3)
    first.cancel()
    second.cancel()
    squares.let.release()
    squares.let.release()

    assert await third == 9
    assert squares.asked == [[1], [2, 3]]
    assert first.cancelled()
    assert second.cancelled()


async def test_trouble_is_everybodys_and_passes() -> None:
    squares = Squares()
    squares.trouble = ValueError("not now")
    (first,) = await squares.begin(1)
    rest = await squares.begin(2, 3)
    squares.let.release()
    with pytest.raises(ValueError, match="not now"):
        await first
    squares.trouble = None
    squares.let.release()

    assert await asyncio.gather(*rest) == [4, 9]
