"""An editor stops a broadcast that is under way and lets it go on: the bot as a process, driven over HTTP."""

from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from bot.emulator import Emulator, Message
from storage.database import Database
from storage.tables import deliveries
from tests.databases import sqlite_url
from tests.delivery.harness import until
from tests.whole.conftest import EDITOR
from tests.whole.programs import TOKEN, bot, command, environment

CROWD = range(50_001, 50_091)
FEW = CROWD[:5]  # who follow the second story's section too
FIRST = "عاجل سياسة\n\nهدنة في الجنوب تبدأ فجر الغد\n\nأعلن الطرفان وقف إطلاق النار."
SECOND = "عاجل اقتصاد\n\nالبرلمان يقر الموازنة الجديدة\n\nصوت النواب بالأغلبية على المشروع."
PATIENCE = 30.0


async def publish(emulator: Emulator, text: str) -> None:
    asked = await emulator.say(EDITOR, f"/publish {text}")
    preview = await emulator.wait_for(
        EDITOR,
        lambda message: any("نشر" in label for label in message.button_texts()),
        after=asked.message_id,
        timeout=PATIENCE,
    )
    await (await emulator.press(EDITOR, preview.message_id, text="نشر")).answered(PATIENCE)


async def progress_of(emulator: Emulator, title: str, *words: str) -> Message:
    """Wait until the message that tells how a story goes out holds these words."""
    return await emulator.wait_for(
        EDITOR,
        lambda message: "📣" in message.text and title in message.text and all(word in message.text for word in words),
        timeout=PATIENCE,
    )


async def states(database: Database, story: int) -> Counter[str]:
    async with database.read() as connection:
        rows = await connection.execute(
            select(deliveries.c.state, func.count())
            .where(deliveries.c.article_id == story)
            .group_by(deliveries.c.state)
        )
        return Counter({row[0]: row[1] for row in rows})


async def until_nothing_is_under_way(database: Database, story: int) -> Counter[str]:
    async def is_still() -> bool:
        return not (await states(database, story))["sending"]

    await until(is_still)
    return await states(database, story)


async def test_a_broadcast_is_stopped_survives_a_restart_and_reaches_everybody_once(tmp_path: Path) -> None:
    emulator = Emulator(TOKEN, open_house=True)
    emulator.add_person(EDITOR, "التحرير")
    await emulator.start()
    url = sqlite_url(tmp_path / "news.db")
    settings = environment(emulator.url, url, OWNER_IDS=str(EDITOR), SEND_RATE="10")
    lines = "".join(f"{chat},ar,{'سياسة;اقتصاد' if chat in FEW else 'سياسة'},Asia/Riyadh\n" for chat in CROWD)
    csv = f"chat_id,language,sections,timezone\n{lines}".encode()
    (tmp_path / "crowd.csv").write_bytes(csv)
    assert (await command("subscribers", "import", "crowd.csv", settings=settings, folder=tmp_path)).code == 0
    database = Database(url)
    title, other = "هدنة في الجنوب", "البرلمان يقر الموازنة"

    async with bot(settings, tmp_path):
        await publish(emulator, FIRST)
        message = await progress_of(emulator, title, "السرعة")
        press = await emulator.press(EDITOR, message.message_id, text="أوقف")
        assert (await press.answered(PATIENCE)).text == "توقف إرسال هذا الخبر."
        stopped = await until_nothing_is_under_way(database, 1)
        assert 0 < stopped["held"] < len(CROWD)
        assert stopped["pending"] == 0
        await progress_of(emulator, title, "أُوقف إرساله")

        # What comes later goes out meanwhile, and nothing of the first one with it.
        await publish(emulator, SECOND)
        await progress_of(emulator, other, "انتهى إرسال الخبر 2")
        copies = emulator.ledger.copies_by_chat(other)
        assert {chat: copies[chat] for chat in FEW} == dict.fromkeys(FEW, 1)
        assert await states(database, 1) == stopped

    async with bot(settings, tmp_path):
        message = await progress_of(emulator, title, "أُوقف إرساله")
        assert await states(database, 1) == stopped
        press = await emulator.press(EDITOR, message.message_id, text="استأنف")
        assert (await press.answered(PATIENCE)).text == "استُؤنف إرسال هذا الخبر."
        done = await progress_of(emulator, title, "انتهى إرسال الخبر 1", f"أُرسلت: {len(CROWD)}")
        assert done.message_id == message.message_id
        assert done.buttons == ()
    copies = emulator.ledger.copies_by_chat(title)
    assert {chat: copies[chat] for chat in CROWD} == dict.fromkeys(CROWD, 1)
    await database.close()
    await emulator.stop()
