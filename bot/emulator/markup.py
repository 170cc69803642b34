"""PURE. Keyboards, checked as Telegram checks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.emulator.errors import bad_request
from bot.emulator.links import link_url

MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
_ACTIONS = (
    "callback_data",
    "url",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message."""

    text: str
    action: str
    """The name of the Bot API's field that says what it does: callback_data, url, copy_text, switch_inline_query…"""
    value: Any

    @property
    def data(self) -> str | None:
        """The callback data, None for buttons of another kind."""
        return self.value if self.action == "callback_data" else None

    @property
    def url(self) -> str | None:
        return self.value if self.action == "url" else None

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, self.action: self.value}


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Markup:
    """What came as reply_markup."""

    inline: Keyboard = ()
    reply: tuple[tuple[str, ...], ...] | None = None
    """Rows of the keyboard that stands in place of the phone's; () removes it, None leaves it as it is."""


def read_markup(raw: Any) -> Markup:
    """Read `reply_markup`. Raises ApiError(400) in Telegram's words."""
    if raw is None or raw == "":
        return Markup()
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in raw:
        return Markup(inline=_inline(raw["inline_keyboard"]))
    if "keyboard" in raw:
        return Markup(reply=_reply(raw["keyboard"]))
    return Markup(reply=() if raw.get("remove_keyboard") else None)


def markup_json(keyboard: Keyboard) -> dict[str, Any]:
    return {"inline_keyboard": [[button.to_json() for button in row] for row in keyboard]}


def _inline(rows: Any) -> Keyboard:
    if not isinstance(rows, list):
        raise bad_request('can\'t parse inline keyboard: field "inline_keyboard" of type Array of Arrays expected')
    keyboard = []
    for row in rows:
        if not isinstance(row, list):
            raise bad_request("can't parse inline keyboard: inline keyboard row must be an Array")
        keyboard.append(tuple(_button(button) for button in row))
    if sum(map(len, keyboard)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return tuple(row for row in keyboard if row)


def _button(raw: Any) -> Button:
    where = "can't parse inline keyboard button: "
    if not isinstance(raw, dict):
        raise bad_request(where + "expected an Object")
    text = raw.get("text")
    if not isinstance(text, str):
        raise bad_request(where + 'field "text" must be of type String')
    if not text.strip():
        raise bad_request(where + "button text must be non-empty")
    action = next((name for name in _ACTIONS if raw.get(name) is not None), None)
    if action is None:
        raise bad_request(where + "text buttons are unallowed in the inline keyboard")
    value = raw[action]
    if action == "callback_data" and not (
        isinstance(value, str) and 1 <= len(value.encode(errors="surrogatepass")) <= MAX_CALLBACK_BYTES
    ):
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url":
        value = _checked_url(value)
    if action == "copy_text":
        copied = value.get("text") if isinstance(value, dict) else None
        if not (isinstance(copied, str) and 1 <= len(copied) <= 256):
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return Button(text, action, value)


def _checked_url(value: Any) -> str:
    url = link_url(value) if isinstance(value, str) else None
    if url is None:
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    return url


def _reply(rows: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse reply keyboard: field "keyboard" must be of type Array of Arrays')
    return tuple(tuple(_reply_button(button) for button in row) for row in rows)


def _reply_button(raw: Any) -> str:
    text = raw.get("text") if isinstance(raw, dict) else raw
    if not isinstance(text, str) or not text:
        raise bad_request('can\'t parse keyboard button: field "text" must be of type String')
    return text
