"""Groups that become supergroups: Telegram gives them another number, and they stay the same chat."""

from sqlalchemy import and_, delete, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import chats, dialect
from storage.deliveries import State, forgive
from storage.tables import chat_phrases, deliveries, digests, subscribers, subscriptions


async def follow(connection: AsyncConnection, old_chat_id: int, new_chat_id: int) -> None:
    """Give the supergroup what the group has: its choice, its words, its digests and what it is owed.

    Telegram says so with every error `migrate_to_chat_id` and with a service message in both chats, so the second
    call for the same pair finds nothing to do. Where the supergroup has spoken with the bot already, it keeps what it
    has and gets the group's choice besides.
    """
    await chats.migrate(connection, old_chat_id, new_chat_id)
    if await connection.scalar(select(subscribers.c.chat_id).where(subscribers.c.chat_id == new_chat_id)):
        chosen = select(literal(new_chat_id), subscriptions.c.section_id).where(subscriptions.c.chat_id == old_chat_id)
        await connection.execute(
            dialect.insert(connection, subscriptions)
            .from_select(("chat_id", "section_id"), chosen)
            .on_conflict_do_nothing()
        )
        for table, key in ((digests, digests.c.edition), (chat_phrases, chat_phrases.c.phrase_id)):
            has = select(key).where(table.c.chat_id == new_chat_id)
            await connection.execute(
                update(table).where(table.c.chat_id == old_chat_id, key.not_in(has)).values(chat_id=new_chat_id)
            )
        await connection.execute(delete(subscribers).where(subscribers.c.chat_id == old_chat_id))
    else:
        await connection.execute(
            update(subscribers).where(subscribers.c.chat_id == old_chat_id).values(chat_id=new_chat_id)
        )
    owed = deliveries.alias("owed")
    twin = (
        select(1)
        .where(
            owed.c.chat_id == new_chat_id,
            owed.c.kind == deliveries.c.kind,
            or_(
                owed.c.article_id == deliveries.c.article_id,  # whatever the revision: it is the same story
                owed.c.announcement_id == deliveries.c.announcement_id,
                and_(owed.c.local_date == deliveries.c.local_date, owed.c.edition == deliveries.c.edition),
            ),
        )
        .exists()
    )
    for state in (State.PENDING, State.SENDING):  # one by one, since each has an index of its own
        await connection.execute(
            update(deliveries)
            .where(
                deliveries.c.chat_id == old_chat_id,
                deliveries.c.state == dialect.inline(state),
                deliveries.c.target_id == 0,  # no message of the group's is in the supergroup
                ~twin,
            )
            .values(chat_id=new_chat_id)
        )
    await forgive(
        connection, [old_chat_id], "chat became a supergroup", states=(State.PENDING, State.SENDING), edits=True
    )
