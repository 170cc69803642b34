"""/help, and what a person hears whose message was not understood."""

from collections.abc import Sequence

from markupsafe import Markup, escape
from telegram import Message

from handlers.context import Context
from handlers.menus import Line
from handlers.publish import continue_paste, take_forwarded
from handlers.readers import Reader, member_of
from handlers.replies import reply
from handlers.split import units
from storage.roles import Permission, may

# An admin's text of this length in UTF-16 units is rather an article without its command than a question.
_LIKE_AN_ARTICLE = 200


async def show_help(message: Message, context: Context, reader: Reader, newsroom: Sequence[Line]) -> None:
    """Say what can be done here; to a member of the newsroom also what of `newsroom` their role may do."""
    await reply(message, await _overview(context, reader, newsroom))


async def not_understood(message: Message, context: Context, reader: Reader, newsroom: Sequence[Line]) -> None:
    """Answer what is no command: with the help, or to an admin with how to publish the article that it seems to be."""
    words = reader.words
    if await continue_paste(message, context, reader) or await take_forwarded(message, context, reader):
        return
    member = await member_of(reader, context) if _could_be_an_article(message) else None
    if member and may(member.role, Permission.PROPOSE):
        await reply(message, words.say("help.to_publish"), quote=True)
        return
    overview = await _overview(context, reader, newsroom)
    await reply(message, Markup("{}\n\n{}").format(words.say("help.not_understood"), overview))


async def _overview(context: Context, reader: Reader, newsroom: Sequence[Line]) -> Markup:
    words, member = reader.words, await member_of(reader, context)
    if member is None:
        return words.say("help.text")
    lines = [
        words.say("help.line", what=escape(words.plain(line.key)), command=f"/{line.name}")
        for line in newsroom
        if line.permission is None or may(member.role, line.permission)
    ]
    return Markup("\n\n").join([words.say("help.text"), words.say("help.newsroom"), Markup("\n").join(lines)])


def _could_be_an_article(message: Message) -> bool:
    return message.document is not None or units(message.text or message.caption or "") >= _LIKE_AN_ARTICLE
