"""Who is being spoken to: the chat's language, time zone and rights."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import Chat, InlineKeyboardMarkup, Update, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest

from handlers.aim import aim
from handlers.context import Context
from handlers.split import shorten
from handlers.texts import LATIN, Words, clean
from storage import admins, subscribers
from storage.admins import Member
from storage.subscribers import Status, Subscriber

# Of a title of a chat, in UTF-16 units; Telegram allows 128.
_TITLE = 64
_CHAT_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


class MembersHiddenError(Exception):
    """Telegram does not tell the bot who is an admin of the chat, so nobody may change anything there."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A chat, and the person who writes or presses in it.

    `subscriber` is None where the chat has never started. `user` is None, or a stand-in of Telegram's, where somebody
    writes in the name of `as_chat`: an admin who stays anonymous as the group, anyone else as their own channel.
    `from_afar` is a group or channel that `user` looks at from their private chat, in whose `words` they read of it;
    that they are an admin there was found out at this press.
    """

    chat: Chat
    user: User | None
    as_chat: Chat | None
    words: Words
    timezone: str
    subscriber: Subscriber | None
    from_afar: bool = False

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

    @property
    def title(self) -> str:
        """What the group or channel is called."""
        return shorten(clean(self.chat.title or ""), _TITLE)

    def titled(self, text: Markup) -> Markup:
        """Return what a screen says; from afar below the title of the chat that it is about."""
        if not self.from_afar:
            return text
        return Markup("{}\n\n{}").format(self.words.say("there.title", title=self.title), text)

    def pick(self, here: str, there: str) -> str:
        """Return the key of a sentence: `there` where the chat is looked at from afar."""
        return there if self.from_afar else here

    def aimed(self, keyboard: InlineKeyboardMarkup) -> InlineKeyboardMarkup:
        """Return the buttons as they have to be where the reader sees them."""
        return aim(keyboard, self.chat.id) if self.from_afar else keyboard


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
    if reader.chat.type == ChatType.PRIVATE or reader.from_afar:
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
