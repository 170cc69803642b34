"""/quiet and /mute: when the bot leaves a chat in peace; and the daily budget of alerts."""

import re
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Message

from handlers import panels
from handlers.context import Context
from handlers.panels import Panel
from handlers.readers import Reader, refusal
from handlers.replies import reply
from handlers.settings_buttons import LetFlashPass, Mute, SetBudget, SetMute, SetQuiet
from handlers.story_buttons import clock_face
from handlers.texts import Texts
from storage import digests, preferences
from storage.digests import Edition
from storage.localtime import QuietHours, next_occurrence
from storage.preferences import Preferences

PRESETS = (SetQuiet(22 * 60, 6 * 60), SetQuiet(23 * 60, 7 * 60), SetQuiet(0, 8 * 60))
MORNING = 7 * 60
_LONGEST_MUTE_H = 48
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?"
# Two times with whatever stands between them: «22-6», «22:30 6:15», «من 22 إلى 6».
_SPAN = re.compile(rf"\D{{0,20}}?{_TIME}\D{{1,20}}?{_TIME}\D{{0,20}}")
_LONGEST_SPAN = 60


async def quiet(message: Message, context: Context, reader: Reader) -> None:
    """Show the quiet hours, or change them: /quiet 23-7, /quiet off."""
    words, services = reader.words, context.services
    if sentence := await refusal(reader, context, changes=bool(context.args)):
        await reply(message, sentence)
        return
    database = services.database
    async with database.write() if context.args else database.read() as connection:
        if context.args:
            try:
                hours = read_span(" ".join(context.args), services.texts)
            except ValueError:
                await reply(message, words.say("quiet.bad_hours"))
                return
            await apply(connection, reader, hours, services.clock())
        panel = await quiet_panel(connection, reader)
    await reply(message, panel.text, keyboard=panel.keyboard)


async def mute(message: Message, context: Context, reader: Reader) -> None:
    """Show whether the bot is muted, or mute it: /mute 8, /mute morning, /mute off."""
    words, services = reader.words, context.services
    if sentence := await refusal(reader, context, changes=bool(context.args)):
        await reply(message, sentence)
        return
    database = services.database
    async with database.write() if context.args else database.read() as connection:
        if context.args:
            now = services.clock()
            mine = await preferences.get(connection, reader.chat.id)
            try:
                until = read_mute(" ".join(context.args), mine, now, services.texts)
            except ValueError:
                await reply(message, words.say("mute.bad_length"))
                return
            await _mute(connection, reader, until, now)
        panel = await mute_panel(connection, reader, services.clock())
    await reply(message, panel.text, keyboard=panel.keyboard)


def read_span(text: str, texts: Texts) -> SetQuiet:
    """Return the hours that the words behind /quiet ask for. Raise `ValueError` for what is neither hours nor «off»."""
    if texts.names("quiet.words_off", text):
        return SetQuiet()
    found = _SPAN.fullmatch(text) if len(text) <= _LONGEST_SPAN else None
    if found is None:
        raise ValueError("no hours")
    times = [(int(found[1]), int(found[2] or 0)), (int(found[3]), int(found[4] or 0))]
    if any(hour > 23 or minute > 59 for hour, minute in times) or times[0] == times[1]:
        raise ValueError("no hours")
    start, until = (hour * 60 + minute for hour, minute in times)
    return SetQuiet(start, until)


def read_mute(text: str, mine: Preferences | None, now: datetime, texts: Texts) -> datetime | None:
    """Return until when the words behind /mute ask for silence, None for no more of it; else raise `ValueError`."""
    if texts.names("mute.words_off", text):
        return None
    if texts.names("mute.words_morning", text):
        return muted_until(Mute.MORNING, mine, now)
    if texts.names("mute.words_hour", text):
        return muted_until(Mute.HOUR, mine, now)
    digits = re.fullmatch(r"(\d{1,2})(?:\s*[^\W\d]{1,10})?", text)
    hours = int(digits[1]) if digits else 0
    if not 0 < hours <= _LONGEST_MUTE_H:
        raise ValueError("no length")
    return now + timedelta(hours=hours)


def muted_until(length: Mute, mine: Preferences | None, now: datetime) -> datetime:
    """Return when a mute of that length ends. The morning begins at seven, or when the chat's quiet hours end."""
    if length is Mute.HOUR:
        return now + timedelta(hours=1)
    if length is Mute.EIGHT_HOURS:
        return now + timedelta(hours=8)
    return next_occurrence(mine.timezone if mine else "UTC", morning_of(mine), after=now).at


