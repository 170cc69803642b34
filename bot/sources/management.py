"""What the commands about sources do. Each raises `RefusedError` with one line for the operator."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.console import RefusedError, settings
from bot.extract import Kind as InputKind
from bot.extract import Reading, to_json
from bot.sources.discovery import Discovered
from bot.sources.fetch import Fetcher
from bot.sources.roster import Roster
from storage import sources
from storage.article import Article
from storage.database import Database
from storage.opening import open_database
from storage.sources import Kind, Source, State, TroubleError


@dataclass(frozen=True, slots=True)
class Trial:
    """What would come in from a source, the newest first."""

    url: str
    kind: str
    articles: tuple[Article, ...]

    def as_object(self) -> dict[str, object]:
        return {
            "url": self.url,
            "kind": self.kind,
            "articles": json.loads(to_json(Reading(InputKind.FEED, self.articles))),
        }


@asynccontextmanager
async def _opened() -> AsyncIterator[Database]:
    database = await open_database(settings().database_url)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _roster() -> AsyncIterator[tuple[Database, Roster]]:
    found = settings()
    async with _opened() as database, Fetcher(allow_private=found.allow_private_addresses) as fetcher:
        yield database, Roster(database, fetcher, now=_now)


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except TroubleError as error:
        raise RefusedError(str(error)) from None


async def add(url: str, kind: str, name: str | None, names: tuple[str, ...]) -> Source:
    """Follow a source; return it."""
    async with _roster() as (_database, roster):
        try:
            with _one_line():
                return await roster.add(url, kind=_kind(kind), name=name, section_names=names)
        except sources.NoSectionError as error:
            raise RefusedError(f"there is no section {str(error)!r}") from None


async def every() -> tuple[Source, ...]:
    """Return every source."""
    async with _opened() as database, database.read() as connection:
        return await sources.every(connection)


async def test(url: str, kind: str) -> Trial:
    """Look at a URL or at a source that is followed, and change nothing."""
    async with _roster() as (database, roster):
        async with database.read() as connection:
            known = await sources.find(connection, url)
        with _one_line():
            found = Discovered(known.url, known.kind) if known else await roster.discover(url, _kind(kind))
            return Trial(found.url, found.kind, await roster.look(found.url, found.kind))


async def set_state(which: str, state: State) -> Source:
    """Pause or resume a source; return it."""
    async with _opened() as database:
        source = await _find(database, which)
        async with database.write() as connection:
            await sources.set_state(connection, source.id, state, now=_now())
        return await _find(database, which)


async def remove(which: str) -> Source:
    """Forget a source; return what it was."""
    async with _opened() as database:
        source = await _find(database, which)
        async with database.write() as connection:
            await sources.remove(connection, source.id)
        return source


async def import_list(file: Path) -> tuple[int, int]:
    """Follow what an OPML file lists; return how many were added and how many were known."""
    async with _roster() as (_database, roster):
        try:
            done = await roster.import_list(await asyncio.to_thread(file.read_bytes), whole=True)
        except TroubleError as error:
            raise RefusedError(f"{file}: {error}") from None
    if done.refused:
        raise RefusedError(f"{file}: {done.refused[0]}")
    return done.added, done.known


async def _find(database: Database, which: str) -> Source:
    async with database.read() as connection:
        source = await sources.find(connection, which)
    if source is None:
        raise RefusedError(f"there is no source {which}; see: sources list")
    return source


def _kind(word: str) -> Kind | None:
    return None if word == "auto" else Kind(word)


def _now() -> datetime:
    return datetime.now(UTC)
