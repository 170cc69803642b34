"""Looks at the sources that are due, some at a time, and brings what is new there."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot import ingest
from bot.console import FAULTS
from bot.ingest import Ingested, Policy, Verdict
from bot.sources import batch, pacing
from bot.sources.errors import FetchError, StatusError
from bot.sources.fetch import Fetcher
from bot.sources.looking import Look, Looker, NotAFeedError
from bot.sources.websub_discovery import find_hub
from storage import hubs, sightings, source_polls, sources
from storage.article import Article, UnreadableError
from storage.database import Database
from storage.identity import keys_of, source_scope
from storage.sightings import Outlet
from storage.source_polls import Answered, Failed
from storage.sources import Release, Source

logger = logging.getLogger(__name__)

# Looks under way at once.
_MOST_LOOKS = 16
# While some are under way, how often it is asked whether others have become due.
_RECHECK_S = 5.0
_NEWS = (Verdict.PUSHED, Verdict.KEPT, Verdict.TOO_OLD, Verdict.LEFT_ALONE, Verdict.WAITING)


class Poller:
    """Polls what is due whenever it is woken, until its task is cancelled; then it lets go of what is under way."""

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        policy: Policy,
        *,
        owed: Callable[[], None],
        recall: Callable[[], None],
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        public_url: str | None = None,
    ) -> None:
        """`owed` is called when something new is owed to subscribers, `recall` when what they are owed has changed.

        `jitter` gives numbers between -1 and 1.

        With `public_url`, by which hubs reach us, what a source says of its hub is noted for `bot.sources.websub`.
        """
        self._database = database
        self._looker = Looker(database, fetcher, now)
        self._policy = policy
        self._owed = owed
        self._recall = recall
        self._now = now
        self._jitter = jitter
        self._public_url = public_url
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something may be due."""
        self._woken.set()

    async def run(self) -> None:
        """Poll whenever it is woken. It ends only by being cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self.poll_due()
            except (SQLAlchemyError, OSError) as error:
                logger.error(
                    "no source is polled, since the database does not answer, trying again: %s",
                    str(error).partition("\n")[0],
                )
            except Exception:
                # Nobody waits for this task: polling would end without a word, and no source would ever be due again.
                logger.exception(
                    "polling the sources failed after a mistake in the bot itself, trying again; please report it"
                )

    async def poll_due(self) -> None:
        """Poll everything that is due, and return when nothing is."""
        looks: set[asyncio.Task[None]] = set()
        try:
            while True:
                async with self._database.write() as connection:
                    due = await source_polls.claim(connection, limit=_MOST_LOOKS - len(looks), now=self._now())
                looks |= {asyncio.create_task(self._poll_safely(source)) for source in due}
                if not looks:
                    return
                _done, looks = await asyncio.wait(looks, timeout=_RECHECK_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for look in looks:
                look.cancel()
            await asyncio.gather(*looks, return_exceptions=True)

    async def look(self, source: Source) -> Look:
        """As `Looker.look`: nothing is changed."""
        return await self._looker.look(source)

    async def poll(self, source: Source) -> tuple[Ingested, ...]:
        """Look at the source and store what is new there; write when to look next. Raise what `look` raises."""
        look = await self._looker.look(source)
        results = await self._bring_new(source, look.articles)
        pace = pacing.after_answer(
            source.interval,
            news=self._is_lively(source, look, results),
            max_age=look.fetched.max_age,
            jitter=self._jitter(),
            fixed=source.fixed_interval,
            pushed=await self._is_pushed(source, look, results),
        )
        output = self._output(look, results)
        unchanged = look.fetched.body is None
        answered = Answered(
            etag=look.fetched.etag or (source.etag if unchanged else None),
            last_modified=look.fetched.last_modified or (source.last_modified if unchanged else None),
            body_hash=look.body_hash,
            seen_links=look.links,
            a_day=output.a_day if output else None,
            silent_from=output.silent_from if output else None,
        )
        await self._settle(source, answered, pace)
        return tuple(results)

    async def take(self, source: Source, data: bytes) -> tuple[Ingested, ...]:
        """Store what is new in what the source's hub has pushed. Raise what `Looker.read` raises."""
        return tuple(await self._bring_new(source, await self._looker.read(source, data)))

    async def _is_pushed(self, source: Source, look: Look, results: Sequence[Ingested]) -> bool:
        """Whether a hub pushes what the source publishes, so that it need not be looked at often."""
        if self._public_url is None:
            return False
        async with self._database.read() as connection:
            current = await hubs.of_source(connection, source.id)
        named = current.names if current else None
        if (body := look.fetched.body) is not None:
            found = await asyncio.to_thread(find_hub, look.fetched.links, body, look.fetched.url)
            named = (found.url, found.topic) if found else None
        missed = source.filled_at is not None and any(result.verdict in _NEWS for result in results)
        if named != (current.names if current else None):
            async with self._database.write() as connection:
                await hubs.follow(connection, source.id, named, public_url=self._public_url, now=self._now())
            return False
        if current and current.pushed_at and missed:
            async with self._database.write() as connection:
                await hubs.distrust(connection, current.id)
            return False
        return current is not None and current.is_pushing(self._now())

    def _output(self, look: Look, results: Sequence[Ingested]) -> pacing.Output | None:
        """Judge how much it publishes, where this look tells: by dates, or else by something that was new."""
        dates = [article.published_at for article in look.articles]
        if any(dates) or any(result.verdict in _NEWS for result in results):
            return pacing.output(dates, now=self._now())
        return None

    def _is_lively(self, source: Source, look: Look, results: Sequence[Ingested]) -> bool:
        """Whether it has published something since about the last look, be it flagged or not."""
        since = self._now() - source.interval
        if any(article.published_at is not None and article.published_at > since for article in look.articles):
            return True
        return source.filled_at is not None and any(result.verdict in _NEWS for result in results)

    async def _poll_safely(self, source: Source) -> None:
        try:
            await self.poll(source)
        except (FetchError, NotAFeedError, UnreadableError) as error:
            await self._note_failure(source, error)
        except (SQLAlchemyError, OSError) as error:
            # Its claim runs out by itself.
            logger.error(
                "source %d is polled again later, since the database does not answer: %s",
                source.id,
                str(error).partition("\n")[0],
            )
        except Exception:
            # One source's strange answer must not end the polling of all the others, nor be tried at once again.
            logger.exception("source %d cannot be read", source.id)
            await self._note_failure(source, NotAFeedError("what it holds cannot be read"))

    async def _note_failure(self, source: Source, error: Exception) -> None:
        sentence = FAULTS[error.fault] if isinstance(error, UnreadableError) else str(error)
        refused = error if isinstance(error, StatusError) else None
        pace = pacing.after_failure(
            source.interval,
            failures=source.failures + 1,
            retry_after=refused.retry_after if refused else None,
            jitter=self._jitter(),
            fixed=source.fixed_interval,
        )
        logger.warning("source %d (%s): %s", source.id, source.name, sentence)
        await self._settle(source, Failed(sentence, gone=refused is not None and refused.status == 410), pace)

    async def _settle(self, source: Source, result: Answered | Failed, pace: pacing.Pace) -> None:
        now = self._now()
        async with self._database.write() as connection:
            await source_polls.settle(
                connection, source.id, result, interval=pace.interval, next_poll_at=now + pace.wait, now=now
            )

    async def _bring_new(self, source: Source, found: Sequence[Article]) -> list[Ingested]:
        return [await self._bring(source, article) for article in await self._worth_bringing(source, found)]

    async def _bring(self, source: Source, article: Article) -> Ingested:
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


def probe(url: str, kind: sources.Kind, *, now: datetime) -> Source:
    """Return a source that is not stored, to be looked at for the first time."""
    return Source(
        id=0,
        url=url,
        kind=kind,
        name=url,
        state=sources.State.ACTIVE,
        added_at=now,
        next_poll_at=now,
        interval=timedelta(),
        filled_at=None,
        etag=None,
        last_modified=None,
        body_hash=None,
        seen_links=(),
        failures=0,
        last_error=None,
        told=sources.Health.WELL,
        sections=(),
    )
