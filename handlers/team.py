"""/team: who belongs to the newsroom. Owners say so; owners themselves stand in the settings."""

import re

from markupsafe import Markup, escape
from telegram import (
    CallbackQuery,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    MessageOriginHiddenUser,
    MessageOriginUser,
)
from telegram.error import TelegramError

from handlers.context import Context
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.replies import answer, edit, reply, send_to
from handlers.split import shorten
from handlers.team_buttons import ROLE_KEYS, ManageTeam, TeamVerb, person_keyboard, team_keyboard
from handlers.texts import Words, clean
from storage import admins, dialogs
from storage.admins import Member, OwnerError
from storage.roles import Permission, Role

PERSON = "team_person"
_NAME = 64
# Telegram's user ids have at most 52 significant bits.
_ID = re.compile(r"\s*(\d{1,15})\s*")


async def team(message: Message, context: Context, reader: Reader) -> None:
    """List the newsroom; as a reply or with an id, ask what that person shall be."""
    if not await admitted(reader, context, "/team", Permission.TEAM):
        await reply(message, reader.words.say("newsroom.refused"))
        return
    about = message.reply_to_message
    # In a topic, every message replies to its beginning.
    if context.args or (about is not None and not about.forum_topic_created):
        await _consider(message, context, reader, about if not context.args else None, " ".join(context.args or ()))
        return
    await _show(message, context, reader)


async def take_person(message: Message, context: Context, reader: Reader, _subject: str) -> None:
    """Take a forwarded message, a contact or an id for the person to add."""
    if not await admitted(reader, context, "/team", Permission.TEAM):
        await reply(message, reader.words.say("newsroom.refused"))
        return
    await _consider(message, context, reader, message if message.forward_origin else None, message.text or "")


async def press(query: CallbackQuery, context: Context, reader: Reader, action: ManageTeam) -> int | None:
    """Do what the button says; return the id of whose role has changed."""
    words = reader.words
    if not await admitted(reader, context, f"team:{action.verb}", Permission.TEAM):
        await answer(query, words.plain("newsroom.refused"), alert=True)
        return None
    match action.verb:
        case TeamVerb.LIST:
            await answer(query)
            await _show_again(query, context, reader)
        case TeamVerb.ADD:
            async with context.services.database.write() as connection:
                now = context.services.clock()
                await dialogs.ask(connection, reader.chat.id, query.from_user.id, topic=PERSON, subject="", now=now)
            await answer(query)
            if query.message:
                await reply(query.message, words.say("team.how"))
        case TeamVerb.PICK:
            await answer(query)
            async with context.services.database.read() as connection:
                member = await admins.find(connection, action.user_id or 0)
            if member:
                await edit(query, _question(member.name, member, words), _keyboard(member.user_id, member, words))
            else:
                await _show_again(query, context, reader)
        case TeamVerb.REMOVE:
            return await _remove(query, context, reader, action.user_id or 0)
        case _:
            return await _grant(query, context, reader, action)
    return None


async def _consider(message: Message, context: Context, reader: Reader, about: Message | None, text: str) -> None:
    """Ask what somebody shall be: who wrote `about`, whose contact it is, or whose id `text` is."""
    words, name = reader.words, ""
    user_id: int | None = None
    if about is not None:
        origin = about.forward_origin
        if isinstance(origin, MessageOriginHiddenUser):
            await reply(message, words.say("team.hidden", name=origin.sender_user_name))
            return
        sender = origin.sender_user if isinstance(origin, MessageOriginUser) else None if origin else about.from_user
        if sender and not sender.is_bot:
            user_id, name = sender.id, sender.full_name
    elif message.contact and message.contact.user_id:
        user_id, name = message.contact.user_id, message.contact.first_name
    elif found := _ID.fullmatch(text):
        user_id = int(found[1])
        name = await _name_of(context, user_id)
    if not user_id:
        await reply(message, words.say("team.not_understood"))
        return
    async with context.services.database.read() as connection:
        member = await admins.find(connection, user_id)
    if member and member.role is Role.OWNER:
        await reply(message, words.say("team.is_owner"))
        return
    shown = name or (member.name if member else "") or str(user_id)
    await reply(message, _question(shown, member, words), keyboard=_keyboard(user_id, member, words))


