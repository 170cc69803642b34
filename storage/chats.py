"""Groups and channels that the bot was added to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.tables import chats


class Kind(StrEnum):
    """As Telegram names them."""

    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Chat:
    """A group or channel. `added_by` is who may choose for it from their private chat, if they are an admin still."""

    chat_id: int
    kind: Kind
    title: str
    added_by: int | None


async def add(connection: AsyncConnection, chat: Chat, *, now: datetime) -> None:
    """Remember the chat. Where it is known, whoever added it last counts."""
    values = {"kind": chat.kind, "title": chat.title, "added_by": chat.added_by, "added_at": now}
    await connection.execute(
        dialect.insert(connection, chats)
        .values(chat_id=chat.chat_id, **values)
        .on_conflict_do_update(index_elements=["chat_id"], set_=values)
    )


async def get(connection: AsyncConnection, chat_id: int) -> Chat | None:
    """Return the chat, or None where the bot is not in it."""
    row = (
        await connection.execute(
            select(chats.c.chat_id, chats.c.kind, chats.c.title, chats.c.added_by).where(chats.c.chat_id == chat_id)
        )
    ).one_or_none()
    return Chat(row.chat_id, Kind(row.kind), row.title, row.added_by) if row else None


async def added_by(connection: AsyncConnection, user_id: int) -> tuple[Chat, ...]:
    """Return the chats that this person added the bot to, the last one first."""
    rows = await connection.execute(
        select(chats.c.chat_id, chats.c.kind, chats.c.title, chats.c.added_by)
        .where(chats.c.added_by == user_id)
        .order_by(chats.c.added_at.desc(), chats.c.chat_id)
    )
    return tuple(Chat(row.chat_id, Kind(row.kind), row.title, row.added_by) for row in rows)


async def rename(connection: AsyncConnection, chat_id: int, title: str) -> None:
    """Call the chat by its new title."""
    await connection.execute(update(chats).where(chats.c.chat_id == chat_id).values(title=title))


async def remove(connection: AsyncConnection, chat_id: int) -> None:
    """Forget a chat that the bot is in no more."""
    await connection.execute(delete(chats).where(chats.c.chat_id == chat_id))


async def migrate(connection: AsyncConnection, old_chat_id: int, new_chat_id: int) -> None:
    """Follow a group that became a supergroup. What is known of the supergroup already stays."""
    if await get(connection, new_chat_id) is not None:
        await remove(connection, old_chat_id)
        return
    await connection.execute(
        update(chats).where(chats.c.chat_id == old_chat_id).values(chat_id=new_chat_id, kind=Kind.SUPERGROUP)
    )