def morning_of(mine: Preferences | None) -> int:
    """Return the minute of the day at which the chat's morning begins."""
    return mine.quiet.until if mine and mine.quiet and mine.quiet.until < digests.NOON else MORNING


async def apply(
    connection: AsyncConnection,
    reader: Reader,
    wish: SetQuiet | LetFlashPass | SetMute | SetBudget,
    now: datetime,
) -> str:
    """Do what a button asks for; return what to say of it in a line."""
    words, chat_id = reader.words, reader.chat.id
    match wish:
        case SetQuiet(int(start), int(until)):
            await preferences.set_quiet(connection, chat_id, QuietHours(reader.timezone, start, until), now=now)
            return words.plain("quiet.toast_on", start=clock_face(start), until=clock_face(until))
        case SetQuiet():
            await preferences.set_quiet(connection, chat_id, None, now=now)
            return words.plain("quiet.toast_off")
        case LetFlashPass(passes):
            await preferences.let_flash_pass(connection, chat_id, passes)
            if passes:
                return words.plain(reader.pick("quiet.toast_flash_on", "there.toast_flash_on"))
            return words.plain(reader.pick("quiet.toast_flash_off", "there.toast_flash_off"))
        case SetMute(length):
            mine = await preferences.get(connection, chat_id)
            return await _mute(connection, reader, muted_until(length, mine, now) if length else None, now)
    return await _set_budget(connection, reader, wish.alerts, now)


async def quiet_panel(connection: AsyncConnection, reader: Reader) -> Panel:
    """The quiet hours."""
    words = reader.words
    mine = await preferences.get(connection, reader.chat.id)
    hours = mine.quiet if mine else None
    if hours is None:
        state = words.say(reader.pick("quiet.none", "there.quiet_none"))
    else:
        start, until = clock_face(hours.start), clock_face(hours.until)
        state = words.say("quiet.set", start=start, until=until, place=words.place(reader.timezone))
    text = words.say(reader.pick("quiet.screen", "there.quiet"), state=state)
    return Panel(text, panels.quiet_keyboard(hours, bool(mine and mine.flash_passes), PRESETS, words))


async def mute_panel(connection: AsyncConnection, reader: Reader, now: datetime) -> Panel:
    """Whether the bot is muted, and how long."""
    words = reader.words
    mine = await preferences.get(connection, reader.chat.id)
    until = mine.muted_until if mine and mine.muted_until and mine.muted_until > now else None
    state = (
        words.say("mute.set", time=words.moment(until, reader.zone))
        if until
        else words.say(reader.pick("mute.none", "there.mute_none"))
    )
    keyboard = panels.mute_keyboard(until is not None, morning_of(mine), words)
    return Panel(words.say(reader.pick("mute.screen", "there.mute"), state=state), keyboard)


async def budget_panel(connection: AsyncConnection, reader: Reader) -> Panel:
    """How many alerts a day."""
    words = reader.words
    mine = await preferences.get(connection, reader.chat.id)
    budget = mine.budget if mine else None
    state = words.say("budget.none") if budget is None else words.count("budget.set", budget)
    return Panel(words.say("budget.screen", state=state), panels.budget_keyboard(budget, words))


async def _mute(connection: AsyncConnection, reader: Reader, until: datetime | None, now: datetime) -> str:
    words = reader.words
    if until is None:
        await preferences.unmute(connection, reader.chat.id, now=now)
        return words.plain("mute.toast_off")
    await preferences.mute(connection, reader.chat.id, until, now=now)
    return words.plain("mute.toast_on", time=until.astimezone(reader.zone).time())


async def _set_budget(connection: AsyncConnection, reader: Reader, alerts: int | None, now: datetime) -> str:
    """What exceeds a budget is told in a digest, so there has to be one."""
    words, chat_id = reader.words, reader.chat.id
    await preferences.set_budget(connection, chat_id, alerts)
    if alerts is None:
        return words.plain("budget.toast_off")
    daily = await digests.next_daily(connection, chat_id)
    if daily is None:
        kept = await digests.get(connection, chat_id, Edition.EVENING)
        minute = kept.minute if kept else digests.DEFAULT_MINUTE
        daily = await digests.turn_on(connection, chat_id, minute=minute, timezone=reader.timezone, now=now)
    return words.plain("budget.toast_on", time=clock_face(daily.minute))
