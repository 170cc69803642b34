"""What a handler is given beside the update: the database, the texts, and what the floor above lends it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telegram.ext import Application, CallbackContext, ContextTypes, ExtBot

from handlers.source_desk import SourceDesk
from handlers.texts import Texts
from storage.article import Article
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers may call.

    `read_article` turns a text or a file into an article, or raises `storage.article.UnreadableError`. `wake` tells
    the sender that something new is owed. `clock` gives the time in UTC. `sources` asks the web about sources.
    """

    database: Database
    texts: Texts
    read_article: Callable[[bytes | str], Awaitable[Article]]
    wake: Callable[[], None]
    clock: Callable[[], datetime]
    default_timezone: str
    default_language: str
    alert_ttl: timedelta
    sources: SourceDesk


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
