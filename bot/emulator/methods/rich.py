"""Rich messages: https://core.telegram.org/bots/api#sendrichmessage, as far as blocks of text go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.emulator.core import Core
from bot.emulator.errors import bad_request
from bot.emulator.formatting import FormattedText
from bot.emulator.methods.messages import new_message
from bot.emulator.params import Params

MAX_CHARACTERS = 32_768
MAX_BLOCKS = 500
MAX_DEPTH = 16


async def send_rich_message(core: Core, params: Params) -> Any:
    rich: Any = params.json("rich_message")
    if not isinstance(rich, dict):
        raise bad_request("can't parse rich message: object expected")
    if sum(rich.get(way) is not None for way in ("html", "markdown", "blocks")) != 1:
        raise bad_request("exactly one of html, markdown, and blocks must be specified")
    if not isinstance(rich.get("blocks"), list):
        raise bad_request("unsupported rich message: this server reads blocks only")
    lines = list(_lines(rich["blocks"], 1))
    text = "\n".join(lines)
    if not text.strip():
        raise bad_request("message text is empty")
    if len(text) > MAX_CHARACTERS or len(lines) > MAX_BLOCKS:
        raise bad_request("RICH_MESSAGE_TOO_LONG")
    message = new_message(core, params, FormattedText(text))
    message.rich = {"blocks": rich["blocks"], "is_rtl": bool(rich.get("is_rtl"))}
    core.accept("sendRichMessage", message)
    return core.message_json(message)


def _lines(blocks: Any, depth: int) -> Iterator[str]:
    """The text of the blocks, a line for each. Raises ApiError(400) for what is no block."""
    if not isinstance(blocks, list) or depth > MAX_DEPTH:
        raise bad_request("can't parse rich message blocks")
    for block in blocks:
        match block:
            case {"type": "heading", "text": str(text), "size": 1 | 2 | 3 | 4 | 5 | 6}:
                yield text
            case {"type": "paragraph" | "footer", "text": str(text)}:
                yield text
            case {"type": "list", "items": [*items]}:
                for item in items:
                    yield from _lines(item.get("blocks") if isinstance(item, dict) else None, depth + 1)
            case {"type": "blockquote", "blocks": inner}:
                yield from _lines(inner, depth + 1)
                if isinstance(credit := block.get("credit"), str):
                    yield credit
            case _:
                raise bad_request("can't parse rich message block")


METHODS = {"sendRichMessage": send_rich_message}
