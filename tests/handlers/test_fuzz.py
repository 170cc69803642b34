"""Whatever people send: the bot goes on, nobody's settings change but their own, and everybody gets an answer.

Over HTTP, as the apps do it; each example is a few acts of a stranger, between which a reader keeps their choice.
"""

import asyncio
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.emulator import Emulator
from handlers import presses, routes
from storage import privacy
from storage.database import Database
from tests.databases import Clock
from tests.handlers.conftest import EDITOR, READER, TOKEN, Chats, talking
from tests.handlers.newsroom import publish

CHANNEL = -1001234567890123
_NAMES = [command.name for command in (*routes.COMMANDS, *routes.NEWSROOM_COMMANDS)]
# What every module that has buttons reads: data of the right form with numbers of any size, as a forger would send it.
_FORMS = [
    form
    for module in dict.fromkeys(sys.modules[reader.__module__] for reader in presses._PARSERS)
    for form in vars(module).values()
    if isinstance(form, re.Pattern) and not form.pattern.startswith("/")
]
_ARGUMENTS = st.one_of(
    st.text(max_size=200),
    st.integers(-(10**25), 10**25).map(str),
    st.sampled_from(
        ["*", "sport", "x_9999999999999999999", "٩" * 30, "-", "#0", "21:99", "<b>", "../../", "%00", "a" * 3000]
    ),
)
_DATA = st.one_of(
    st.text(min_size=1, max_size=100),
    st.sampled_from(["🙂" * 40, "sec:" + "a" * 90, "\x00", "sec:*:*", "sum:" + "9" * 18, "txt:1:9999", "top:all"]),
    *(st.from_regex(form, fullmatch=True) for form in _FORMS),
    # Buttons of the channel's panel, which stands in its admin's private chat.
    *(
        st.builds("{}@{}".format, st.from_regex(form, fullmatch=True), st.sampled_from([CHANNEL, -1]))
        for form in _FORMS
    ),
    st.builds("{}@{}".format, st.sampled_from(["sec:*", "lng:en", "qh:0-60", "bye:on", "top:all"]), st.just(CHANNEL)),
)


@dataclass(frozen=True)
class Say:
    """Somebody writes."""

    text: str


@dataclass(frozen=True)
class Press:
    """Somebody sends callback data from under a message of their own chat, there or not."""

    data: str
    under: int


ACTS = st.lists(
    st.one_of(
        st.builds(Say, st.builds("/{} {}".format, st.sampled_from(_NAMES), _ARGUMENTS)),
        st.builds(Say, st.text(min_size=1, max_size=300)),
        st.builds(Press, _DATA, st.integers(1, 40)),
    ),
    min_size=1,
    max_size=4,
)


class Room:
    """A running bot, a reader with a choice and a channel of theirs, and a new stranger for each example."""

    def __init__(self, chats: Chats) -> None:
        self.chats = chats
        self.strangers = count(10_000)

    async def prepare(self) -> None:
        chats = self.chats
        await chats.say(READER, "/start sport")
        await publish(chats, "مباراة القمة", "رياضة")
        chats.emulator.add_group(CHANNEL, "قناة", kind="channel", admins=[READER], added_by=READER)
        await chats.settle()
        self.before = await self.others()

    async def others(self) -> list[object]:
        """Everything that is stored of those who are not the stranger."""
        async with self.chats.database.read() as connection:
            return [await privacy.collect(connection, someone) for someone in (READER, CHANNEL, EDITOR)]

    async def endure(self, acts: list[Say | Press]) -> None:
        """Let a stranger act, each time wait for the answer, and look whether all others are as they were."""
        emulator = self.chats.emulator
        stranger = emulator.add_person(next(self.strangers), "غريب").id
        for act in acts:
            if isinstance(act, Say):
                try:
                    sent = await emulator.say(stranger, act.text)
                except ValueError:
                    continue  # an app sends no empty message
                await emulator.wait_for(stranger, after=sent.message_id)
            else:
                press = await emulator.press(stranger, act.under, data=act.data)
                await press.answered()
        assert await self.others() == self.before


@pytest.fixture
def room(sqlite_database_url: str) -> Iterator[tuple[asyncio.Runner, Room]]:
    # A loop of its own: each example runs on it for a while, and what the bot has begun goes on in the next one.
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        room = runner.run(_open(stack, sqlite_database_url))
        yield runner, room
        runner.run(stack.aclose())


async def _open(stack: AsyncExitStack, database_url: str) -> Room:
    emulator = Emulator(TOKEN, limits=None)
    for user_id in (READER, EDITOR):
        emulator.add_person(user_id, str(user_id), started=True)
    await emulator.start()
    stack.push_async_callback(emulator.stop)
    database = Database(database_url)
    stack.push_async_callback(database.close)
    room = Room(await stack.enter_async_context(talking(emulator, database, Clock(), [EDITOR])))
    await room.prepare()
    return room


@pytest.mark.hypothesis
def test_whatever_a_stranger_does_is_answered_and_changes_nothing_of_others(
    room: tuple[asyncio.Runner, Room], caplog: pytest.LogCaptureFixture
) -> None:
    runner, people = room

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(ACTS)
    def endure(acts: list[Say | Press]) -> None:
        caplog.clear()
        runner.run(people.endure(acts))
        assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []

    endure()
