"""Answering in Telegram, and which refusals of Telegram are no failure."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from telegram import (
    Bot,
    CallbackQuery,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResult,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, EndPointNotFound

logger = logging.getLogger(__name__)

# The Bot API's limit for the text of an answer to a button, in characters.
ANSWER_LIMIT = 200
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_UNCHANGED = "message is not modified"


async def reply(
    message: MaybeInaccessibleMessage,
    *parts: Markup,
    keyboard: InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None = None,
    quote: bool = False,
) -> None:
    """Send `parts` to where `message` stands, one after another, the keyboard under the last one.

    The first one is a reply to `message` in a group, where several people talk, and wherever `quote` asks for it.
    """
    quoted = quote or message.chat.type != ChatType.PRIVATE
    for position, part in enumerate(parts):
        await message.get_bot().send_message(
            message.chat.id,
            part,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            message_thread_id=topic_of(message),
            reply_markup=keyboard if position == len(parts) - 1 else None,
            reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True)
            if quoted and position == 0
            else None,
        )


async def reply_rich(
    message: MaybeInaccessibleMessage,
    rich: Mapping[str, Any],
    *,
    keyboard: InlineKeyboardMarkup | None = None,
    quote: bool = False,
) -> bool:
    """Send an InputRichMessage as `reply` does; return False where the server does not take it.

    https://core.telegram.org/bots/api#sendrichmessage
    """
    quoted = quote or message.chat.type != ChatType.PRIVATE
    wanted: dict[str, Any] = {
        "chat_id": message.chat.id,
        "rich_message": rich,
        "message_thread_id": topic_of(message),
        "reply_markup": keyboard,
        "reply_parameters": ReplyParameters(message.message_id, allow_sending_without_reply=True) if quoted else None,
    }
    try:
        await message.get_bot().do_api_request(
            "sendRichMessage", api_kwargs={name: value for name, value in wanted.items() if value is not None}
        )
    except (BadRequest, EndPointNotFound) as error:
        logger.warning("a rich message was not taken, the usual one is sent: %s", error.message)
        return False
    return True


async def reply_photo(
    message: MaybeInaccessibleMessage,
    picture: bytes,
    caption: Markup,
    *,
    keyboard: InlineKeyboardMarkup | None = None,
) -> None:
    """Send a picture to where `message` stands."""
    await message.get_bot().send_photo(
        message.chat.id,
        picture,
        caption=caption,
        parse_mode=ParseMode.HTML,
        message_thread_id=topic_of(message),
        reply_markup=keyboard,
    )


async def send_to(
    bot: Bot,
    chat_id: int,
    text: Markup,
    keyboard: InlineKeyboardMarkup | None = None,
    *,
    thread_id: int | None = None,
    silent: bool = False,
) -> Message:
    """Send a message to a chat that has not just written; return it. `thread_id` is the topic of a forum."""
    return await bot.send_message(
        chat_id,
        text,
        parse_mode=ParseMode.HTML,
        link_preview_options=NO_PREVIEW,
        message_thread_id=thread_id,
        reply_markup=keyboard,
        disable_notification=silent,
    )


async def reply_document(message: MaybeInaccessibleMessage, name: str, data: bytes, caption: Markup) -> None:
    """Send a file called `name` to where `message` stands."""
    await message.get_bot().send_document(
        message.chat.id,
        data,
        filename=name,
        caption=caption,
        parse_mode=ParseMode.HTML,
        message_thread_id=topic_of(message),
    )


async def answer(query: CallbackQuery, text: str = "", *, alert: bool = False) -> None:
    """Answer a button press. A press that Telegram has given up waiting for needs no answer any more."""
    try:
        await query.answer(text[:ANSWER_LIMIT] or None, show_alert=alert)
    except BadRequest as error:
        if not _is_too_late(error):
            raise


async def answer_inline(
    query: InlineQuery, results: Sequence[InlineQueryResult], *, next_offset: str, cache_s: int
) -> None:
    """Answer an inline query for everybody who asks the same in the next `cache_s` seconds.

    `next_offset` is what Telegram asks with for more; "" where there is no more.
    """
    try:
        await query.answer(results, next_offset=next_offset, cache_time=cache_s, is_personal=False)
    except BadRequest as error:
        if not _is_too_late(error):
            raise


async def edit(query: CallbackQuery, text: Markup, keyboard: InlineKeyboardMarkup | None = None) -> None:
    """Put `text` and `keyboard` in place of the message under whose button the press was."""
    if not isinstance(query.message, Message):
        return  # Telegram shows bots no message older than 48 hours in callbacks of some chats
    try:
        await query.edit_message_text(
            text, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW, reply_markup=keyboard
        )
    except BadRequest as error:
        if not _is_harmless(error):
            raise


async def edit_at(
    bot: Bot, chat_id: int, message_id: int, text: Markup, keyboard: InlineKeyboardMarkup | None = None
) -> bool:
    """Put `text` and `keyboard` in place of a message of the bot's; return whether it is there to be changed."""
    try:
        await bot.edit_message_text(
            text,
            chat_id,
            message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=keyboard,
        )
    except BadRequest as error:
        if not _is_harmless(error):
            raise
        return _says(error, _UNCHANGED)
    return True


async def edit_keyboard(query: CallbackQuery, keyboard: InlineKeyboardMarkup | None) -> None:
    """Put `keyboard` in place of the one that was pressed."""
    if not isinstance(query.message, Message):
        return
    try:
        await query.edit_message_reply_markup(keyboard)
    except BadRequest as error:
        if not _is_harmless(error):
            raise


def topic_of(message: MaybeInaccessibleMessage | None) -> int | None:
    """Return the topic of a forum in which `message` stands; None where it stands in the chat itself."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def _is_harmless(error: BadRequest) -> bool:
    # Pressed twice, deleted, or too old to be edited: what was asked for is stored, only the picture of it is not.
    return _says(error, _UNCHANGED, "message to edit not found", "message can't be edited")


def _is_too_late(error: BadRequest) -> bool:
    return _says(error, "query is too old", "query id is invalid")


def _says(error: BadRequest, *reasons: str) -> bool:
    return any(reason in error.message.lower() for reason in reasons)
