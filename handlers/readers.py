"""Who is being spoken to: the chat's language, time zone and rights."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import Chat, Update, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest

from handlers.context import Context
from handlers.texts import LATIN, Words
from storage import admins, subscribers
from storage.admins import Member
from storage.subscribers import Status, Subscriber

_CHAT_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


class MembersHiddenError(Exception):
    """Telegram does not tell the bot who is an admin of the chat, so nobody may change anything there."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A chat, and the person who writes or presses in it.

    `subscriber` is None where the chat has never started. `user` is None, or a stand-in of Telegram's, where somebody
    writes in the name of `as_chat`: an admin who stays anonymous as the group, anyone else as their own channel.
    """

    chat: Chat
    user: User | None
    as_chat: Chat | None
    words: Words
    timezone: str
    subscriber: Subscriber | None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def is_active(self) -> bool:
        return self.subscriber is not None and self.subscriber.status is Status.ACTIVE

    @property
    def sections(self) -> frozenset[int]:
        """The ids of the sections that it follows."""
        return self.subscriber.sections if self.subscriber else frozenset()


async def reader_of(update: Update, context: Context) -> Reader | None:
    """Return who `update` is from, or None where it belongs to no chat.

    The language is the one that the chat has kept, or else the one of the person's app.
    """
    services = context.services
    chat, user, message = update.effective_chat, update.effective_user, update.message
    if chat is None:
        return None
    async with services.database.read() as connection:
        subscriber = await subscribers.get(connection, chat.id)
    language = subscriber.language if subscriber else user.language_code if user else None
    return Reader(
        chat=chat,
        user=user,
        as_chat=message.sender_chat if message else None,
        words=services.texts.of(language, subscriber.digits if subscriber else LATIN),
        timezone=subscriber.timezone if subscriber else services.default_timezone,
        subscriber=subscriber,
    )


async def may_change(reader: Reader, context: Context) -> bool:
    """Whether this person may change the chat's settings: anyone in private, only its admins in a group."""
    if reader.chat.type == ChatType.PRIVATE:
        return True
    if reader.as_chat is not None:
        return reader.as_chat.id == reader.chat.id
    if reader.user is None:
        return False
    return await is_chat_admin(context, reader.chat.id, reader.user.id)


async def is_chat_admin(context: Context, chat_id: int, user_id: int) -> bool:
    """Whether this person is an admin of the group or channel now. Raise `MembersHiddenError` where nobody tells.

    Telegram promises the answer about a single member only to bots that are admins; the list of admins it gives to
    most others too. https://core.telegram.org/bots/api#getchatmember
    """
    try:
        member = await context.bot.get_chat_member(chat_id, user_id)
    except BadRequest:
        try:
            admins_of_chat = await context.bot.get_chat_administrators(chat_id)
        except BadRequest as error:
            raise MembersHiddenError(error.message) from error
        return any(member.user.id == user_id for member in admins_of_chat)
    return member.status in _CHAT_ADMINS


async def refusal(reader: Reader, context: Context, *, changes: bool = True) -> Markup | None:
    """Return why the chat's settings cannot be shown, or with `changes` be changed by this person; None if they can."""
    if not reader.is_active:
        return reader.words.say("common.start_first")
    if changes and not await may_change(reader, context):
        return reader.words.say("common.chat_admins_only")
    return None


async def member_of(reader: Reader, context: Context) -> Member | None:
    """Return the person as a member of the newsroom at this moment; None for anyone outside."""
    if reader.user is None:
        return None
    async with context.services.database.read() as connection:
        return await admins.find(connection, reader.user.id)
