"""What the floor above lends the newsroom to look after its sources: everything for which the web is asked."""

from dataclasses import dataclass
from typing import Protocol

from storage.article import Article
from storage.sources import Kind, Source


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the entries of a list. `refused` names those whose address can never be fetched, and why."""

    added: int
    known: int
    refused: tuple[str, ...]


class SourceDesk(Protocol):
    """Asks the web and changes the list. Each raises `storage.sources.TroubleError`, and then nothing has changed."""

    async def take_up(self, url: str) -> tuple[Source, tuple[Article, ...]]:
        """Look what is at a URL and follow it, paused; return the source and what would come in, the newest first."""

    async def look(self, url: str, kind: Kind) -> tuple[Article, ...]:
        """Return what would come in from a source, the newest first, and change nothing."""

    async def import_list(self, data: bytes, *, whole: bool) -> Imported:
        """Follow what an OPML file lists. With `whole`, nothing is added if any entry is refused."""

    async def export_list(self) -> tuple[int, bytes]:
        """Return how many sources there are, and all of them as an OPML file."""
