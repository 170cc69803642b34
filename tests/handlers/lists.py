"""Lists of stories, for tests of what turns their pages."""

import pytest
from sqlalchemy import update

from bot.emulator import Message
from storage.articles import Status
from storage.tables import articles
from tests.handlers.conftest import ENGLISH, READER, Chats
from tests.handlers.newsroom import publish

# A reader, and what their buttons for older and newer stories say.
SPEAKERS = [
    pytest.param(READER, "الأقدم", "الأحدث", id="ar"),
    pytest.param(ENGLISH, "Older", "Newer", id="en"),
]


def lines(chats: Chats, message: Message) -> list[str]:
    """The titles in a list."""
    shown = chats.shown(message).splitlines()
    return [line.split(". 🔴 ")[1].split(" (")[0] for line in shown if line[:1].isdigit()]


async def stories(chats: Chats, number: int, *sections: str) -> list[str]:
    """Publish stories; return their titles, the newest first."""
    titles = [f"خبر الكأس رقم {n}" for n in range(number, 0, -1)]
    for title in reversed(titles):
        await publish(chats, title, *sections)
    return titles


async def retract(chats: Chats, title: str) -> None:
    """Take a story back."""
    async with chats.database.write() as connection:
        await connection.execute(update(articles).where(articles.c.title == title).values(status=Status.RETRACTED))
