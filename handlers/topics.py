"""Topics of forums: one for each section, by one button."""

from telegram import CallbackQuery, InlineKeyboardButton, MaybeInaccessibleMessage, Message
from telegram.error import BadRequest

from handlers.chat_buttons import MakeTopics, button, pack
from handlers.context import Context
from handlers.readers import Reader, may_change
from handlers.replies import answer
from handlers.texts import Words
from storage import sections, subscribers


def topics_row(words: Words) -> list[InlineKeyboardButton]:
    """The button that makes a topic for each section, to stand below their switches."""
    return [button(words.plain("button.topics"), MakeTopics())]


def has_topics_button(message: MaybeInaccessibleMessage | None) -> bool:
    """Whether the button stands under `message`."""
    markup = message.reply_markup if isinstance(message, Message) else None
    rows = markup.inline_keyboard if markup else ()
    return any(each.callback_data == pack(MakeTopics()) for row in rows for each in row)


async def press(query: CallbackQuery, context: Context, reader: Reader) -> None:
    """Make a topic for each section that the forum follows and that has none, and let its alerts go there.

    A section whose topic was made is stored at once: where Telegram refuses the next one, nothing is made twice.
    """
    words, services = reader.words, context.services
    if not await may_change(reader, context):
        await answer(query, words.plain("common.chat_admins_only"), alert=True)
        return
    async with services.database.read() as connection:
        rows = await sections.every(connection)
        subscriber = await subscribers.get(connection, reader.chat.id)
    followed = subscriber.sections if subscriber else frozenset()
    topics = subscriber.topics if subscriber else {}
    wanted = [row for row in rows if row.id in followed and row.id not in topics]
    if not wanted:
        key = "topics.done_before" if followed else "topics.no_sections"
        await answer(query, words.plain(key), alert=True)
        return
    try:
        for row in wanted:
            topic = await context.bot.create_forum_topic(reader.chat.id, row.name)
            async with services.database.write() as connection:
                await subscribers.choose(
                    connection,
                    reader.chat.id,
                    [row.id],
                    chosen=True,
                    now=services.clock(),
                    thread_id=topic.message_thread_id,
                )
    except BadRequest:
        await answer(query, words.plain("topics.refused"), alert=True)
        return
    await answer(query, words.plain_count("topics.made", len(wanted)))
