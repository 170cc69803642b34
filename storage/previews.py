"""Where drafts are shown, so that every copy follows what happens to its draft."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import draft_previews


@dataclass(frozen=True, slots=True)
class Preview:
    """One copy: the alert as subscribers will see it, and below it the card with the buttons.

    `language` is that of whoever looks at it, unless the chat has chosen another.
    """

    chat_id: int
    alert_message_id: int
    card_message_id: int
    language: str


async def add(connection: AsyncConnection, draft_id: int, preview: Preview) -> None:
    """Note a copy."""
    await connection.execute(
        draft_previews.insert().values(
            draft_id=draft_id,
            chat_id=preview.chat_id,
            alert_message_id=preview.alert_message_id,
            card_message_id=preview.card_message_id,
            language=preview.language,
        )
    )


async def every(connection: AsyncConnection, draft_id: int) -> tuple[Preview, ...]:
    """Return all copies of a draft."""
    rows = await connection.execute(
        select(
            draft_previews.c.chat_id,
            draft_previews.c.alert_message_id,
            draft_previews.c.card_message_id,
            draft_previews.c.language,
        )
        .where(draft_previews.c.draft_id == draft_id)
        .order_by(draft_previews.c.chat_id, draft_previews.c.card_message_id)
    )
    return tuple(Preview(*row) for row in rows)


async def forget(connection: AsyncConnection, draft_id: int, *, chat_id: int | None = None) -> tuple[Preview, ...]:
    """Forget the copies of a draft, or those in one chat, whose place others take; return them."""
    copies = await every(connection, draft_id)
    gone = tuple(copy for copy in copies if chat_id is None or copy.chat_id == chat_id)
    await connection.execute(
        delete(draft_previews).where(
            draft_previews.c.draft_id == draft_id,
            draft_previews.c.card_message_id.in_([c.card_message_id for c in gone]),
            draft_previews.c.chat_id.in_([c.chat_id for c in gone]),
        )
    )
    return gone
