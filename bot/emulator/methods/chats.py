"""What the bot may ask about a chat and its members."""

from __future__ import annotations

from typing import Any

from bot.emulator.chats import Group
from bot.emulator.core import Core
from bot.emulator.errors import bad_request
from bot.emulator.params import Params

Json = dict[str, Any]
TOPIC_COLOR = 0x6FB9F0
"""The first of the colours that Telegram gives to topics."""


async def get_chat(core: Core, params: Params) -> Any:
    chat_id = core.target(params)
    return {**core.book.chat_json(chat_id), "accent_color_id": 0, "max_reaction_count": 11}


async def get_chat_member(core: Core, params: Params) -> Any:
    group = _group(core, params)
    user_id = params.integer("user_id")
    if user_id == core.bot["id"]:
        return bot_member_json(core, group.bot_status)
    if group.hidden_members and group.bot_status != "administrator":
        raise bad_request("member list is inaccessible")
    if user_id not in core.book.people:
        raise bad_request("member not found")
    return member_json(core, group, user_id)


async def get_chat_administrators(core: Core, params: Params) -> Any:
    group = _group(core, params)
    if group.hidden_members and group.bot_status != "administrator":
        raise bad_request("member list is inaccessible")
    found = [member_json(core, group, user_id) for user_id in sorted(group.admins) if user_id in core.book.people]
    if group.bot_status == "administrator":
        found.append(bot_member_json(core, "administrator"))
    return found


async def get_chat_member_count(core: Core, params: Params) -> Any:
    chat_id = core.target(params)
    group = core.book.groups.get(chat_id)
    return len(group.members) + 1 if group else 2


async def leave_chat(core: Core, params: Params) -> Any:
    group = _group(core, params)
    group.bot_status = "left"
    return True


async def create_forum_topic(core: Core, params: Params) -> Any:
    group = _group(core, params)
    name = params.text("name")
    if not 1 <= len(name) <= 128:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    if not group.forum:
        raise bad_request("the chat is not a forum")
    if group.bot_status != "administrator":
        raise bad_request("not enough rights to create a topic")
    thread_id = core.book.next_message_id(group.id)
    group.topics[thread_id] = name
    return {"message_thread_id": thread_id, "name": name, "icon_color": TOPIC_COLOR}


def _group(core: Core, params: Params) -> Group:
    group = core.book.groups.get(core.target(params))
    if group is None:
        raise bad_request("there are no administrators in the private chat")
    return group


def member_json(core: Core, group: Group, user_id: int) -> Json:
    """A ChatMember. Every admin of the emulator may do what an owner may."""
    user = core.book.people[user_id].user_json()
    if user_id in group.admins:
        return {"user": user, "status": "creator", "is_anonymous": False}
    return {"user": user, "status": "member" if user_id in group.members else "left"}


def bot_member_json(core: Core, status: str) -> Json:
    """The bot's own ChatMember with this status."""
    body: Json = {"user": core.bot, "status": status}
    if status == "kicked":
        body["until_date"] = 0
    if status == "administrator":
        granted = (
            "can_be_edited can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
            "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories "
            "can_delete_stories can_post_messages can_edit_messages can_pin_messages can_manage_topics"
        )
        body |= dict.fromkeys(granted.split(), True)
        body["is_anonymous"] = False
    return body


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
    "createForumTopic": create_forum_topic,
}
