"""/sections, and the switches of the sections wherever they stand."""

from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import CallbackQuery, Message

from handlers.context import Context
from handlers.keyboards import ShareSection, ToggleSection, offers, sections_keyboard
from handlers.readers import Reader, may_change
from handlers.replies import answer, edit_keyboard, reply
from storage import digests, sections, subscribers


async def choose_sections(message: Message, context: Context, reader: Reader) -> None:
    """Show every section as a switch."""
    if not reader.is_active:
        await reply(message, reader.words.say("common.start_first"))
        return
    async with context.services.database.read() as connection:
        rows = await sections.every(connection)
        offer = await digest_offer(connection, reader.chat.id)
    keyboard = sections_keyboard(rows, reader.sections, reader.words, digest_offer=offer, sharing=True)
    await reply(message, reader.words.say("sections.choose"), keyboard=keyboard)


async def toggle(query: CallbackQuery, context: Context, reader: Reader, action: ToggleSection) -> None:
    """Follow a section or leave it. The switch for all follows all, or leaves all where all are followed already."""
    words = reader.words
    if not await may_change(reader, context):
        await answer(query, words.plain("common.chat_admins_only"), alert=True)
        return
    async with context.services.database.write() as connection:
        # Read again inside the transaction: of two quick presses the second must see what the first one did.
        subscriber = await subscribers.get(connection, reader.chat.id)
        rows = await sections.every(connection)
        wanted = {row.id for row in rows if action.slug in (None, row.slug)}
        active = subscriber is not None and subscriber.status is subscribers.Status.ACTIVE
        followed = subscriber.sections if subscriber else frozenset()
        if active and wanted:
            leaves = wanted <= followed
            await subscribers.choose(
                connection, reader.chat.id, wanted, chosen=not leaves, now=context.services.clock()
            )
            followed = followed - wanted if leaves else followed | wanted
        offer = await digest_offer(connection, reader.chat.id)
    if not active:
        await answer(query, words.plain("common.start_first"), alert=True)
        return
    await answer(
        query, words.plain_count("sections.followed", len(followed)) if wanted else words.plain("sections.unknown")
    )
    sharing = offers(query.message, ShareSection(None))
    await edit_keyboard(query, sections_keyboard(rows, followed, words, digest_offer=offer, sharing=sharing))


async def digest_offer(connection: AsyncConnection, chat_id: int) -> int | None:
    """Return the minute of the day to offer a digest at, or None for a chat that has one already."""
    digest = await digests.get(connection, chat_id)
    if digest is None:
        return digests.DEFAULT_MINUTE
    return None if digest.enabled else digest.minute
