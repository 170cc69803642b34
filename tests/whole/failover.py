"""Processes that share one PostgreSQL lose their leader, again and again, in the middle of a broadcast.

`python -m tests.whole.failover [TIMES] [CHATS]` kills and stops leaders so many times each, and prints what came of it:
a line for each loss, and one for each thing that must hold. Exit 1 where one does not.
"""

import asyncio
import signal
import sys
import tempfile
from bisect import bisect_left
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from bot.emulator import Emulator, Limits
from storage import publishing, sections, subscribers
from storage.database import Database
from tests.databases import running_postgres, set_up
from tests.storage.builders import an_article
from tests.whole.programs import TOKEN, Bot, bot, environment

DEFAULTS = ["10", "5000"]
PROCESSES = 3
RATE = 200
IN_FLIGHT = 32
# Bot API limits as a server would keep them that lets this bot send at RATE.
LIMITS = Limits(overall=RATE, overall_burst=RATE // 4, private=None)
_TTL = timedelta(hours=2)
_PATIENCE_S = 120.0
# From the last message of a leader that is lost to the first of the next.
BACK_WITHIN_S = 10.0


@dataclass(frozen=True)
class Outcome:
    """What a broadcast came to whose leader was lost in the middle."""

    chats: int
    lost: int
    repeated: int
    most_copies: int
    too_many_requests: int
    silence_s: float  # between the last message of the one leader and the first of the next
    busiest_second: int  # messages accepted in any second


class Bots:
    """Processes on one database, of which one leads."""

    def __init__(self, emulator: Emulator, url: str, folder: Path, stack: AsyncExitStack) -> None:
        self.emulator = emulator
        self.database = Database(url)
        self._settings = environment(
            emulator.url, url, SEND_RATE=str(RATE), MAX_IN_FLIGHT=str(IN_FLIGHT), LOG_LEVEL="INFO"
        )
        self._folder = folder
        self._stack = stack
        self.running: list[Bot] = []
        self._published = 0

    async def subscribe(self, chats: int) -> None:
        """Let so many chats follow politics."""
        async with self.database.write() as connection:
            [politics] = [row.id for row in await sections.every(connection) if row.name == "سياسة"]
            rows = [
                subscribers.ImportedSubscriber(chat_id, "ar", "Asia/Riyadh", (politics,))
                for chat_id in range(1, chats + 1)
            ]
            await subscribers.import_many(connection, rows, now=datetime.now(UTC))

    async def fill_up(self) -> None:
        """Start processes until there are enough."""
        self.running = [one for one in self.running if one.process.returncode is None]
        while len(self.running) < PROCESSES:
            self.running.append(await self._stack.enter_async_context(bot(self._settings, self._folder)))

    def leader(self) -> Bot:
        """The process that said last that it runs; of one that leads no more, a later line says so."""
        [leading] = [one for one in self.running if _leads(one)]
        return leading

    async def lose_leader(self, how: signal.Signals, chats: int) -> Outcome:
        """Publish, kill or stop the leader in the middle, and wait until every chat has its copy."""
        leader = await self.until_one_leads()
        self._published += 1
        title = f"خبر عاجل رقم {'ابجدهوزحطيكلمنسعفصقرشت'[self._published % 20]} {'و' * self._published}"
        before = len(self.emulator.ledger.accepted)
        refused = self.emulator.ledger.count_refused(429)
        async with self.database.write() as connection:
            await publishing.publish(connection, an_article(title), now=datetime.now(UTC), ttl=_TTL)
        await self._until(lambda: self._copies(title).total() >= chats // 3)
        leader.process.send_signal(how)
        if how is signal.SIGSTOP:
            # Its lease runs out, and however long that takes on a busy machine, another process leads.
            await self._until(lambda: any(_leads(one) for one in self.running if one is not leader))
            leader.process.send_signal(signal.SIGCONT)
        await self._until(lambda: len(self._copies(title)) == chats)
        await asyncio.sleep(1)  # in which a copy too many would come
        copies = self._copies(title)
        times = [entry.time for entry in self.emulator.ledger.accepted[before:]]
        return Outcome(
            chats=chats,
            lost=chats - len(copies),
            repeated=copies.total() - len(copies),
            most_copies=max(copies.values()),
            too_many_requests=self.emulator.ledger.count_refused(429) - refused,
            silence_s=max(later - earlier for earlier, later in pairwise(times)),
            busiest_second=max(bisect_left(times, begin + 1) - index for index, begin in enumerate(times)),
        )

    def _copies(self, title: str) -> Counter[int]:
        return self.emulator.ledger.copies_by_chat(title)

    async def until_one_leads(self) -> Bot:
        """Wait until one process says that it runs, and every other one that it does not; return the one."""
        await self._until(lambda: sum(map(_leads, self.running)) == 1)
        return self.leader()

    async def _until(self, there: Callable[[], bool]) -> None:
        async with asyncio.timeout(_PATIENCE_S):
            while not there():  # noqa: ASYNC110 - what is waited for happens in other processes
                await asyncio.sleep(0.05)


def _leads(one: Bot) -> bool:
    said = [line for line in one.log if "is running" in line or "another process" in line]
    return one.process.returncode is None and bool(said) and "is running" in said[-1]


@asynccontextmanager
async def sharing(url: str, chats: int, folder: Path) -> AsyncIterator[Bots]:
    """Run the processes on the database behind `url` while the block lasts."""
    async with AsyncExitStack() as stack:
        emulator = Emulator(TOKEN, limits=LIMITS, open_house=True)
        await emulator.start()
        stack.push_async_callback(emulator.stop)
        bots = Bots(emulator, url, folder, stack)
        stack.push_async_callback(bots.database.close)
        await bots.subscribe(chats)
        await bots.fill_up()
        yield bots


async def _series(url: str, times: int, chats: int, folder: Path) -> bool:
    """Return whether all is as it must be."""
    well = True
    async with sharing(url, chats, folder) as bots:
        for how in (signal.SIGKILL, signal.SIGSTOP):
            outcomes = []
            for number in range(1, times + 1):
                await bots.fill_up()
                outcomes.append(await bots.lose_leader(how, chats))
                _say(f"{how.name} {number}: {outcomes[-1]}")
            well &= _judge(how.name, outcomes)
    return well


def _judge(how: str, outcomes: list[Outcome]) -> bool:
    worst = [
        ("chats without their alert", max(one.lost for one in outcomes), 0),
        ("repeated messages at one loss (the window in flight)", max(one.repeated for one in outcomes), IN_FLIGHT),
        ("copies in one chat", max(one.most_copies for one in outcomes), 2),
        ("messages over the one budget (429)", max(one.too_many_requests for one in outcomes), 0),
        ("messages in any second", max(one.busiest_second for one in outcomes), RATE + LIMITS.overall_burst),
        ("seconds until another process sends", max(one.silence_s for one in outcomes), BACK_WITHIN_S),
    ]
    for what, found, most in worst:
        _say(f"{how}, {len(outcomes)} times, {what}: at most {found:g}, must not pass {most:g}: {_word(found <= most)}")
    return all(found <= most for _what, found, most in worst)


def _word(holds: bool) -> str:
    return "holds" if holds else "DOES NOT HOLD"


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a program of its own


if __name__ == "__main__":
    times, chats = (int(number) for number in (sys.argv[1:] + DEFAULTS[len(sys.argv) - 1 :]))
    with running_postgres() as server, server.fresh_database() as url, tempfile.TemporaryDirectory() as folder:
        asyncio.run(set_up(url))
        sys.exit(0 if asyncio.run(_series(url, times, chats, Path(folder))) else 1)
