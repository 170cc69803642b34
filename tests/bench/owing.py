"""Owing one alert to very many subscribers."""

import asyncio
import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import headlines, phrases, publishing
from storage.article import Article, Block, BlockKind
from storage.database import Database
from storage.localtime import local_date
from storage.owing_digests import owe_due
from storage.publishing import Published
from tests.databases import set_up, sqlite_url

BODY = "تفاصيل الخبر كما وردت من مراسلنا في المكان. " * 6
TTL = timedelta(hours=12)
_SUBSCRIBERS = """
    WITH RECURSIVE n(id) AS (SELECT :first UNION ALL SELECT id + 1 FROM n WHERE id < :last)
    INSERT OR IGNORE INTO subscribers (chat_id, language, timezone, status, created_at, changed_at)
    SELECT id, 'ar', 'Asia/Riyadh', 'active', '2026-01-01', '2026-01-01' FROM n
"""
_SUBSCRIPTIONS = """
    WITH RECURSIVE n(id) AS (SELECT :first UNION ALL SELECT id + 1 FROM n WHERE id < :last)
    INSERT INTO subscriptions (chat_id, section_id)
    SELECT n.id, sections.id FROM n, sections WHERE sections.name = :section
"""


# Of every hundred chats: 30 have quiet hours, now or at another time; 10 a budget, half of which is spent; 5 have muted
# the bot; and 20 follow a word that the alert holds, or mute one.
_WISHES = (
    """
    UPDATE subscribers SET
      timezone = CASE chat_id % 3 WHEN 0 THEN 'Africa/Cairo' WHEN 1 THEN 'Asia/Beirut' ELSE timezone END,
      quiet_from = CASE WHEN chat_id % 100 < 30 THEN (chat_id % 24) * 60 END,
      quiet_until = CASE WHEN chat_id % 100 < 30 THEN (chat_id % 24 + 8) % 24 * 60 END,
      alert_budget = CASE WHEN chat_id % 100 BETWEEN 30 AND 39 THEN 5 END,
      budget_date = :date, budget_spent = chat_id % 10,
      muted_until = CASE WHEN chat_id % 100 BETWEEN 40 AND 44 THEN :tomorrow END
    """,
    """
    INSERT INTO chat_phrases (chat_id, phrase_id, muted, typed)
    SELECT chat_id, phrases.id, phrases.text = 'الساحل', phrases.text
    FROM subscribers, phrases WHERE chat_id % 100 BETWEEN 45 AND 64 AND chat_id % 2 = (phrases.text = 'الساحل')
    """,
)
_DIGESTS = """
    INSERT INTO digests (chat_id, edition, enabled, minute, next_date, next_due_at)
    SELECT chat_id, 'evening', 1, 1200, :date, :due FROM subscribers
"""


async def prepare(file: Path, subscribers: int, *, publish: bool = False) -> str:
    """Make a database in which so many chats follow politics, and owe them an alert; return its URL."""
    url = sqlite_url(file)
    await set_up(url)
    database = Database(url)
    async with database.write() as connection:
        await subscribe(connection, 1, subscribers, "سياسة")
    if publish:
        await publish_alert(database, "زلزال يضرب الساحل", "سياسة")
    await database.close()
    return url


async def subscribe(connection: AsyncConnection, first: int, count: int, section: str) -> None:
    """Make the chats `first`, `first` + 1, … subscribers of the section."""
    values = {"first": first, "last": first + count - 1, "section": section}
    await connection.execute(text(_SUBSCRIBERS), values)
    await connection.execute(text(_SUBSCRIPTIONS), values)


async def publish_alert(database: Database, title: str, section: str) -> Published:
    """Publish an alert now."""
    article = Article(title, (section,), True, (Block(BlockKind.PARAGRAPH, BODY),))
    async with database.write() as connection:
        return await publishing.publish(connection, article, now=datetime.now(UTC), ttl=TTL)


def owe(folder: Path, subscribers: int) -> None:
    """Print how long owing an alert to so many takes, what memory it needs, and whether anyone waits meanwhile.

    Once to chats that have changed no setting, and once to chats with all kinds of wishes.
    """
    asyncio.run(_owe(folder / "owing.db", subscribers))


def owe_digests(folder: Path, subscribers: int) -> None:
    """Print how long owing digests to so many at the same minute takes, beside one alert to the same chats."""
    asyncio.run(_owe_digests(folder / "digests.db", subscribers))


async def _owe(file: Path, subscribers: int) -> None:
    database = Database(await prepare(file, subscribers))
    print(f"owing one alert to {subscribers:,} chats")
    await _owe_beside_readers(database, "as they begin")
    async with database.write() as connection:
        for word in ("زلزال", "الساحل"):
            await phrases.put(connection, 1, word, muted=False)
        now = datetime.now(UTC)
        values = {"date": local_date("Asia/Riyadh", now), "tomorrow": str(now.replace(tzinfo=None) + timedelta(days=1))}
        await connection.execute(text("DELETE FROM chat_phrases"))
        for statement in _WISHES:
            await connection.execute(text(statement), values)
    await _owe_beside_readers(database, "with hours, budgets, mutes and words")
    await database.close()
    print()


async def _owe_beside_readers(database: Database, which: str) -> None:
    waits, memory = list[float](), list[float]()

    async def read() -> None:
        while True:
            begin = time.perf_counter()
            async with database.read() as connection:
                await headlines.latest(connection, chat_id=1, limit=5)
            waits.append((time.perf_counter() - begin) * 1000)
            memory.append(_memory_mb())
            await asyncio.sleep(0.01)

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.5)
    before = memory[-1]
    waits.clear()
    memory.clear()
    begin, cpu = time.perf_counter(), time.process_time()
    published = await publish_alert(database, f"زلزال يضرب الساحل {which}", "سياسة")
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    print(
        f"  {which}: {seconds:.1f} s ({cpu:.1f} s of processor time), {max(memory) - before:.0f} MB more memory, "
        f"pushed to {published.owed:,}; {len(waits)} readings meanwhile: p95 {quantiles(waits, n=20)[-1]:.1f} ms, "
        f"worst {max(waits):.1f} ms"
    )


async def _owe_digests(file: Path, subscribers: int) -> None:
    database = Database(await prepare(file, subscribers))
    now = datetime.now(UTC)
    begin, cpu = time.perf_counter(), time.process_time()
    await publish_alert(database, "زلزال يضرب الساحل", "سياسة")
    alert, alert_cpu = time.perf_counter() - begin, time.process_time() - cpu
    async with database.write() as connection:
        due = str(now.replace(tzinfo=None))
        await connection.execute(text(_DIGESTS), {"date": local_date("Asia/Riyadh", now), "due": due})
    begin, cpu = time.perf_counter(), time.process_time()
    async with database.write() as connection:
        owed = await owe_due(connection, now=datetime.now(UTC))
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    await database.close()
    print(
        f"owing {owed:,} digests of one minute: {seconds:.1f} s ({cpu:.1f} s of processor time); "
        f"one alert to the same chats: {alert:.1f} s ({alert_cpu:.1f} s)\n"
    )


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
