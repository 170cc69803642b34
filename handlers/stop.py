"""/stop and the buttons that leave and come back, with one touch each."""

from telegram import CallbackQuery, Message

from handlers.chat_buttons import Leave, back_keyboard, leave_keyboard
from handlers.context import Context
from handlers.readers import Reader, may_change
from handlers.replies import answer, edit, reply
from handlers.sections import sections_panel
from storage import subscribers
from storage.subscribers import Status


async def stop(message: Message, context: Context, reader: Reader) -> None:
    """Send the chat nothing any more, and say how to come back."""
    if not await may_change(reader, context):
        await reply(message, reader.words.say("common.chat_admins_only"))
        return
    await _leave(context, reader)
    await reply(message, reader.words.say("stop.done"), keyboard=back_keyboard(reader.words))


async def press(query: CallbackQuery, context: Context, reader: Reader, action: Leave) -> None:
    """Leave or come back. The message under whose button it was says what holds now, and offers the other way."""
    words = reader.words
    if not await may_change(reader, context):
        await answer(query, words.plain("common.chat_admins_only"), alert=True)
        return
    if not action.back:
        await _leave(context, reader)
        await answer(query, words.plain("stop.toast"))
        await edit(query, words.say("stop.done"), back_keyboard(words))
        return
    services = context.services
    async with services.database.write() as connection:
        await subscribers.start(
            connection,
            reader.chat.id,
            language=words.language,
            timezone=services.default_timezone,
            now=services.clock(),
        )
    await answer(query, words.plain("stop.toast_back"))
    if reader.from_afar:
        async with services.database.read() as connection:
            panel = await sections_panel(connection, reader)
        await edit(query, panel.text, reader.aimed(panel.keyboard))
        return
    text = words.say("stop.back") if reader.sections else words.say("stop.back_without_sections")
    await edit(query, text, leave_keyboard(words))


async def _leave(context: Context, reader: Reader) -> None:
    services = context.services
    async with services.database.write() as connection:
        await subscribers.stop(connection, reader.chat.id, status=Status.STOPPED, now=services.clock())
