"""What Telegram sends, read and handled whatever it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, Update
from telegram.error import InvalidToken

from bot.emulator import Emulator
from bot.updates import ChatOrderedProcessor, PatientBot

TOKEN = "77:updates"
READER = 5


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    server = Emulator(TOKEN)
    server.add_person(READER, "ليلى")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(emulator: Emulator) -> AsyncIterator[PatientBot]:
    async with PatientBot(TOKEN, base_url=f"{emulator.url}/bot") as bot:
        yield bot


async def test_an_update_that_cannot_be_read_is_passed_over(bot: PatientBot, emulator: Emulator) -> None:
    await emulator.say(READER, "قبل")
    emulator.push_update("message", {"message_id": 1})
    emulator.push_update("callback_query", "text")
    await emulator.say(READER, "بعد")

    updates = await bot.get_updates()

    texts = [update.message.text if update.message else None for update in updates]
    assert texts == ["قبل", None, None, "بعد"]
    assert await bot.get_updates(updates[-1].update_id + 1) == ()
    assert emulator.pending_updates == 0


async def test_what_telegram_refuses_is_raised(emulator: Emulator) -> None:
    stranger = PatientBot("77:wrong", base_url=f"{emulator.url}/bot")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


@pytest.mark.parametrize("data", [None, [], "text", {}, {"update_id": "1"}])
async def test_what_is_no_update_is_refused(bot: PatientBot, data: object) -> None:
    with pytest.raises(ValueError, match="not an update"):
        bot.read_update(data)


async def test_an_update_is_read_as_the_library_reads_it(bot: PatientBot) -> None:
    assert bot.read_update({"update_id": 9}) == Update(9)


def said_by(chat_id: int, number: int) -> Update:
    return Update(number, message=Message(number, datetime.now(UTC), Chat(chat_id, Chat.PRIVATE)))


class Handled:
    """What a processor with two slots has handled, each update when it is let."""

    def __init__(self) -> None:
        self.processor = ChatOrderedProcessor(2)
        self.begun: list[int] = []
        self.may_end = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    async def take(self, chat_id: int, *numbers: int) -> None:
        for number in numbers:
            handling = self.processor.process_update(said_by(chat_id, number), self._handle(number))
            self.tasks.append(asyncio.create_task(handling))
        for _ in range(20):  # every task comes as far as it can
            await asyncio.sleep(0)

    async def end(self) -> None:
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _handle(self, number: int) -> None:
        self.begun.append(number)
        await self.may_end.wait()


async def test_who_sends_very_much_takes_one_slot_and_is_handled_in_order() -> None:
    handled = Handled()
    await handled.take(READER, *range(10))
    await handled.take(READER + 1, 100)
    assert handled.begun == [0, 100]

    handled.may_end.set()
    await handled.end()
    assert handled.begun == [0, 100, *range(1, 10)]


async def test_no_more_are_handled_at_once_than_there_are_slots() -> None:
    handled = Handled()
    for chat_id in range(1, 5):
        await handled.take(chat_id, chat_id)
    assert handled.begun == [1, 2]
    handled.may_end.set()
    await handled.end()
    assert handled.begun == [1, 2, 3, 4]


async def test_at_the_end_nothing_more_is_begun_and_what_has_begun_can_be_cut_short() -> None:
    handled = Handled()
    await handled.take(READER, 1, 2, 3)
    handled.processor.pass_over()
    await handled.take(READER + 1, 4)

    assert handled.processor.cut_short() == 1
    await handled.end()
    assert handled.begun == [1]
    assert handled.processor.passed_over == 3
