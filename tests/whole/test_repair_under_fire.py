"""An editor repairs a story on its way to a crowd, by buttons, and the bot is killed meanwhile."""

import signal
from pathlib import Path

from sqlalchemy import select

from bot.emulator import Emulator
from storage.database import Database
from storage.deliveries import Kind, State
from storage.tables import deliveries
from tests.databases import sqlite_url
from tests.delivery.harness import until
from tests.whole.conftest import EDITOR
from tests.whole.programs import TOKEN, bot, command, environment
from tests.whole.test_broadcast import publish
from tests.whole.test_repair import Desk

CROWD = range(50_001, 52_001)
OUT = 500  # have their copy when the story is corrected
WRONG, RIGHT = "مقتل 12 في انفجار بمرفأ الصيادين", "إصابة 12 في انفجار بمرفأ الصيادين"
STORY = f"عاجل سياسة\n\n{WRONG}\n\nوقع الانفجار فجر اليوم."


async def accepted(emulator: Emulator, method: str, number: int, *, since: int = 0) -> None:
    """Wait until the server has taken so many requests of one kind."""

    async def are_there() -> bool:
        return sum(entry.method == method for entry in emulator.ledger.accepted[since:]) >= number

    await until(are_there)


async def settled(database: Database) -> None:
    async def is_settled() -> bool:
        owed = select(deliveries.c.id).where(deliveries.c.state.in_((State.PENDING, State.SENDING))).limit(1)
        async with database.read() as connection:
            return await connection.scalar(owed) is None

    await until(is_settled)


async def in_doubt(database: Database) -> set[int]:
    """The chats whose copy was on its way when the bot was killed."""
    async with database.read() as connection:
        interrupted = select(deliveries.c.chat_id).where(
            deliveries.c.kind == Kind.ALERT, deliveries.c.interruptions > 0
        )
        return set(await connection.scalars(interrupted))


async def test_kills_during_a_correction_and_a_retraction_change_nothing_of_how_they_end(tmp_path: Path) -> None:
    emulator = Emulator(TOKEN, open_house=True, limits=None)
    emulator.add_person(EDITOR, "التحرير")
    await emulator.start()
    url = sqlite_url(tmp_path / "news.db")
    settings = environment(emulator.url, url, OWNER_IDS=str(EDITOR), SEND_RATE="400")
    lines = "".join(f"{chat},ar,سياسة,Asia/Riyadh\n" for chat in CROWD)
    (tmp_path / "crowd.csv").write_bytes(f"chat_id,language,sections,timezone\n{lines}".encode())
    assert (await command("subscribers", "import", "crowd.csv", settings=settings, folder=tmp_path)).code == 0
    database, desk, ledger = Database(url), Desk(emulator), emulator.ledger

    async with bot(settings, tmp_path) as first:
        await publish(emulator, STORY)
        await accepted(emulator, "sendMessage", OUT)
        card = await desk.say("/correct 1", WRONG)
        await desk.press(card, "العنوان", "أرسل العنوان الصحيح")
        card = await desk.say(RIGHT, "هكذا ستبدو")
        await desk.press(card, "تأكيد", "صُحِّح الخبر رقم 1")
        confirmed = len(ledger.accepted)
        await accepted(emulator, "editMessageText", 100, since=confirmed)
        await first.stop(signal.SIGKILL)

    async with bot(settings, tmp_path) as second:
        await settled(database)
        for chat in CROWD:
            assert RIGHT in emulator.messages(chat)[-1].text
        late = [entry for entry in ledger.accepted[confirmed:] if entry.chat_id in CROWD]
        assert [entry.text for entry in late if RIGHT not in entry.text] == []
        doubtful = await in_doubt(database)
        assert all(len(emulator.messages(chat)) == 1 for chat in CROWD if chat not in doubtful)

        card = await desk.say("/retract 1 لم يتأكد", "السبب")
        await desk.press(card, "تأكيد", "سُحب الخبر رقم 1")
        confirmed = len(ledger.accepted)
        await accepted(emulator, "deleteMessage", 300, since=confirmed)
        await second.stop(signal.SIGKILL)

    async with bot(settings, tmp_path):
        await settled(database)
        sent = [e for e in ledger.accepted[confirmed:] if e.chat_id in CROWD and e.method == "sendMessage"]
        assert sent == [], "a copy went out after the confirmation"
        assert {chat for chat in CROWD if emulator.messages(chat)} <= doubtful
    await database.close()
    await emulator.stop()
