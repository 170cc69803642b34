"""/digest: everything in one message, in the morning, in the evening, once a week."""

import re
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import CallbackQuery, Message

from handlers import panels, places, sections
from handlers.context import Context
from handlers.panels import Panel
from handlers.readers import Reader, may_change, refusal
from handlers.replies import answer, edit, edit_keyboard, reply
from handlers.settings_buttons import SetEdition
from handlers.story_buttons import SetDigest, ToggleSection, clock_face, offers
from handlers.texts import Texts
from storage import digests
from storage.digests import DEFAULT_MINUTE, Digest, Edition

# Arabic-Indic digits are digits too, for `\d` and for `int`.
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
_ON = {
    Edition.MORNING: "digest.on_morning",
    Edition.EVENING: "digest.on_evening",
    Edition.WEEKLY: "digest.on_weekly",
}
_TOAST_OFF = {
    Edition.MORNING: "digest.toast_off_morning",
    Edition.EVENING: "digest.toast_off_evening",
    Edition.WEEKLY: "digest.toast_off_weekly",
}


async def digest(message: Message, context: Context, reader: Reader) -> None:
    """Show the chat's digests, or change the daily one: /digest on, off, 21 or 21:30."""
    services = context.services
    if sentence := await refusal(reader, context, changes=bool(context.args)):
        await reply(message, sentence)
        return
    if context.args:
        async with services.database.read() as connection:
            current = await digests.of_chat(connection, reader.chat.id)
        try:
            minute = read_wish(" ".join(context.args), current, services.texts)
        except ValueError:
            await reply(message, reader.words.say("digest.bad_time"))
            return
        async with services.database.write() as connection:
            await _set(connection, reader, minute, services.clock())
    async with services.database.read() as connection:
        panel = await digest_panel(connection, reader)
    await reply(message, panel.text, keyboard=panel.keyboard)


async def press(query: CallbackQuery, context: Context, reader: Reader, action: SetDigest) -> None:
    """Set the daily digest by the button under the sections, or by one of an older message."""
    words = reader.words
    if not await may_change(reader, context):
        await answer(query, words.plain("common.chat_admins_only"), alert=True)
        return
    if not reader.is_active:
        await answer(query, words.plain("common.start_first"), alert=True)
        return
    async with context.services.database.write() as connection:
        await _set(connection, reader, action.minute, context.services.clock())
        panel = await digest_panel(connection, reader)
        switches = await sections.switches_under(query.message, connection, reader)
    if action.minute is None:
        await answer(query, words.plain("digest.toast_off"))
    else:
        await answer(query, words.plain("digest.toast_on", time=clock_face(action.minute)))
    if offers(query.message, ToggleSection(None)):  # the button stands under the sections
        await edit_keyboard(query, switches)
    else:
        await edit(query, panel.text, panel.keyboard)


async def apply(connection: AsyncConnection, reader: Reader, wish: SetEdition, now: datetime) -> str:
    """Do what a button asks for; return what to say of it in a line."""
    words = reader.words
    if wish.minute is None:
        await digests.turn_off(connection, reader.chat.id, wish.edition)
        return words.plain(_TOAST_OFF[wish.edition])
    await digests.turn_on(
        connection,
        reader.chat.id,
        minute=wish.minute,
        timezone=reader.timezone,
        now=now,
        edition=wish.edition,
        weekday=wish.weekday,
    )
    if wish.weekday is not None:
        day = words.plain(panels.WEEKDAYS[wish.weekday])
        key = reader.pick("digest.toast_on_weekly", "there.toast_on_weekly")
        return words.plain(key, day=day, time=clock_face(wish.minute))
    return words.plain(reader.pick("digest.toast_on", "there.toast_on"), time=clock_face(wish.minute))


async def digest_panel(connection: AsyncConnection, reader: Reader) -> Panel:
    """Which digests the chat has, and hours to choose from."""
    words = reader.words
    current = await digests.of_chat(connection, reader.chat.id)
    on = [_line(edition, one, reader) for edition, one in current.items() if one.enabled]
    parts = [words.say(reader.pick("digest.off", "there.digest_off"))]
    if on:
        title = words.say(reader.pick("digest.on", "there.digest_on"), place=places.city(reader.timezone, words))
        parts = [Markup("\n").join([title, *on])]
    parts.append(words.say(reader.pick("digest.how", "there.digest_how")))
    if not reader.sections:
        parts.append(words.say(reader.pick("digest.needs_sections", "there.needs_sections")))
    return Panel(Markup("\n\n").join(parts), panels.digest_keyboard(current, words))


def read_wish(text: str, current: dict[Edition, Digest], texts: Texts) -> int | None:
    """Return the minute of the day that the words behind /digest ask for, or None for no digest.

    «on» keeps the hour that the chat had. Raise `ValueError` for what is neither a time nor such a word.
    """
    if texts.names("digest.words_off", text):
        return None
    if texts.names("digest.words_on", text):
        daily = [digest for edition, digest in current.items() if edition in digests.DAILY]
        return max(daily, key=lambda digest: digest.enabled).minute if daily else DEFAULT_MINUTE
    found = _TIME.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise ValueError(text)
    return hour * 60 + minute


async def _set(connection: AsyncConnection, reader: Reader, minute: int | None, now: datetime) -> None:
    if minute is None:
        await digests.turn_off(connection, reader.chat.id)
    else:
        await digests.turn_on(connection, reader.chat.id, minute=minute, timezone=reader.timezone, now=now)


def _line(edition: Edition, digest: Digest, reader: Reader) -> Markup:
    values: dict[str, object] = {"time": clock_face(digest.minute)}
    if digest.weekday is not None:
        values["day"] = reader.words.say(panels.WEEKDAYS[digest.weekday])
    return reader.words.say(_ON[edition], **values)
