"""What a handler is given beside the update: the database, the texts, and what the floor above lends it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from telegram.ext import Application, CallbackContext, ContextTypes, ExtBot

from handlers.charts import Picture
from handlers.pace import Pace
from handlers.texts import Texts
from storage.article import Article
from storage.database import Database
from storage.sources import Kind, Source


class LinkProblem(StrEnum):
    """Why nothing was fetched. not_public: it is no address on the public internet. refused: the server says no."""

    NOT_PUBLIC = "not_public"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    TOO_LARGE = "too_large"


class LinkError(Exception):
    """Nothing was fetched from a link."""

    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


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


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers may call.

    `read_article` turns a text or a file into an article, or raises `storage.article.UnreadableError`; `read_url` does
    so with the page at a URL, or raises `LinkError` too. `wake` tells the sender that something new is owed,
    `recall` that something owed was stopped or changed: what it has not sent yet, it asks for anew. `clock`
    gives the time in UTC. `sources` asks the web about sources. A released story waits for `undo_window`, and with
    `two_person` for a second editor too. `send_rate` is in messages a second. `draw` turns figures
    into a PNG. `pace` counts what each person does. With
    `rich_summaries`, summaries are rich messages where the server takes them.
    """

    database: Database
    texts: Texts
    read_article: Callable[[bytes | str], Awaitable[Article]]
    read_url: Callable[[str], Awaitable[Article]]
    wake: Callable[[], None]
    recall: Callable[[], None]
    clock: Callable[[], datetime]
    default_timezone: str
    default_language: str
    alert_ttl: timedelta
    sources: SourceDesk
    send_rate: float
    undo_window: timedelta
    two_person: bool
    draw: Callable[[Picture], Awaitable[bytes]]
    pace: Pace = field(default_factory=Pace)
    rich_summaries: bool = False


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """The context of every handler."""

    services: Services


App = Application[ExtBot[None], Context, Any, Any, Any, Any]


def context_types(services: Services) -> ContextTypes[Context, dict[Any, Any], dict[Any, Any], dict[Any, Any]]:
    """Return what `ApplicationBuilder.context_types` takes, so that every context has these services."""

    class BoundContext(Context):
        pass

    BoundContext.services = services
    return ContextTypes(context=BoundContext)