async def _grant(query: CallbackQuery, context: Context, reader: Reader, action: ManageTeam) -> int | None:
    services, words, user_id, role = context.services, reader.words, action.user_id, action.role
    if user_id is None or role is None:
        await answer(query, words.plain("common.stale_button"), alert=True)
        return None
    async with services.database.read() as connection:
        before = await admins.find(connection, user_id)
    if before and before.role is role:
        await answer(query)
        return None
    name = before.name if before else _asked_about(query, user_id)
    try:
        async with services.database.write() as connection:
            now = services.clock()
            await admins.grant(connection, user_id, role, name=name, actor_id=query.from_user.id, now=now)
    except OwnerError:
        await answer(query, words.plain("team.is_owner"), alert=True)
        return None
    await answer(query)
    role_name = words.plain(ROLE_KEYS[role])
    await edit(query, words.say("team.granted", name=_shown(name, user_id), role=escape(role_name)))
    await _tell(context, user_id, role)
    return user_id


async def _remove(query: CallbackQuery, context: Context, reader: Reader, user_id: int) -> int | None:
    services, words = context.services, reader.words
    try:
        async with services.database.write() as connection:
            gone = await admins.remove(connection, user_id, actor_id=query.from_user.id, now=services.clock())
    except OwnerError:
        await answer(query, words.plain("team.is_owner"), alert=True)
        return None
    await answer(query)
    if gone is None:
        await _show_again(query, context, reader)
        return None
    await edit(query, words.say("team.removed", name=_shown(gone.name, user_id)))
    return user_id


async def _tell(context: Context, user_id: int, role: Role) -> None:
    """Tell somebody what they are now, if they can be told: who has never started the bot cannot."""
    words = context.services.texts.of(None)
    try:
        await send_to(context.bot, user_id, words.say("team.welcome", role=escape(words.plain(ROLE_KEYS[role]))))
    except TelegramError:
        return


async def _show(message: Message, context: Context, reader: Reader) -> None:
    async with context.services.database.read() as connection:
        members = await admins.every(connection)
    await reply(message, _listing(members, reader.words), keyboard=team_keyboard(members, reader.words))


async def _show_again(query: CallbackQuery, context: Context, reader: Reader) -> None:
    async with context.services.database.read() as connection:
        members = await admins.every(connection)
    await edit(query, _listing(members, reader.words), team_keyboard(members, reader.words))


def _listing(members: tuple[Member, ...], words: Words) -> Markup:
    lines = [words.say("team.title")]
    for role in Role:
        lines += [
            words.say(
                "team.line", name=_shown(member.name, member.user_id), role=escape(words.plain(ROLE_KEYS[member.role]))
            )
            for member in members
            if member.role is role
        ]
    return Markup("\n").join([*lines, Markup(), words.say("team.help")])


def _question(name: str, member: Member | None, words: Words) -> Markup:
    shown = shorten(clean(name), _NAME)
    if member:
        return words.say("team.change", name=shown, role=escape(words.plain(ROLE_KEYS[member.role])))
    return words.say("team.choose", name=shown)


def _keyboard(user_id: int, member: Member | None, words: Words) -> InlineKeyboardMarkup:
    return person_keyboard(user_id, member.role if member else None, words)


def _shown(name: str, user_id: int) -> str:
    return f"{shorten(clean(name), _NAME)} ({user_id})" if name else str(user_id)


def _asked_about(query: CallbackQuery, user_id: int) -> str:
    """Return the name that the question shows, which is its only bold text; "" where it shows but the id."""
    message = query.message
    bold = message.parse_entities([MessageEntity.BOLD]) if isinstance(message, Message) else {}
    name = clean(next(iter(bold.values()), ""))
    return "" if name == str(user_id) else name


async def _name_of(context: Context, user_id: int) -> str:
    """Return how somebody is called; "" where Telegram does not tell, since they have never started the bot."""
    try:
        return (await context.bot.get_chat(user_id)).full_name or ""
    except TelegramError:
        return ""
