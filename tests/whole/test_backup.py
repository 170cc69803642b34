"""A copy of the database that was taken in the middle of a broadcast: the bot goes on from it as from a crash."""

import asyncio
import signal
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from bot.emulator import Emulator
from storage.database import Database
from storage.tables import deliveries
from tests.databases import sqlite_url
from tests.waiting import until
from tests.whole.programs import TOKEN, bot, command, environment

CHATS = 300
STORY = "عاجل سياسة\n\nانتخاب رئيس جديد للبرلمان\n\nانتخب البرلمان رئيسه الجديد مساء اليوم."
TITLE = "انتخاب رئيس جديد"


async def test_a_copy_from_the_middle_of_a_broadcast_is_restored_and_the_rest_goes_out(tmp_path: Path) -> None:
    emulator = Emulator(TOKEN, limits=None, open_house=True)
    await emulator.start()
    settings = environment(emulator.url, sqlite_url(tmp_path / "data" / "news.db"), SEND_RATE="100", MAX_IN_FLIGHT="8")
    (tmp_path / "chats.csv").write_text(
        "chat_id,language,sections,timezone\n" + "".join(f"{n},ar,سياسة,Asia/Riyadh\n" for n in range(1, CHATS + 1)),
        encoding="utf-8",
    )

    async def run(*arguments: str, given: bytes = b"") -> None:
        done = await command(*arguments, settings=settings, folder=tmp_path, given=given)
        assert done.code == 0, done.err

    await run("subscribers", "import", "chats.csv")
    async with bot(settings, tmp_path) as first:
        await run("ingest", "-", given=STORY.encode())
        await until(lambda: len(emulator.ledger.accepted) >= CHATS // 10)
        await run("backup", "copy.db")
        await until(lambda: len(emulator.ledger.accepted) == CHATS)
        await first.stop(signal.SIGKILL)
    before = await _states(sqlite_url(tmp_path / "copy.db"))
    assert before.total() == CHATS
    assert before["sending"] <= 8

    await run("restore", "copy.db")
    assert await _states(settings["DATABASE_URL"]) == before
    async with bot(settings, tmp_path):
        await until(lambda: len(emulator.ledger.accepted) == 2 * CHATS - before["sent"])
        async with asyncio.timeout(30):
            while await _states(settings["DATABASE_URL"]) != {"sent": CHATS}:  # noqa: ASYNC110 - another process records it
                await asyncio.sleep(0.05)

    copies = emulator.ledger.copies_by_chat(TITLE)
    await emulator.stop()
    assert len(copies) == CHATS
    assert sorted(set(copies.values())) in ([2], [1, 2])


async def _states(url: str) -> Counter[str]:
    database = Database(url)
    try:
        async with database.read() as connection:
            rows = await connection.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
            return Counter({str(row.state): int(row[1]) for row in rows})
    finally:
        await database.close()
