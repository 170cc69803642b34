"""/sections, and the switches of the sections wherever they stand."""

from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessage, Message

from handlers import panels
from handlers.chat_buttons import leave_button
from handlers.context import Context
from handlers.panels import Panel
from handlers.readers import Reader, may_change
from handlers.replies import answer, edit_keyboard, reply, topic_of
from handlers.story_buttons import ShareSection, ToggleSection, offers, sections_keyboard
from handlers.topics import has_topics_button, topics_row
from storage import digests, sections, subscribers
from storage.digests import Edition
from storage.subscribers import Subscriber


async def choose_sections(message: Message, context: Context, reader: Reader) -> None:
    """Show every section as a switch."""
    if not reader.is_active:
        await reply(message, reader.words.say("common.start_first"))
        return
    async with context.services.database.read() as connection:
        panel = await sections_panel(connection, reader, topic_of(message))
    await reply(message, panel.text, keyboard=panel.keyboard)


async def sections_panel(connection: AsyncConnection, reader: Reader, topic: int | None = None) -> Panel:
    """Every section as a switch, with the ways to a digest, to sharing one, to the settings and out.

    In a `topic` of a forum the switches are for that topic.
    """
    if reader.from_afar:
        text = reader.words.say("chats.set_up", title=reader.title)
    else:
        text = reader.words.say("sections.choose" if topic is None else "sections.choose_for_topic")
    return Panel(text, await switches(connection, reader, full=True, topic=topic))


async def switches(
    connection: AsyncConnection, reader: Reader, *, full: bool, topic: int | None = None, topics: bool = False
) -> InlineKeyboardMarkup:
    """Every section as a switch; with a digest to offer where the chat has none, and if `full` with further ways.

    With `topics`, or in the chat of a forum if `full`, there is a button that makes a topic for each section. From afar
    what is for a person is left out.
    """
    words = reader.words
    subscriber = await subscribers.get(connection, reader.chat.id)
    below = [[leave_button(words)], panels.settings_row(words)] if full else []
    if reader.from_afar:
        below = [panels.settings_row(words)]
    if topics or ((full or reader.from_afar) and reader.chat.is_forum and topic is None):
        below.insert(0, topics_row(words))
    return sections_keyboard(
        await sections.every(connection),
        _here(subscriber, topic),
        words,
        digest_offer=None if reader.from_afar else await digest_offer(connection, reader.chat.id),
        sharing=full and not reader.from_afar,
        below=below,
    )


async def switches_under(
    message: MaybeInaccessibleMessage | None, connection: AsyncConnection, reader: Reader
) -> InlineKeyboardMarkup:
    """The switches that stand under `message`, as they are now."""
    return await switches(
        connection,
        reader,
        full=offers(message, ShareSection(None)),
        topic=topic_of(message),
        topics=has_topics_button(message),
    )


async def toggle(query: CallbackQuery, context: Context, reader: Reader, action: ToggleSection) -> None:
    """Follow a section or leave it. The switch for all follows all, or leaves all where all are followed already.

    In a topic of a forum the switches are for that topic: what is followed there goes there.
    """
    words, topic = reader.words, topic_of(query.message)
    if not await may_change(reader, context):
        await answer(query, words.plain("common.chat_admins_only"), alert=True)
        return
    async with context.services.database.write() as connection:
        # Read again inside the transaction: of two quick presses the second must see what the first one did.
        subscriber = await subscribers.get(connection, reader.chat.id)
        rows = await sections.every(connection)
        wanted = {row.id for row in rows if action.slug in (None, row.slug)}
        active = subscriber is not None and subscriber.status is subscribers.Status.ACTIVE
        if active and wanted:
            leaves = wanted <= _here(subscriber, topic)
            await subscribers.choose(
                connection, reader.chat.id, wanted, chosen=not leaves, now=context.services.clock(), thread_id=topic
            )
            subscriber = await subscribers.get(connection, reader.chat.id)
        keyboard = await switches_under(query.message, connection, reader)
    if not active:
        await answer(query, words.plain("common.start_first"), alert=True)
        return
    followed = subscriber.sections if subscriber else frozenset()
    told = words.plain_count(reader.pick("sections.followed", "chats.followed"), len(followed))
    await answer(query, told if wanted else words.plain("sections.unknown"))
    await edit_keyboard(query, reader.aimed(keyboard))


def _here(subscriber: Subscriber | None, topic: int | None) -> frozenset[int]:
    """Return the sections that are ticked: in a topic those that go there, elsewhere all that are followed."""
    if subscriber is None:
        return frozenset()
    if topic is None:
        return subscriber.sections
    return frozenset(section for section, where in subscriber.topics.items() if where == topic)


async def digest_offer(connection: AsyncConnection, chat_id: int) -> int | None:
    """Return the minute of the day to offer a digest at, or None for a chat that has a daily one already."""
    if await digests.next_daily(connection, chat_id):
        return None
    kept = await digests.get(connection, chat_id, Edition.EVENING)
    return kept.minute if kept else digests.DEFAULT_MINUTE
