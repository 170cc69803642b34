"""Who uses the bot meanwhile: a thousand people at once, and a newsroom that publishes, corrects and retracts."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import aiohttp
from sqlalchemy import func, select

from storage.database import Database
from storage.deliveries import OPEN
from storage.tables import articles, deliveries
from tests.soak.client import RefusedByEmulatorError, Telegram
from tests.soak.outside import Outside
from tests.soak.stories import Stories, Story
from tests.whole.programs import command

FIRST_PERSON = 900_000_000
EDITOR = 800_000_000
# What people are patient for before they try something else.
ANSWER_S = 20.0
_COMMANDS = (
    "/start", "/start politics", "/start sport", "/sections", "/latest", "/latest", "/summary", "/summary",
    "/search قال", "/settings", "/digest 21:30", "/quiet 23 7", "/quiet off", "/mute 1", "/mute off",
    "/timezone القاهرة", "/language", "/words انتخابات", "/privacy", "/export", "/help", "/help", "/chats", "/stop",
    "/start", "/forget", "الأحدث", "ملخص", "؟",
)  # fmt: skip
# How likely an editor corrects or retracts one of the last stories within a second.
_CORRECTS, _RETRACTS = 0.008, 0.004
_FAILED = (RefusedByEmulatorError, aiohttp.ClientError, TimeoutError)


@dataclass
class Answers:
    """How people were answered: seconds, and how many waited in vain. Read and emptied once a minute."""

    seconds: list[float] = field(default_factory=list)
    unanswered: int = 0

    def note(self, seconds: float | None) -> None:
        if seconds is None:
            self.unanswered += 1
        else:
            self.seconds.append(seconds)


class People:
    """Each acts, waits for the answer, and thinks for a while."""

    def __init__(self, telegram: Telegram, random: Random, count: int, think_s: float) -> None:
        """`think_s` is the mean of the time that each person takes between two acts."""
        self._telegram = telegram
        self._random = random
        self._think_s = think_s
        self.ids = range(FIRST_PERSON, FIRST_PERSON + count)
        self.answers = Answers()

    async def arrive(self) -> None:
        """Let the emulator know them; they have not written yet."""
        for person in self.ids:
            await self._telegram.act("people", user_id=person, name=f"قارئ {person}")

    async def act(self) -> None:
        """Let all of them act until cancelled."""
        async with asyncio.TaskGroup() as group:
            for person in self.ids:
                group.create_task(self._live(person))

    async def ask_all(self, count: int) -> int:
        """Let some of them ask something harmless; return how many are not answered."""
        for person in self.ids[:count]:  # whoever was interrupted while they kept the bot out
            await self._telegram.act("unblock", user_id=person, notify="false")
        asking = [self._telegram.say(person, "/help", wait=ANSWER_S, answer="/stop") for person in self.ids[:count]]
        return sum(
            isinstance(answer, BaseException) for answer in await asyncio.gather(*asking, return_exceptions=True)
        )

    async def _live(self, person: int) -> None:
        await asyncio.sleep(self._random.uniform(0, self._think_s))
        while True:
            begin = time.monotonic()
            try:
                await self._act_once(person)
                self.answers.note(time.monotonic() - begin)
            except _FAILED:
                self.answers.note(None)
            await asyncio.sleep(self._random.expovariate(1 / self._think_s))

    async def _act_once(self, person: int) -> None:
        telegram, dice = self._telegram, self._random.random()
        if dice < 0.01:
            await telegram.act("block", user_id=person)
            await asyncio.sleep(self._random.uniform(1, self._think_s))
            await telegram.act("unblock", user_id=person)
            dice = 1.0
        if dice < 0.45:
            messages = (await telegram.ask("messages", chat_id=person))["messages"]
            with_buttons = [found for found in messages if "reply_markup" in found][-3:]
            if with_buttons:
                message = self._random.choice(with_buttons)
                buttons = [b for row in message["reply_markup"]["inline_keyboard"] for b in row if "callback_data" in b]
                if buttons:
                    data = self._random.choice(buttons)["callback_data"]
                    number = message["message_id"]
                    await telegram.act("press", user_id=person, message_id=number, data=data, wait=ANSWER_S)
                    return
        await telegram.say(person, self._random.choice(_COMMANDS), wait=ANSWER_S)


class Newsroom:
    """Publishes as long as there is room: by the desk, by sources, by the command line."""

    def __init__(
        self,
        telegram: Telegram,
        database: Database,
        outside: Outside,
        stories: Stories,
        random: Random,
        *,
        room: int,
        settings: dict[str, str],
        folder: Path,
    ) -> None:
        """Nothing is published while more than `room` messages are owed."""
        self._telegram = telegram
        self._database = database
        self._outside = outside
        self._stories = stories
        self._random = random
        self._room = room
        self._settings = settings
        self._folder = folder
        self.done = {"published": 0, "corrected": 0, "retracted": 0, "failed": 0}

    async def work(self) -> None:
        """Publish, correct and retract until cancelled."""
        await self._telegram.act("people", user_id=EDITOR, name="التحرير")
        while True:
            if await owed(self._database) < self._room:
                # Now and then several at once.
                for _ in range(self._random.choice((1, 1, 1, 1, 3))):
                    await self._try("published", self._publish(self._stories.new()))
            dice = self._random.random()
            if dice < _CORRECTS:
                await self._try("corrected", self._correct())
            elif dice < _CORRECTS + _RETRACTS:
                await self._try("retracted", self._retract())
            await asyncio.sleep(1)

    async def _try(self, what: str, act: Coroutine[None, None, None]) -> None:
        try:
            await act
        except (*_FAILED, RuntimeError):
            what = "failed"  # an editor would try again; what matters is what the ledger says
        self.done[what] += 1

    async def _publish(self, story: Story) -> None:
        dice = self._random.random()
        if dice < 0.3:
            self._outside.publish(story)
        elif dice < 0.5:
            done = await command("ingest", "-", settings=self._settings, folder=self._folder, given=story.text.encode())
            if done.code:
                raise RuntimeError(done.err)
        else:
            card = await self._telegram.say(EDITOR, f"/publish {story.text}", wait=ANSWER_S, answer="هكذا فهمنا")
            await self._press(card, "نشر")
            await self._telegram.wait(EDITOR, "نُشر الخبر", after=card["message_id"] - 1, timeout=ANSWER_S)

    async def _correct(self) -> None:
        if (found := await self._recent()) is None:
            return
        number, mark = found
        card = await self._telegram.say(EDITOR, f"/correct {number}", wait=ANSWER_S, answer=mark)
        await self._press(card, "العنوان")
        await self._telegram.wait(EDITOR, "أرسل العنوان الصحيح", after=card["message_id"] - 1, timeout=ANSWER_S)
        card = await self._telegram.say(EDITOR, self._stories.headline(mark), wait=ANSWER_S, answer="هكذا ستبدو")
        await self._press(card, "تأكيد")
        await self._telegram.wait(EDITOR, "صُحِّح الخبر", after=card["message_id"] - 1, timeout=ANSWER_S)

    async def _retract(self) -> None:
        if (found := await self._recent()) is None:
            return
        card = await self._telegram.say(EDITOR, f"/retract {found[0]} لم يتأكد", wait=ANSWER_S, answer="السبب")
        await self._press(card, "تأكيد")
        await self._telegram.wait(EDITOR, "سُحب الخبر", after=card["message_id"] - 1, timeout=ANSWER_S)

    async def _press(self, message: dict[str, object], label: str) -> None:
        await self._telegram.act("press", user_id=EDITOR, message_id=message["message_id"], text=label, wait=ANSWER_S)

    async def _recent(self) -> tuple[int, str] | None:
        """Return the number and the mark of one of the last stories."""
        newest = select(articles.c.id, articles.c.title).where(articles.c.status == "published")
        async with self._database.read() as connection:
            rows = (await connection.execute(newest.order_by(articles.c.id.desc()).limit(4))).all()
        if not rows:
            return None
        row = self._random.choice(rows)
        return row.id, row.title.rsplit(" ", 1)[-1]


async def owed(database: Database) -> int:
    """Return how many deliveries are open."""
    async with database.read() as connection:
        states = select(func.count()).select_from(deliveries).where(deliveries.c.state.in_(OPEN))
        return await connection.scalar(states) or 0
