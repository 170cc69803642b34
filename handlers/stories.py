"""Which story a person means: by its number, or by a message that tells of it."""

import re
from collections.abc import Sequence

from telegram import Message

from handlers.context import Context
from handlers.story_buttons import ShowSummary, parse
from storage import deliveries

# Arabic-Indic digits are digits too, for `\d` and for `int`. SQLite's integers end at 19 digits.
_NUMBER = re.compile(r"#?(\d{1,18})")


def number_in(word: str) -> int | None:
    """Return the story's number that a word is («12», «#12», «١٢»), or None."""
    found = _NUMBER.fullmatch(word)
    return int(found[1]) if found else None


def told_by(message: Message) -> Message | None:
    """Return the message that this one replies to, be it an alert or not."""
    about = message.reply_to_message
    # In a topic, every message replies to its beginning.
    return None if about is None or about.forum_topic_created else about


async def article_of(context: Context, message: Message) -> int | None:
    """Return which article a message is an alert of: its one summary button says so, or the record of its delivery."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    actions = [parse(str(button.callback_data)) for row in rows for button in row if button.callback_data]
    stories = [action.article_id for action in actions if isinstance(action, ShowSummary)]
    if len(stories) == 1:
        return stories[0]
    async with context.services.database.read() as connection:
        return await deliveries.article_of_message(connection, message.chat.id, message.message_id)


async def meant(message: Message, context: Context, arguments: Sequence[str]) -> int | None:
    """Return the story with the number behind the command, else the one replied to; None where neither is a story."""
    if arguments:
        return number_in(arguments[0])
    about = told_by(message)
    return await article_of(context, about) if about else None
