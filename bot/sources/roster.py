"""The list of sources as the newsroom and the operator change it, as far as the web or a file has to be read for that.

Everything raises `TroubleError`, and then nothing has changed.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from bot.sources import opml
from bot.sources.discovery import Discovered, as_polled, discover, name_of
from bot.sources.errors import FetchError, UrlRefusedError
from bot.sources.fetch import Fetcher
from bot.sources.looking import Looker, NotAFeedError, probe
from handlers.context import Imported
from handlers.texts import clean
from storage import sections, sources
from storage.article import Article, UnreadableError
from storage.database import Database
from storage.sources import Kind, Source, State, Trouble, TroubleError

_LONGEST_NAME = 200
# More than any newsroom follows, and few enough for one transaction.
_LONGEST_LIST = 2_000


class Roster:
    """Adds sources, looks at them, and reads and writes lists of them. A `handlers.context.SourceDesk`."""

    def __init__(self, database: Database, fetcher: Fetcher, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._fetcher = fetcher
        self._looker = Looker(database, fetcher, now)
        self._now = now

    async def discover(self, url: str, kind: Kind | None = None) -> Discovered:
        """Return what is to be polled for a URL that somebody gives; it is looked at unless its kind is known."""
        try:
            if kind is not None:
                return Discovered(as_polled(url, kind), kind)
            return await discover(self._fetcher, url)
        except FetchError as error:
            raise TroubleError(error.trouble, f"nothing was fetched: {error}") from None
        except UnreadableError:
            raise TroubleError(Trouble.NO_SOURCE, "it is no feed and no page") from None

    async def add(
        self,
        url: str,
        *,
        kind: Kind | None = None,
        name: str | None = None,
        section_names: Iterable[str] = (),
        state: State = State.ACTIVE,
    ) -> Source:
        """Follow a source; return it. Also raise `storage.sources.NoSectionError`."""
        found = await self.discover(url, kind)
        try:
            async with self._database.write() as connection:
                number = await sources.add(
                    connection,
                    found.url,
                    kind=found.kind,
                    name=_clean_name(name or "") or name_of(found.url),
                    section_names=section_names,
                    state=state,
                    now=self._now(),
                )
                added = await sources.find(connection, str(number))
        except sources.KnownSourceError:
            raise TroubleError(Trouble.KNOWN, "this source is followed already; see: sources list") from None
        assert added is not None  # noqa: S101  # it was added in this transaction
        return added

    async def take_up(self, url: str) -> tuple[Source, tuple[Article, ...]]:
        """Look what is at a URL and follow it, paused; return the source and what would come in, the newest first."""
        found = await self.discover(url)
        async with self._database.read() as connection:
            if await sources.find(connection, found.url):
                raise TroubleError(Trouble.KNOWN, "this source is followed already")
        articles = await self.look(found.url, found.kind)
        return await self.add(found.url, kind=found.kind, state=State.PAUSED), articles

    async def look(self, url: str, kind: Kind) -> tuple[Article, ...]:
        """Return what would come in from a polled URL, the newest first, and change nothing."""
        try:
            look = await self._looker.look(probe(url, kind, now=self._now()))
        except FetchError as error:
            raise TroubleError(error.trouble, str(error)) from None
        except (NotAFeedError, UnreadableError) as error:
            raise TroubleError(Trouble.NO_SOURCE, str(error)) from None
        return look.articles[::-1]

    async def import_list(self, data: bytes, *, whole: bool) -> Imported:
        """Follow what an OPML file lists. With `whole`, nothing is added if any entry is refused."""
        try:
            entries = await asyncio.to_thread(opml.read, data)
        except opml.NotOpmlError as error:
            raise TroubleError(Trouble.NO_LIST, str(error)) from None
        if len(entries) > _LONGEST_LIST:
            raise TroubleError(Trouble.TOO_LARGE, f"it lists more than {_LONGEST_LIST:,} sources")
        good, refused = _sort_out(entries)
        if refused and whole:
            return Imported(0, 0, refused)
        added = 0
        async with self._database.write() as connection:
            known_sections = {row.name for row in await sections.every(connection)}
            for entry, address in good:
                try:
                    await sources.add(
                        connection,
                        address,
                        kind=entry.kind,
                        name=_clean_name(entry.name) or name_of(address),
                        # Other readers write their own folders there.
                        section_names=[name for name in entry.categories if name in known_sections],
                        state=State.PAUSED if entry.paused else State.ACTIVE,
                        now=self._now(),
                    )
                    added += 1
                except sources.KnownSourceError:
                    continue
        return Imported(added, len(good) - added, refused)

    async def export_list(self) -> tuple[int, bytes]:
        """Return how many sources there are, and all of them as an OPML file."""
        async with self._database.read() as connection:
            found = await sources.every(connection)
        return len(found), opml.write(found)


def _sort_out(entries: Iterable[opml.Entry]) -> tuple[list[tuple[opml.Entry, str]], tuple[str, ...]]:
    """Return the entries that can be fetched, each with its address, and the names of the others."""
    good, refused = [], []
    for entry in entries:
        try:
            good.append((entry, as_polled(entry.url, entry.kind)))
        except UrlRefusedError as error:
            refused.append(f"{_clean_name(entry.name) or 'a source without a name'}: {error}")
    return good, tuple(refused)


def _clean_name(name: str) -> str:
    """Return a name that can be printed and sent: lists come from anywhere, and a terminal obeys control characters."""
    return clean(name)[:_LONGEST_NAME].strip()
