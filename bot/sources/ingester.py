"""Brings in what stands at a source: of what was found there, what is new and what has changed."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot import ingest
from bot.ingest import Ingested, Policy, Verdict
from bot.sources import batch
from storage import sightings
from storage.article import Article
from storage.database import Database
from storage.identity import keys_of, source_scope
from storage.sightings import Outlet
from storage.sources import Release, Source


class Ingester:
    """Takes what was polled for and what was pushed, one article after the other."""

    def __init__(
        self,
        database: Database,
        policy: Policy,
        *,
        owed: Callable[[], None],
        recall: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """`owed` is called when something new is owed to subscribers, `recall` when what they are owed has changed."""
        self._database = database
        self._policy = policy
        self._owed = owed
        self._recall = recall
        self._now = now

    async def take(self, source: Source, found: Sequence[Article]) -> tuple[Ingested, ...]:
        """Store and owe what is worth it of what was found at the source; return what became of each of these."""
        return tuple([await self._ingest(source, article) for article in await self._worth_bringing(source, found)])

    async def _ingest(self, source: Source, article: Article) -> Ingested:
        result = await ingest.ingest(
            self._database,
            article,
            self._policy,
            now=self._now(),
            outlet=Outlet(source.name, source.id),
            silently=source.filled_at is None,
            needs_approval=source.release is Release.APPROVAL,
        )
        if result.verdict is Verdict.CORRECTED:
            self._recall()
        elif result.owed:
            self._owed()
        return result

    async def _worth_bringing(self, source: Source, found: Sequence[Article]) -> tuple[Article, ...]:
        items = [(article, keys_of(article, scope=source_scope(source.id))) for article in found]
        if not items:
            return ()
        async with self._database.read() as connection:
            brought = await sightings.brought_before(connection, source.id, [keys for _article, keys in items])
        return batch.worth_bringing(items, brought, keep_unflagged=self._policy.keep_unflagged)
