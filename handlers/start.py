"""/start: the welcome, also by a deep link that names a section or a story."""

from telegram import Message

from handlers.chats import has_chats, list_chats
from handlers.context import Context
from handlers.readers import Reader, may_change
from handlers.replies import reply
from handlers.sections import digest_offer
from handlers.share import story_of
from handlers.story_buttons import sections_keyboard
from handlers.summary import show
from storage import sections, subscribers


async def start(message: Message, context: Context, reader: Reader) -> None:
    """Make the chat an active subscriber and let it choose; with a section's slug as argument, follow that one.

    With a story as argument, show it and change nothing: who reads what a friend has sent has not asked for more.
    """
    services, chat_id = context.services, reader.chat.id
    if story := story_of(context.args):
        await show(message, context, reader, story)
        if not reader.is_active:
            await reply(message, reader.words.say("start.after_story"))
        return
    if not await may_change(reader, context):
        await reply(message, reader.words.say("common.chat_admins_only"))
        return
    slug = context.args[0] if context.args else None
    now = services.clock()
    async with services.database.write() as connection:
        await subscribers.start(
            connection, chat_id, language=reader.words.language, timezone=services.default_timezone, now=now
        )
        rows = await sections.every(connection)
        linked = next((row for row in rows if row.slug == slug), None)
        if linked:
            await subscribers.choose(connection, chat_id, [linked.id], chosen=True, now=now)
        offer = await digest_offer(connection, chat_id)
    words = reader.words
    followed = reader.sections | ({linked.id} if linked else set())
    if linked:
        text = words.say("start.subscribed", section=linked.name)
    elif slug:
        text = words.say("start.unknown_section")
    elif followed:
        text = words.say("start.welcome_back")
    else:
        text = words.say("start.welcome")
    await reply(message, text, keyboard=sections_keyboard(rows, followed, words, digest_offer=offer))
    if reader.subscriber is None and await has_chats(context, reader):
        await list_chats(message, context, reader)  # they could not be written to when they added the bot
