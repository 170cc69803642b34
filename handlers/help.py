"""/help, and what a person hears whose message was not understood."""

from markupsafe import Markup
from telegram import Message

from handlers.context import Context
from handlers.publish import continue_paste, take_forwarded
from handlers.readers import Reader, member_of
from handlers.replies import reply
from handlers.split import units
from storage.roles import Permission, may

# An admin's text of this length in UTF-16 units is rather an article without its command than a question.
_LIKE_AN_ARTICLE = 200


async def show_help(message: Message, context: Context, reader: Reader) -> None:
    """Say what can be done here."""
    await reply(message, await _overview(context, reader))


async def not_understood(message: Message, context: Context, reader: Reader) -> None:
    """Answer what is no command: with the help, or to an admin with how to publish the article that it seems to be."""
    words = reader.words
    if await continue_paste(message, context, reader) or await take_forwarded(message, context, reader):
        return
    member = await member_of(reader, context) if _could_be_an_article(message) else None
    if member and may(member.role, Permission.PROPOSE):
        await reply(message, words.say("help.to_publish"), quote=True)
        return
    overview = await _overview(context, reader)
    await reply(message, Markup("{}\n\n{}").format(words.say("help.not_understood"), overview))


async def _overview(context: Context, reader: Reader) -> Markup:
    words = reader.words
    if await member_of(reader, context) is None:
        return words.say("help.text")
    return Markup("{}\n\n{}").format(words.say("help.text"), words.say("help.newsroom"))


def _could_be_an_article(message: Message) -> bool:
    return message.document is not None or units(message.text or message.caption or "") >= _LIKE_AN_ARTICLE
