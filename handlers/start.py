"""/start: the welcome, also by a deep link that names a section."""

from telegram import Update

from handlers.context import Context
from handlers.keyboards import sections_keyboard
from handlers.readers import may_change, reader_of
from handlers.replies import reply
from handlers.sections import digest_offer
from storage import sections, subscribers


async def start(update: Update, context: Context) -> None:
    """Make the chat an active subscriber and let it choose; with a section's slug as argument, follow that one."""
    message = update.effective_message
    if message is None:
        return
    services, reader = context.services, await reader_of(update, context)
    if not await may_change(update, context):
        await reply(message, reader.words.say("common.chat_admins_only"))
        return
    user = update.effective_user
    language = services.texts.language(user.language_code if user else None)
    slug = context.args[0] if context.args else None
    now = services.clock()
    async with services.database.write() as connection:
        await subscribers.start(
            connection, reader.chat_id, language=language, timezone=services.default_timezone, now=now
        )
        rows = await sections.every(connection)
        linked = next((row for row in rows if row.slug == slug), None)
        if linked:
            await subscribers.choose(connection, reader.chat_id, [linked.id], chosen=True, now=now)
        offer = await digest_offer(connection, reader.chat_id)
    words = services.texts.of(language)
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
