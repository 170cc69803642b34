"""Sending, editing and deleting messages."""

from __future__ import annotations

import re
from typing import Any

from bot.emulator.chats import Message
from bot.emulator.core import Core
from bot.emulator.entities import utf16_length
from bot.emulator.errors import bad_request
from bot.emulator.formatting import CAPTION_LIMIT, MESSAGE_LIMIT, FormattedText, is_empty
from bot.emulator.markup import Markup, read_markup
from bot.emulator.params import Params

DELETABLE_SECONDS = 48 * 3600
"""How long after sending the bot may delete a message."""
_CHAT_ACTIONS = re.compile(
    "typing|choose_sticker|find_location|upload_(photo|document)|(record|upload)_(video|voice|video_note)"
)


async def send_message(core: Core, params: Params) -> Any:
    content = core.read_text(params, "text", "entities")
    if is_empty(content.text):
        raise bad_request("message text is empty")
    if utf16_length(content.text) > MESSAGE_LIMIT:
        raise bad_request("message is too long")
    message = new_message(core, params, content)
    core.accept("sendMessage", message)
    return core.message_json(message)


def new_message(core: Core, params: Params, content: FormattedText) -> Message:
    """Put a message of the bot into its chat, after every check that all kinds of messages share."""
    markup = read_markup(params.json("reply_markup"))
    chat_id = core.target(params)
    thread_id = topic_target(core, params, chat_id)
    reply_to, thread_id = reply_target(core, params, chat_id, thread_id)
    core.spend(chat_id, params)
    message = Message(
        message_id=core.book.next_message_id(chat_id),
        chat_id=chat_id,
        date=core.now(),
        text=content.text,
        entities=content.entities,
        from_bot=True,
        buttons=markup.inline,
        reply_to=reply_to,
        thread_id=thread_id,
        silent=params.boolean("disable_notification"),
        protected=params.boolean("protect_content"),
        reply_keyboard=markup.reply,
    )
    core.book.put(message)
    return message


def topic_target(core: Core, params: Params, chat_id: int) -> int | None:
    """The topic that is written in. Raises ApiError(400) where there is none such, or it is closed to the bot."""
    thread_id = params.integer("message_thread_id") or None
    group = core.book.groups.get(chat_id)
    if thread_id is None or group is None:
        return thread_id
    if thread_id not in group.topics:
        raise bad_request("message thread not found")
    if thread_id in group.closed_topics and group.bot_status != "administrator":
        raise bad_request("TOPIC_CLOSED")
    return thread_id


def reply_target(core: Core, params: Params, chat_id: int, thread_id: int | None) -> tuple[int | None, int | None]:
    """The message that is answered, and the topic in which the answer stands: that message's where none is named.

    Raises ApiError(400) where the message is gone, or in another topic, and the reply insists on it.
    """
    wanted: Any = params.json("reply_parameters")
    if wanted is None:
        old_style = params.integer("reply_to_message_id")
        wanted = {"message_id": old_style} if old_style else None
    if wanted is None:
        return None, thread_id
    if not isinstance(wanted, dict) or not isinstance(wanted.get("message_id"), int):
        raise bad_request("can't parse ReplyParameters: message_id is empty")
    message_id: int = wanted["message_id"]
    original = core.book.message(chat_id, message_id)
    if original is not None and thread_id in (None, original.thread_id):
        return message_id, original.thread_id
    if wanted.get("allow_sending_without_reply") or params.boolean("allow_sending_without_reply"):
        return None, thread_id
    raise bad_request("message to be replied not found")


async def edit_message_text(core: Core, params: Params) -> Any:
    content = core.read_text(params, "text", "entities")
    if is_empty(content.text):
        raise bad_request("message text is empty")
    if utf16_length(content.text) > MESSAGE_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    message = _editable(core, params)
    if message.file is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(core, params, "editMessageText", message, content)


async def edit_message_caption(core: Core, params: Params) -> Any:
    content = core.read_text(params, "caption", "caption_entities")
    if utf16_length(content.text) > CAPTION_LIMIT:
        raise bad_request("MEDIA_CAPTION_TOO_LONG")
    message = _editable(core, params)
    if message.file is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(core, params, "editMessageCaption", message, content)


async def edit_message_reply_markup(core: Core, params: Params) -> Any:
    message = _editable(core, params)
    return _edit(core, params, "editMessageReplyMarkup", message, FormattedText(message.text, message.entities))


def _editable(core: Core, params: Params) -> Message:
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat_id = core.target(params)
    message_id = params.integer("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = core.book.message(chat_id, message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _edit(core: Core, params: Params, method: str, message: Message, content: FormattedText) -> Any:
    # Without reply_markup an edit takes the buttons away, as on Telegram.
    markup: Markup = read_markup(params.json("reply_markup"))
    same_text = (content.text, content.entities) == (message.text, message.entities)
    if same_text and markup.inline == message.buttons:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    core.spend(message.chat_id, params)
    message.text, message.entities, message.buttons = content.text, content.entities, markup.inline
    message.edit_date = core.now()
    message.edited = message.edited or not same_text
    core.accept(method, message)
    return core.message_json(message)


async def delete_message(core: Core, params: Params) -> Any:
    chat_id = core.target(params)
    core.drop("deleteMessage", _deletable(core, chat_id, params.integer("message_id")))
    return True


async def delete_messages(core: Core, params: Params) -> Any:
    chat_id = core.target(params)
    wanted = params.json("message_ids")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(item, int) for item in wanted):
        raise bad_request("message identifiers are not specified")
    if len(wanted) > 100:
        raise bad_request("too many message identifiers specified")
    for message_id in wanted:
        # Those that are not there are skipped, as documented.
        if core.book.message(chat_id, message_id) is not None:
            core.drop("deleteMessages", _deletable(core, chat_id, message_id))
    return True


def _deletable(core: Core, chat_id: int, message_id: int) -> Message:
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = core.book.message(chat_id, message_id)
    if message is None:
        raise bad_request("message to delete not found")
    group = core.book.groups.get(chat_id)
    may_delete_others = group is None or group.bot_status == "administrator"
    if core.now() - message.date > DELETABLE_SECONDS or not (message.from_bot or may_delete_others):
        raise bad_request("message can't be deleted for everyone")
    return message


async def send_chat_action(core: Core, params: Params) -> Any:
    chat_id = core.target(params)
    action = params.text("action").lower()
    if not _CHAT_ACTIONS.fullmatch(action):
        raise bad_request("wrong parameter action in request")
    if core.watch.is_watched and core.book.is_known(chat_id):
        core.watch.publish({"type": "action", "chat_id": chat_id, "action": action})
    return True


METHODS = {
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "sendChatAction": send_chat_action,
}
