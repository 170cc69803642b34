"""Messages that tell an editor how a broadcast goes. They stand in rows, so that a restart forgets none."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.tables import progress


@dataclass(frozen=True, slots=True)
class Progress:
    """One such message. `message_id` is None before it is sent; `language` is the reader's."""

    id: int
    article_id: int
    chat_id: int
    language: str
    message_id: int | None
    begun_at: datetime


async def follow(connection: AsyncConnection, article_id: int, chat_id: int, *, language: str, now: datetime) -> None:
    """Let this chat be told how the story's broadcast goes. Call it in the transaction that releases the story.

    A chat that is told already gets a new message, and the old one is left as it stands.
    """
    values = {"language": language, "message_id": None, "begun_at": now}
    await connection.execute(
        dialect.insert(connection, progress)
        .values(article_id=article_id, chat_id=chat_id, **values)
        .on_conflict_do_update(index_elements=["article_id", "chat_id"], set_=values)
    )


async def every(connection: AsyncConnection) -> tuple[Progress, ...]:
    """Return all messages of broadcasts that are not over, the oldest first."""
    rows = await connection.execute(select(progress).order_by(progress.c.id))
    return tuple(Progress(*row) for row in rows)


async def note_sent(connection: AsyncConnection, progress_id: int, message_id: int) -> None:
    """Keep which message it is that will be edited."""
    await connection.execute(update(progress).where(progress.c.id == progress_id).values(message_id=message_id))


async def end(connection: AsyncConnection, progress_id: int) -> None:
    """Forget a message, whose last figures stand in it."""
    await connection.execute(delete(progress).where(progress.c.id == progress_id))
