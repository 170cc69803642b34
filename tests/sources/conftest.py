"""The outside, for every test of a source."""

from collections.abc import AsyncIterator

import pytest

from bot.sources.fetch import Fetcher
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
async def fetcher() -> AsyncIterator[Fetcher]:
    """A fetcher that may reach the servers of tests."""
    async with Fetcher(allow_private=True) as fetcher:
        yield fetcher
