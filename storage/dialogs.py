"""Questions that wait for an answer: whose next message means what.

One for each person in each chat. It stands in a row, so that a restart does not forget it, and whoever leaves the
newsroom takes theirs along.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.tables import dialogs

# Somebody who answers later means something else.
PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Dialog:
    """What was asked: `topic` names the family of commands that asked, `subject` is its own note of what about."""

    topic: str
    subject: str


async def ask(
    connection: AsyncConnection, chat_id: int, user_id: int, *, topic: str, subject: str, now: datetime
) -> None:
    """Let the person's next message in this chat be the answer. A question that was open there is forgotten."""
    values = {"topic": topic, "subject": subject, "asked_at": now}
    await connection.execute(
        dialect.insert(connection, dialogs)
        .values(chat_id=chat_id, user_id=user_id, **values)
        .on_conflict_do_update(index_elements=["chat_id", "user_id"], set_=values)
    )


async def take(connection: AsyncConnection, chat_id: int, user_id: int, *, now: datetime) -> Dialog | None:
    """End the question that this person was asked here and return it; None where there is none that is recent."""
    row = (
        await connection.execute(
            delete(dialogs)
            .where(dialogs.c.chat_id == chat_id, dialogs.c.user_id == user_id)
            .returning(dialogs.c.topic, dialogs.c.subject, dialogs.c.asked_at)
        )
    ).one_or_none()
    return Dialog(row.topic, row.subject) if row and row.asked_at > now - PATIENCE else None


async def is_open(connection: AsyncConnection, chat_id: int, user_id: int) -> bool:
    """Whether there is a question, be it an old one. It only reads: most messages answer none."""
    query = dialogs.select().where(dialogs.c.chat_id == chat_id, dialogs.c.user_id == user_id)
    return (await connection.execute(query)).one_or_none() is not None


async def end_all_of(connection: AsyncConnection, user_id: int) -> None:
    """Forget every question that this person was asked."""
    await connection.execute(delete(dialogs).where(dialogs.c.user_id == user_id))
