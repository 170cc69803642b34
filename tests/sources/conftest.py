"""The outside, for every test of a source."""

from collections.abc import AsyncIterator

import pytest

from bot.sources.fetch import Fetcher
from storage.database import Database
from tests.databases import Clock
from tests.sources.newsroom import Newsroom, open_newsroom
from tests.sources.web import Web, serving


@pytest.fixture
async def outside() -> AsyncIterator[Web]:
    async with serving() as web:
        yield web


@pytest.fixture
async def guarded() -> AsyncIterator[Fetcher]:
    """A fetcher as it goes out by default."""
    async with Fetcher() as fetcher:
        yield fetcher


@pytest.fixture
async def fetcher(clock: Clock) -> AsyncIterator[Fetcher]:
    """A fetcher that may reach the servers of tests."""
    async with Fetcher(allow_private=True, now=clock) as fetcher:
        yield fetcher


@pytest.fixture
async def newsroom(database: Database, outside: Web, clock: Clock, fetcher: Fetcher) -> Newsroom:
    return await open_newsroom(database, outside, clock, fetcher)


@pytest.fixture
async def sqlite_newsroom(sqlite_database: Database, outside: Web, clock: Clock, fetcher: Fetcher) -> Newsroom:
    return await open_newsroom(sqlite_database, outside, clock, fetcher)
