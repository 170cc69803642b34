"""What Telegram sends, read and handled whatever it is."""

from collections.abc import AsyncIterator

import pytest
from telegram import Update
from telegram.error import InvalidToken

from bot.emulator import Emulator
from bot.updates import PatientBot

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
