"""/settings: everything that a chat can set, each thing in two taps."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import CallbackQuery, Message
from telegram.constants import ChatType

from handlers import digest, language, panels, places, quiet, sections, timezone, words
from handlers.context import Context
from handlers.panels import Panel
from handlers.readers import Reader, may_change, refusal
from handlers.replies import answer, edit, reply, topic_of
from handlers.settings_buttons import (
    ChooseQuietEnd,
    Control,
    LetFlashPass,
    OpenScreen,
    PutPhrase,
    RemovePhrase,
    Screen,
    SetBudget,
    SetEdition,
    SetMute,
    SetQuiet,
    SetZone,
    Wish,
    WishOfSection,
)
from handlers.story_buttons import clock_face
from storage import digests, preferences
from storage import phrases as phrases


async def settings(message: Message, context: Context, reader: Reader) -> None:
    """Show everything that can be set, as it is now."""
    if sentence := await refusal(reader, context, changes=False):
        await reply(message, sentence)
        return
    async with context.services.database.read() as connection:
        panel = await _menu(connection, reader, context)
    await reply(message, panel.text, keyboard=panel.keyboard)


async def press(query: CallbackQuery, context: Context, reader: Reader, control: Control) -> None:
    """Do what a button asks for, in the chat where it was pressed and in no other, and show the outcome."""
    say = reader.words.plain
    if not await may_change(reader, context):
        await answer(query, say("common.chat_admins_only"), alert=True)
        return
    if not reader.is_active:
        await answer(query, say("common.start_first"), alert=True)
        return
    if control == OpenScreen(Screen.LOCATION):
        await answer(query)
        if query.message and reader.chat.type == ChatType.PRIVATE:
            await timezone.ask_for_location(query.message, reader)
        return
    screen, toast = _screen_after(control), ""
    if not isinstance(control, OpenScreen | ChooseQuietEnd):
        message = query.message if isinstance(query.message, Message) else None
        async with context.services.database.write() as connection:
            toast = await _apply(connection, context, reader, control, message)
    if isinstance(control, SetZone):
        reader = replace(reader, timezone=await _zone_now(context, reader))
    if isinstance(control, ChooseQuietEnd):
        panel = Panel(reader.words.say("quiet.until_when"), panels.hours_keyboard(control.start, reader.words))
    else:
        async with context.services.database.read() as connection:
            if screen is Screen.SECTIONS:  # in a topic of a forum they are those of the topic
                panel = await sections.sections_panel(connection, reader, topic_of(query.message))
            else:
                panel = await _SCREENS[screen](connection, reader, context)
    await answer(query, toast)
    text = panel.text if screen is Screen.SECTIONS else reader.titled(panel.text)  # the sections say it themselves
    await edit(query, text, reader.aimed(panel.keyboard))


def _screen_after(control: Control) -> Screen:
    match control:
        case OpenScreen(screen):
            return screen
        case SetQuiet() | LetFlashPass() | ChooseQuietEnd():
            return Screen.QUIET
        case SetMute():
            return Screen.MUTE
        case SetBudget():
            return Screen.BUDGET
        case SetZone():
            return Screen.ZONE
        case SetEdition():
            return Screen.DIGEST
        case WishOfSection(Wish.URGENT_ONLY):
            return Screen.URGENCY
        case WishOfSection():
            return Screen.DIGEST_SECTIONS
        case PutPhrase() | RemovePhrase():
            return Screen.WORDS


async def _apply(
    connection: AsyncConnection, context: Context, reader: Reader, control: Control, message: Message | None
) -> str:
    """Do it, and return what to say of it in a line."""
    now, say = context.services.clock(), reader.words.plain
    match control:
        case SetQuiet() | LetFlashPass() | SetMute() | SetBudget():
            return await quiet.apply(connection, reader, control, now)
        case SetZone(name):
            return await timezone.apply(connection, reader, context, name) or say("common.stale_button")
        case SetEdition():
            return await digest.apply(connection, reader, control, now)
        case WishOfSection(wish, slug, granted):
            wishes = {"urgent_only" if wish is Wish.URGENT_ONLY else "in_digest": granted}
            follows = await preferences.wish_of_section(connection, reader.chat.id, slug, **wishes)
            return "" if follows else say("sections.unknown")
        case PutPhrase() | RemovePhrase():
            return await words.apply(connection, reader, control, message)
    return ""


async def _zone_now(context: Context, reader: Reader) -> str:
    async with context.services.database.read() as connection:
        mine = await preferences.get(connection, reader.chat.id)
    return mine.timezone if mine else reader.timezone


async def _menu(connection: AsyncConnection, reader: Reader, context: Context) -> Panel:
    say, count, now = reader.words.say, reader.words.count, context.services.clock()
    chat_id = reader.chat.id
    mine = await preferences.get(connection, chat_id)
    followed = await preferences.followed(connection, chat_id)
    hours = mine.quiet if mine else None
    muted_until = mine.muted_until if mine else None
    budget = mine.budget if mine else None
    on = [one for one in (await digests.of_chat(connection, chat_id)).values() if one.enabled]
    none = say("settings.none")
    stands = {
        "sections": reader.words.listing(section.name for section in followed)
        if followed
        else say("settings.no_sections"),
        "quiet": panels.span(hours.start, hours.until, reader.words) if hours else none,
        "mute": say("settings.until", time=reader.words.short_moment(muted_until, reader.zone))
        if muted_until and muted_until > now
        else none,
        "place": places.city(reader.timezone, reader.words),
        "digest": reader.words.listing(reader.words.plain("button.time_off", time=clock_face(one.minute)) for one in on)
        if on
        else none,
    }
    if reader.from_afar:
        return Panel(say("there.settings", **stands), panels.menu_keyboard(reader.words, from_afar=True))
    chosen = len(await phrases.of_chat(connection, chat_id))
    text = say(
        "settings.screen",
        words=count("settings.words", chosen) if chosen else say("settings.no_words"),
        budget=say("settings.no_limit") if budget is None else count("settings.budget", budget),
        **stands,
    )
    return Panel(text, panels.menu_keyboard(reader.words))


async def _urgency(connection: AsyncConnection, reader: Reader, _context: Context) -> Panel:
    return await _wishes(
        connection, reader, Wish.URGENT_ONLY, reader.pick("urgency.screen", "there.urgency"), Screen.MENU
    )


async def _digest_sections(connection: AsyncConnection, reader: Reader, _context: Context) -> Panel:
    return await _wishes(connection, reader, Wish.IN_DIGEST, "digest.which_sections", Screen.DIGEST)


async def _wishes(connection: AsyncConnection, reader: Reader, wish: Wish, key: str, back: Screen) -> Panel:
    followed = await preferences.followed(connection, reader.chat.id)
    text = reader.words.say(key)
    if not followed:
        text = Markup("{}\n\n{}").format(
            text, reader.words.say(reader.pick("digest.needs_sections", "there.needs_sections"))
        )
    return Panel(text, panels.wishes_keyboard(followed, wish, back, reader.words))


async def _own_hours(_connection: AsyncConnection, reader: Reader, _context: Context) -> Panel:
    return Panel(
        reader.words.say(reader.pick("quiet.from_when", "there.quiet_from_when")),
        panels.hours_keyboard(None, reader.words),
    )


async def _zone(_connection: AsyncConnection, reader: Reader, context: Context) -> Panel:
    return timezone.zone_panel(reader, context)


async def _words(connection: AsyncConnection, reader: Reader, _context: Context) -> Panel:
    return await words.words_panel(connection, reader)


async def _quiet(connection: AsyncConnection, reader: Reader, _context: Context) -> Panel:
    return await quiet.quiet_panel(connection, reader)


async def _mute(connection: AsyncConnection, reader: Reader, context: Context) -> Panel:
    return await quiet.mute_panel(connection, reader, context.services.clock())


async def _budget(connection: AsyncConnection, reader: Reader, _context: Context) -> Panel:
    return await quiet.budget_panel(connection, reader)


async def _language(_connection: AsyncConnection, reader: Reader, context: Context) -> Panel:
    return language.language_panel(reader, context)


async def _digest(connection: AsyncConnection, reader: Reader, _context: Context) -> Panel:
    return await digest.digest_panel(connection, reader)


_SCREENS: Mapping[Screen, Callable[[AsyncConnection, Reader, Context], Awaitable[Panel]]] = {
    Screen.MENU: _menu,
    Screen.URGENCY: _urgency,
    Screen.WORDS: _words,
    Screen.QUIET: _quiet,
    Screen.OWN_HOURS: _own_hours,
    Screen.MUTE: _mute,
    Screen.BUDGET: _budget,
    Screen.ZONE: _zone,
    Screen.LANGUAGE: _language,
    Screen.DIGEST: _digest,
    Screen.DIGEST_SECTIONS: _digest_sections,
}
