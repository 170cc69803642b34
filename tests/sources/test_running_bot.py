"""From a feed to the subscriber's phone: the bot as a process of its own, its sources added by another."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.emulator import Emulator
from storage import sources
from storage.database import Database
from tests.databases import sqlite_url
from tests.delivery.harness import until
from tests.sources.feeds import Item, rss
from tests.sources.web import Web
from tests.whole.programs import TOKEN, bot, command, environment

READER, EDITOR = 101, 103
PATIENCE = 30.0
FLAGGED = Item("عاجل | إغلاق جسر الميناء أمام الشاحنات", guid="1", link="https://news.example/story/1")

RENAMED = Item("عاجل | إغلاق جسر الصيادين أمام الشاحنات", guid="1", link=FLAGGED.link)


async def is_filled(url: str) -> bool:
    """Whether the bot has looked at the source for the first time, and settled it."""
    database = Database(url)
    try:
        async with database.read() as connection:
            source = await sources.find(connection, "1")
        return source is not None and source.filled_at is not None
    finally:
        await database.close()


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    emulator = Emulator(TOKEN)
    emulator.add_person(READER, "ليلى")
    emulator.add_person(EDITOR, "التحرير")
    await emulator.start()
    yield emulator
    await emulator.stop()


async def test_a_source_is_followed_and_corrected_while_the_bot_runs_and_the_newsroom_hears_when_it_is_gone(
    emulator: Emulator, outside: Web, tmp_path: Path
) -> None:
    settings = environment(
        emulator.url, sqlite_url(tmp_path / "news.db"), OWNER_IDS=str(EDITOR), ALLOW_PRIVATE_ADDRESSES="true"
    )
    outside.serve("/feed", rss([Item("عاجل | خبر قديم لا يعني أحدا اليوم", guid="0")]))
    async with bot(settings, tmp_path) as running:
        await emulator.say(READER, "/start")
        welcome = await emulator.wait_for(READER, lambda message: bool(message.buttons), timeout=PATIENCE)
        await (await emulator.press(READER, welcome.message_id, text="سياسة")).answered(PATIENCE)
        await emulator.say(EDITOR, "/start")
        added = await command("sources", "add", outside.url("/feed"), settings=settings, folder=tmp_path)
        assert added.code == 0, added.err
        # What is there at the bot's first look alerts nobody; until it is over, a second one does not begin.
        await until(lambda: is_filled(settings["DATABASE_URL"]))

        outside.serve("/feed", rss([FLAGGED]))
        resumed = await command("sources", "resume", "1", settings=settings, folder=tmp_path)
        assert resumed.code == 0, resumed.err
        alert = await emulator.wait_for(READER, lambda message: "جسر الميناء" in message.text, timeout=PATIENCE)
        await emulator.wait_for(EDITOR, lambda message: "انتهى إرسال الخبر" in message.text, timeout=PATIENCE)

        outside.serve("/feed", rss([RENAMED]))
        await command("sources", "resume", "1", settings=settings, folder=tmp_path)
        card = await emulator.wait_for(EDITOR, "تصحيح يقترحه المصدر", timeout=PATIENCE)
        assert "جسر الصيادين" not in alert.text
        await (await emulator.press(EDITOR, card.message_id, text="اعتماد")).answered(PATIENCE)
        await emulator.wait_for(READER, lambda message: "جسر الصيادين" in message.text, timeout=PATIENCE)
        assert "تصحيح" in alert.text

        outside.serve("/feed", status=410)
        await command("sources", "resume", "1", settings=settings, folder=tmp_path)
        notice = await emulator.wait_for(EDITOR, lambda message: "حُذف نهائيًّا" in message.text, timeout=PATIENCE)

        assert "عاجل" in alert.text
        assert "127.0.0.1" in notice.text
        assert not any("خبر قديم" in message.text for message in emulator.messages(READER))
        assert await running.stop() == 0
    assert "Traceback" not in "".join(running.log)
