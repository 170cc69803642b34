"""What the commands about sources do. Each raises `RefusedError` with one line for the operator."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.console import FAULTS, RefusedError, settings
from bot.extract import Kind as InputKind
from bot.extract import Reading, to_json
from bot.ingest import Policy
from bot.sources import opml
from bot.sources.discovery import as_polled, discover, name_of
from bot.sources.errors import FetchError, UrlRefusedError
from bot.sources.fetch import Fetcher
from bot.sources.poller import NotAFeedError, Poller, probe
from handlers.texts import clean
from storage import sections, sources
from storage.article import Article, UnreadableError
from storage.database import Database
from storage.opening import open_database
from storage.sources import Kind, Source, State

_LONGEST_NAME = 200


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
async def _opened() -> AsyncIterator[tuple[Database, Any]]:
    """The database, and the settings."""
    found = settings()
    database = await open_database(found.database_url)
    try:
        yield database, found
    finally:
        await database.close()


async def _discover(fetcher: Fetcher, url: str, kind: str) -> tuple[str, Kind]:
    try:
        if kind != "auto":
            return as_polled(url, Kind(kind)), Kind(kind)
        found = await discover(fetcher, url)
    except FetchError as error:
        raise RefusedError(f"nothing was fetched: {error}") from None
    except UnreadableError:
        raise RefusedError("it is no feed and no page") from None
    return found.url, found.kind


async def add(url: str, kind: str, name: str | None, names: tuple[str, ...]) -> Source:
    """Follow a source; return it."""
    async with _opened() as (database, found), Fetcher(allow_private=found.allow_private_addresses) as fetcher:
        address, is_a = await _discover(fetcher, url, kind)
        try:
            async with database.write() as connection:
                await sources.add(
                    connection,
                    address,
                    kind=is_a,
                    name=_clean_name(name or "") or name_of(address),
                    section_names=names,
                    now=datetime.now(UTC),
                )
        except sources.KnownSourceError:
            raise RefusedError("this source is followed already; see: sources list") from None
        except sources.NoSectionError as error:
            raise RefusedError(f"there is no section {str(error)!r}") from None
        return await _find(database, address)


async def every() -> tuple[Source, ...]:
    """Return every source."""
    async with _opened() as (database, _settings), database.read() as connection:
        return await sources.every(connection)


async def test(url: str, kind: str) -> Trial:
    """Look at a URL or at a source that is followed, and change nothing."""
    async with _opened() as (database, found), Fetcher(allow_private=found.allow_private_addresses) as fetcher:
        async with database.read() as connection:
            known = await sources.find(connection, url)
        address, is_a = (known.url, known.kind) if known else await _discover(fetcher, url, kind)
        poller = Poller(
            database,
            fetcher,
            Policy(found.alert_ttl, found.keep_unflagged),
            owed=lambda: None,
            now=lambda: datetime.now(UTC),
            jitter=lambda: random.uniform(-1, 1),  # noqa: S311 - it is not even used here
        )
        try:
            look = await poller.look(probe(address, is_a, now=datetime.now(UTC)))
        except (FetchError, NotAFeedError) as error:
            raise RefusedError(str(error)) from None
        except UnreadableError as error:
            raise RefusedError(FAULTS[error.fault]) from None
        return Trial(address, is_a, look.articles[::-1])


async def set_state(which: str, state: State) -> Source:
    """Pause or resume a source; return it."""
    async with _opened() as (database, _settings):
        source = await _find(database, which)
        async with database.write() as connection:
            await sources.set_state(connection, source.id, state, now=datetime.now(UTC))
        return await _find(database, which)


async def remove(which: str) -> Source:
    """Forget a source; return what it was."""
    async with _opened() as (database, _settings):
        source = await _find(database, which)
        async with database.write() as connection:
            await sources.remove(connection, source.id)
        return source


async def _find(database: Database, which: str) -> Source:
    async with database.read() as connection:
        source = await sources.find(connection, which)
    if source is None:
        raise RefusedError(f"there is no source {which}; see: sources list")
    return source


async def import_list(file: Path) -> tuple[int, int]:
    """Follow what an OPML file lists; return how many were added and how many were known."""
    try:
        entries = opml.read(await asyncio.to_thread(file.read_bytes))
    except opml.NotOpmlError as error:
        raise RefusedError(f"{file}: {error}") from None
    addresses = [_address_of(entry, file) for entry in entries]
    added = 0
    async with _opened() as (database, _settings), database.write() as connection:
        known_sections = {row.name for row in await sections.every(connection)}
        for entry, address in zip(entries, addresses, strict=True):
            try:
                await sources.add(
                    connection,
                    address,
                    kind=entry.kind,
                    name=_clean_name(entry.name) or name_of(address),
                    # Other readers write their own folders there.
                    section_names=[name for name in entry.categories if name in known_sections],
                    state=State.PAUSED if entry.paused else State.ACTIVE,
                    now=datetime.now(UTC),
                )
                added += 1
            except sources.KnownSourceError:
                continue
    return added, len(entries) - added


def _address_of(entry: opml.Entry, file: Path) -> str:
    try:
        return as_polled(entry.url, entry.kind)
    except UrlRefusedError as error:
        raise RefusedError(f"{file}: {_clean_name(entry.name) or 'a source without a name'}: {error}") from None


def _clean_name(name: str) -> str:
    """Return a name that can be printed and sent: lists come from anywhere, and a terminal obeys control characters."""
    return clean(name)[:_LONGEST_NAME].strip()
