"""Telling the newsroom when a source fails, is gone, falls silent, or is well again: once each."""

from datetime import datetime

from bot.notifier import Send
from handlers.sources.cards import health_notice
from handlers.texts import Texts
from storage import admins, source_polls
from storage.database import Database
from storage.roles import Permission


async def tell_newsroom(database: Database, texts: Texts, send: Send, *, now: datetime) -> None:
    """Tell everyone who looks after the sources of each one whose health has changed since they were last told.

    Where one of them has to be tried again, so has the whole notice: an admin may be told twice, but never not at all.
    """
    async with database.read() as connection:
        changed = await source_polls.untold(connection, now=now)
        people = await admins.who_may(connection, Permission.SOURCES) if changed else ()
    words = texts.of(None)
    for source in changed:
        notice = str(health_notice(source, words, now=now))
        if all([await send(person, notice) for person in people]):
            async with database.write() as connection:
                await source_polls.mark_told(connection, source.id, source.health(now))
