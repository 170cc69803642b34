"""The buttons of /team, and the one place where their callback data is written and read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.buttons import ticked
from handlers.split import shorten
from handlers.texts import Words, clean
from storage.admins import Member
from storage.roles import GRANTED, Role

ROLE_KEYS = {
    Role.OWNER: "role.owner",
    Role.EDITOR: "role.editor",
    Role.REPORTER: "role.reporter",
    Role.ANALYST: "role.analyst",
}
_LABEL = 40
_DATA = re.compile(
    r"team:(?:(?P<verb>add|list)|(?P<who>pick|remove|editor|reporter|analyst):(?P<user>[0-9]{1,18}))", re.ASCII
)


class TeamVerb(StrEnum):
    """list, add: without a person. pick: choose a role for one. The others do what they say."""

    LIST = "list"
    ADD = "add"
    PICK = "pick"
    REMOVE = "remove"
    EDITOR = "editor"
    REPORTER = "reporter"
    ANALYST = "analyst"


@dataclass(frozen=True, slots=True)
class ManageTeam:
    """A press under /team."""

    verb: TeamVerb
    user_id: int | None = None

    @property
    def role(self) -> Role | None:
        return Role(self.verb) if self.verb in [role.value for role in GRANTED] else None


def pack(action: ManageTeam) -> str:
    """Return the callback data of a button, at most 32 bytes."""
    return f"team:{action.verb}" if action.user_id is None else f"team:{action.verb}:{action.user_id}"


def parse(data: str | None) -> ManageTeam | None:
    """Return what a button asks for, or None for data that no button of these holds. Anyone can forge it."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    return ManageTeam(TeamVerb(found["verb"] or found["who"]), int(found["user"]) if found["user"] else None)


def team_keyboard(members: Iterable[Member], words: Words) -> InlineKeyboardMarkup:
    """Everyone who can be changed, and the way to add somebody."""
    rows = [
        [_button(shorten(clean(member.name), _LABEL) or str(member.user_id), ManageTeam(TeamVerb.PICK, member.user_id))]
        for member in members
        if member.role is not Role.OWNER
    ]
    return InlineKeyboardMarkup([*rows, [_button(words.plain("button.team_add"), ManageTeam(TeamVerb.ADD))]])


def person_keyboard(user_id: int, role: Role | None, words: Words) -> InlineKeyboardMarkup:
    """The roles to choose from, the present one ticked, and the way out for who has one."""
    roles = [
        _button(
            ticked(words.plain(ROLE_KEYS[granted]), granted is role),
            ManageTeam(TeamVerb(granted.value), user_id),
        )
        for granted in GRANTED
    ]
    rows = [roles]
    if role:
        rows.append([_button(words.plain("button.team_remove"), ManageTeam(TeamVerb.REMOVE, user_id))])
    return InlineKeyboardMarkup([*rows, [_button(words.plain("button.back"), ManageTeam(TeamVerb.LIST))]])


def _button(label: str, action: ManageTeam) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=pack(action))
