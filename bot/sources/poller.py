"""Looks at the sources that are due, some at a time, and brings what is new there."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.ingest import Ingested, Verdict
from bot.sources import pacing
from bot.sources.errors import FetchError, StatusError
from bot.sources.ingester import Ingester
from bot.sources.looking import Look, Looker, NotAFeedError
from bot.sources.websub import WebSub
from storage import source_polls
from storage.article import UnreadableError
from storage.database import Database
from storage.source_polls import Answered, Failed
from storage.sources import Source

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
        looker: Looker,
        ingester: Ingester,
        *,
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        websub: WebSub | None = None,
    ) -> None:
        """`jitter` gives numbers between -1 and 1. `websub` looks after hubs, where they can reach us."""
        self._database = database
        self._looker = looker
        self._ingester = ingester
        self._now = now
        self._jitter = jitter
        self._websub = websub
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

    async def poll(self, source: Source) -> tuple[Ingested, ...]:
        """Look at the source and store what is new there; write when to look next. Raise what `Looker.look` raises."""
        look = await self._looker.look(source)
        results = await self._ingester.take(source, look.articles)
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
        return results

    async def _is_pushed(self, source: Source, look: Look, results: Sequence[Ingested]) -> bool:
        """Whether a hub pushes what the source publishes, so that it need not be looked at often."""
        if self._websub is None:
            return False
        return await self._websub.heed(source, look.fetched, missed=_is_news(source, results))

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
        return _is_news(source, results)

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
        refused = error if isinstance(error, StatusError) else None
        pace = pacing.after_failure(
            source.interval,
            failures=source.failures + 1,
            retry_after=refused.retry_after if refused else None,
            jitter=self._jitter(),
            fixed=source.fixed_interval,
        )
        logger.warning("source %d (%s): %s", source.id, source.name, error)
        await self._settle(source, Failed(str(error), gone=refused is not None and refused.status == 410), pace)

    async def _settle(self, source: Source, result: Answered | Failed, pace: pacing.Pace) -> None:
        now = self._now()
        async with self._database.write() as connection:
            await source_polls.settle(
                connection, source.id, result, interval=pace.interval, next_poll_at=now + pace.wait, now=now
            )


def _is_news(source: Source, results: Sequence[Ingested]) -> bool:
    """Whether it has published something since the last look. What stood there at the first one is old."""
    return source.filled_at is not None and any(result.verdict in _NEWS for result in results)
