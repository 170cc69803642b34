"""Owing one alert to very many subscribers."""

import asyncio
import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import articles, publishing
from storage.article import Article, Block, BlockKind
from storage.database import Database
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
    """Print how long owing an alert to so many takes, what memory it needs, and whether anyone waits meanwhile."""
    asyncio.run(_owe(folder / "owing.db", subscribers))


async def _owe(file: Path, subscribers: int) -> None:
    database = Database(await prepare(file, subscribers))
    waits, memory = list[float](), list[float]()

    async def read() -> None:
        while True:
            begin = time.perf_counter()
            async with database.read() as connection:
                await articles.latest(connection, chat_id=1, limit=5)
            waits.append((time.perf_counter() - begin) * 1000)
            memory.append(_memory_mb())
            await asyncio.sleep(0.01)

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.5)
    before = memory[-1]
    waits.clear()
    memory.clear()
    begin = time.perf_counter()
    published = await publish_alert(database, "زلزال يضرب الساحل", "سياسة")
    seconds = time.perf_counter() - begin
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await database.close()
    print(f"owing one alert to {published.owed:,} chats: {seconds:.1f} s, {max(memory) - before:.0f} MB more memory")
    print(f"  {len(waits)} readings meanwhile: p95 {quantiles(waits, n=20)[-1]:.1f} ms, worst {max(waits):.1f} ms\n")


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
