"""Buttons in a private chat that are for a group or channel: their data ends in the chat that it is for. Pure.

In a channel every word is read by all its readers, and nobody writes commands there. So its admins set it up in their
private chats, by the panels that everybody has. Anyone can forge the data of any button, so whether the person may do
so is asked at every press.
"""

import re

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.buttons import checked
from handlers.chat_buttons import Leave, MakeTopics, SetDigits, SetLanguage
from handlers.settings_buttons import PERSONAL, Control, OpenScreen, PutPhrase, RemovePhrase, SetBudget
from handlers.story_buttons import ToggleSection

# No data of any button has an @ of its own.
_AIMED = re.compile(r"(?P<data>[^@]+)@(?P<chat>-[0-9]{1,16})", re.ASCII)


def aim(keyboard: InlineKeyboardMarkup, chat_id: int) -> InlineKeyboardMarkup:
    """Return the same buttons for a group or channel. Raise `ValueError` for data that is too long for that."""
    return InlineKeyboardMarkup([[_aimed(button, chat_id) for button in row] for row in keyboard.inline_keyboard])


def split(data: str | None) -> tuple[str | None, int | None]:
    """Return the data of a button without its aim, and the group or channel that it is for, None where it has none."""
    found = _AIMED.fullmatch(data or "")
    return (found["data"], int(found["chat"])) if found else (data, None)


def can_be_aimed(action: object) -> bool:
    """Whether a button for this makes sense for another chat than the one in which it stands."""
    match action:
        case OpenScreen(screen):
            return screen not in PERSONAL
        case Leave(back):
            return back
        case PutPhrase() | RemovePhrase() | SetBudget():
            return False
    return isinstance(action, Control | ToggleSection | SetLanguage | SetDigits | MakeTopics)


def _aimed(button: InlineKeyboardButton, chat_id: int) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.text, callback_data=checked(f"{button.callback_data}@{chat_id}"))
