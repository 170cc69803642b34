"""A newsroom that follows sources on the local server: one reader, one clock, one poller."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from bot.ingest import Policy
from bot.sources.fetch import Fetcher
from bot.sources.ingester import Ingester
from bot.sources.looking import Looker
from bot.sources.poller import Poller
from storage import articles, source_corrections, sources
from storage.articles import StoredArticle
from storage.database import Database
from storage.source_corrections import Corrections
from storage.sources import Kind, Source
from storage.tables import articles as article_table
from storage.tables import deliveries as delivery_table
from tests.databases import Clock
from tests.sources.feeds import Item, rss
from tests.sources.web import Web
from tests.storage.builders import subscribe

READER = 7
POLICY = Policy(alert_ttl=timedelta(hours=2), keep_unflagged=False)


@dataclass
class Newsroom:
    """`alerts` counts how often the sender was told that something is owed, `recalls` that it has changed."""

    database: Database
    web: Web
    clock: Clock
    looker: Looker
    ingester: Ingester
    poller: Poller
    alerts: list[None] = field(default_factory=list)
    recalls: list[None] = field(default_factory=list)

    async def follow(
        self, path: str, *, name: str = "الأولى", kind: Kind = Kind.FEED, section_names: Iterable[str] = ()
    ) -> int:
        """Add a source on the local server."""
        async with self.database.write() as connection:
            return await sources.add(
                connection, self.web.url(path), kind=kind, name=name, section_names=section_names, now=self.clock()
            )

    async def apply_corrections(self, number: int = 1) -> None:
        """Let what this source changes be applied without asking the desk."""
        async with self.database.write() as connection:
            await source_corrections.choose(connection, number, Corrections.APPLIED)

    async def poll(self, *, minutes: float = 31) -> None:
        """Let so much time pass that everything is due, and poll it."""
        self.clock.advance(minutes=minutes)
        await self.poller.poll_due()

    async def publish(self, *items: Item, path: str = "/feed", minutes: float = 31) -> None:
        """Put these items into the feed, and poll."""
        self.web.serve(path, rss(items))
        await self.poll(minutes=minutes)

    async def source(self, number: int = 1) -> Source:
        async with self.database.read() as connection:
            found = await sources.find(connection, str(number))
        assert found is not None
        return found

    async def stored(self) -> list[StoredArticle]:
        """Every article, in the order in which they were stored."""
        async with self.database.read() as connection:
            ids = await connection.scalars(select(article_table.c.id).order_by(article_table.c.id))
            found = [await articles.get(connection, number) for number in ids.all()]
        return [article for article in found if article]

    async def titles(self) -> list[str]:
        return [stored.article.title for stored in await self.stored()]

    async def alerted(self) -> list[str]:
        """The headlines that the reader is owed as alerts, in the order in which they were stored."""
        async with self.database.read() as connection:
            rows = await connection.scalars(
                select(article_table.c.title)
                .join(delivery_table, delivery_table.c.article_id == article_table.c.id)
                .where(delivery_table.c.chat_id == READER)
                .order_by(delivery_table.c.id)
            )
            return list(rows)


async def open_newsroom(
    database: Database, web: Web, clock: Clock, fetcher: Fetcher, policy: Policy = POLICY
) -> Newsroom:
    """A newsroom with one reader of politics."""
    async with database.write() as connection:
        await subscribe(connection, READER, "سياسة", now=clock())
    alerts: list[None] = []
    recalls: list[None] = []
    ingester = Ingester(
        database, policy, owed=lambda: alerts.append(None), recall=lambda: recalls.append(None), now=clock
    )
    looker = Looker(database, fetcher, clock)
    poller = Poller(database, looker, ingester, now=clock, jitter=lambda: 0.0)
    return Newsroom(database, web, clock, looker, ingester, poller, alerts, recalls)
