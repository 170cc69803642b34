"""/timezone: where a chat is, by a button, by a name, or by its shared location."""

import asyncio
from zoneinfo import ZoneInfo

import tzfpy
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import KeyboardButton, MaybeInaccessibleMessage, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove
from telegram.constants import ChatType

from handlers import panels, places
from handlers.context import Context
from handlers.panels import Panel
from handlers.readers import Reader, refusal
from handlers.replies import reply
from handlers.split import shorten
from handlers.texts import clean
from storage import preferences
from storage.localtime import is_zone

_LONGEST_NAME = 60


async def timezone(message: Message, context: Context, reader: Reader) -> None:
    """Show the time zone, or change it: /timezone Cairo."""
    services = context.services
    if sentence := await refusal(reader, context, changes=bool(context.args)):
        await reply(message, sentence)
        return
    if not context.args:
        panel = zone_panel(reader, context)
        await reply(message, panel.text, keyboard=panel.keyboard)
        return
    typed = shorten(clean(" ".join(context.args)), _LONGEST_NAME)
    zone = await asyncio.to_thread(places.zone_of, typed, services.texts)
    if zone is None:
        await _suggest(message, context, reader, typed)
        return
    await _move(message, context, reader, zone)


async def located(message: Message, context: Context, reader: Reader) -> None:
    """Take the time zone of the place that somebody shares. The place itself is not kept.

    In groups people share places with each other, so there it says nothing about the chat.
    """
    if message.chat.type != ChatType.PRIVATE or message.location is None:
        return
    if sentence := await refusal(reader, context):
        await reply(message, sentence)
        return
    place = message.location
    # In a thread: the first call loads a map of the world.
    zone = await asyncio.to_thread(tzfpy.get_tz, place.longitude, place.latitude)
    if not is_zone(zone):
        await reply(message, reader.words.say("zone.no_land"))
        return
    await _move(message, context, reader, zone, keyboard=ReplyKeyboardRemove())


async def ask_for_location(message: MaybeInaccessibleMessage, reader: Reader) -> None:
    """Offer the button of Telegram's that shares a location, in place of the phone's keyboard, until it is used."""
    ask = KeyboardButton(reader.words.plain("zone.share"), request_location=True)
    await reply(
        message,
        reader.words.say("zone.how_to_share"),
        keyboard=ReplyKeyboardMarkup([[ask]], resize_keyboard=True, one_time_keyboard=True),
    )


async def apply(connection: AsyncConnection, reader: Reader, context: Context, zone: str) -> str | None:
    """Move the chat to another zone; return what to say of it in a line, or None for a zone that does not exist."""
    if not is_zone(zone):
        return None
    await preferences.set_timezone(connection, reader.chat.id, zone, now=context.services.clock())
    return reader.words.plain(reader.pick("zone.toast", "there.zone_toast"), place=places.city(zone, reader.words))


def zone_panel(reader: Reader, context: Context) -> Panel:
    """Where the chat is, and cities to choose from."""
    words = reader.words
    cities = [(zone, places.city(zone, words)) for zone in places.CITIES]
    private = reader.chat.type == ChatType.PRIVATE
    text = words.say(
        reader.pick("zone.screen", "there.zone"),
        place=places.city(reader.timezone, words),
        time=words.clock(context.services.clock(), reader.zone),
    )
    return Panel(text, panels.zones_keyboard(cities, reader.timezone, words, sharing=private))


async def _move(
    message: Message,
    context: Context,
    reader: Reader,
    zone: str,
    *,
    keyboard: ReplyKeyboardRemove | None = None,
) -> None:
    async with context.services.database.write() as connection:
        await apply(connection, reader, context, zone)
    words = reader.words
    now = context.services.clock()
    text = words.say("zone.moved", place=places.city(zone, words), time=words.clock(now, ZoneInfo(zone)))
    await reply(message, text, keyboard=keyboard)


async def _suggest(message: Message, context: Context, reader: Reader, typed: str) -> None:
    words = reader.words
    alike = await asyncio.to_thread(places.near, typed, context.services.texts)
    if not alike:
        await reply(message, words.say("zone.unknown", typed=typed))
        return
    cities = [(zone, places.city(zone, words)) for zone in alike]
    text = words.say("zone.did_you_mean", typed=typed)
    await reply(message, text, keyboard=panels.zones_keyboard(cities, reader.timezone, words))
