"""What all inline buttons have in common: the limit of their data, and how they stand. Pure.

Each family of buttons has a module of its own, the one place where their data is written and read.
"""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from handlers.texts import Words

# Of `callback_data`, in bytes. https://core.telegram.org/bots/api#inlinekeyboardbutton
MAX_DATA = 64


def checked(data: str) -> str:
    """Return callback data. Raise `ValueError` past `MAX_DATA` bytes."""
    if (size := len(data.encode())) > MAX_DATA:
        raise ValueError(f"callback data of {size} bytes")
    return data


def in_rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[list[InlineKeyboardButton]]:
    """Return the buttons in rows of so many; the last row may be shorter."""
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def as_read(row: Sequence[InlineKeyboardButton], words: Words) -> list[InlineKeyboardButton]:
    """Return a row whose first button stands where reading begins: Telegram puts the first one always on the left."""
    return list(row[::-1] if words.right_to_left else row)


def ticked(label: str, on: bool) -> str:
    """Return the label of a choice, marked where it is the present one."""
    return f"✅ {label}" if on else label
