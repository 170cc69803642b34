"""Who is being spoken to: the chat's language, time zone and rights."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from telegram import Chat, Update
from telegram.constants import ChatMemberStatus, ChatType

from handlers.context import Context
from handlers.texts import Words
from storage import subscribers
from storage.subscribers import Status, Subscriber

_CHAT_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Reader:
    """A chat as a handler speaks to it. `subscriber` is None where the chat has never started."""

    chat_id: int
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


async def reader_of(update: Update, context: Context) -> Reader:
    """Return the chat of `update`, in the language it has chosen or else in the one of the person who writes."""
    services = context.services
    chat, user = update.effective_chat, update.effective_user
    async with services.database.read() as connection:
        subscriber = await subscribers.get(connection, chat.id) if chat else None
    language = subscriber.language if subscriber else user.language_code if user else None
    return Reader(
        chat_id=chat.id if chat else 0,
        words=services.texts.of(language),
        timezone=subscriber.timezone if subscriber else services.default_timezone,
        subscriber=subscriber,
    )


async def may_change(update: Update, context: Context) -> bool:
    """Whether this person may change the chat's settings: anyone in private, only its admins in a group."""
    chat, user, message = update.effective_chat, update.effective_user, update.effective_message
    if chat is None:
        return False
    if chat.type == ChatType.PRIVATE:
        return True
    if update.callback_query is None and message and isinstance(message.sender_chat, Chat):
        # An anonymous admin writes as the group itself. Somebody's channel may write there too.
        return message.sender_chat.id == chat.id
    if user is None:
        return False
    member = await context.bot.get_chat_member(chat.id, user.id)
    return member.status in _CHAT_ADMINS
