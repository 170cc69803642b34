"""Links that lead here: to a section, also as a QR picture, and to a story."""

import re
from collections.abc import Sequence
from io import BytesIO

import segno
from markupsafe import escape
from telegram import CallbackQuery
from telegram.helpers import create_deep_linked_url

from handlers.context import Context
from handlers.readers import Reader
from handlers.replies import answer, reply, reply_photo
from handlers.story_buttons import ShareSection, share_keyboard
from storage import sections

_STORY = re.compile(r"story_([0-9]{1,18})")
# Pixels for one square of a QR code: large enough for a poster, and a few kilobytes.
_SCALE = 16


async def press(query: CallbackQuery, context: Context, reader: Reader, action: ShareSection) -> None:
    """Ask which section to share, or send the link to it, as a picture to scan and as text to forward."""
    words = reader.words
    async with context.services.database.read() as connection:
        rows = await sections.every(connection)
    section = next((row for row in rows if row.slug == action.slug), None)
    if query.message is None or (action.slug and section is None):
        await answer(query, words.plain("sections.unknown"), alert=True)
        return
    await answer(query)
    if section is None:
        await reply(query.message, words.say("share.choose"), keyboard=share_keyboard(rows))
        return
    link = create_deep_linked_url(context.bot.username, section.slug)
    # A line of its own needs no isolates, which some apps would take for a part of the link.
    await reply_photo(
        query.message, qr_picture(link), words.say("share.caption", section=section.name, link=escape(link))
    )


def qr_picture(text: str) -> bytes:
    """Return `text` as a QR code, in PNG."""
    picture = BytesIO()
    segno.make_qr(text, error="m").save(picture, kind="png", scale=_SCALE)
    return picture.getvalue()


def story_link(bot: str, article_id: int) -> str:
    """Return the link that opens a story's summary in the chat with the bot of this username."""
    return create_deep_linked_url(bot, f"story_{article_id}")


def story_of(arguments: Sequence[str] | None) -> int | None:
    """Return which story a deep link names, or None. Anyone can make up a link."""
    found = _STORY.fullmatch(arguments[0]) if arguments else None
    return int(found[1]) if found else None
