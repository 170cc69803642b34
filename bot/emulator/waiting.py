"""Waiting for what the bot says, and writing down what it said instead."""

from __future__ import annotations

from collections.abc import Callable

from bot.emulator.chats import Message
from bot.emulator.core import Core


async def wait_for(
    core: Core, chat_id: int, what: Callable[[Message], bool] | str, *, timeout: float, after: int
) -> Message:
    """The bot's message that fits, standing in the chat already or still to come. See `Emulator.wait_for`."""

    def fits(message: Message) -> bool:
        if not message.from_bot or message.message_id <= after:
            return False
        return what in message.text if isinstance(what, str) else what(message)

    for message in reversed(core.book.messages(chat_id)):
        if fits(message):
            return message
    try:
        return await core.watch.wait(chat_id, fits, timeout)
    except TimeoutError:
        sought = repr(what) if isinstance(what, str) else "what was asked for"
        raise AssertionError(
            f"within {timeout:g} s the bot did not send {sought} to {chat_id}. The chat:\n{transcript(core, chat_id)}"
        ) from None


def transcript(core: Core, chat_id: int) -> str:
    """The chat as plain text, oldest first: who says what, and the buttons in brackets."""
    lines = []
    for message in core.book.messages(chat_id):
        who = core.bot["username"] if message.from_bot else message.sender.name if message.sender else "?"
        lines.append(f"{who} #{message.message_id}{' (edited)' if message.edited else ''}:")
        if message.file is not None:
            lines.append(f"  <{message.file.name}, {len(message.file.data)} bytes>")
        lines.extend(f"  {line}" for line in message.text.splitlines())
        lines.extend(f"  {' '.join(f'[{button.text}]' for button in row)}" for row in message.buttons)
    return "\n".join(lines) or "(empty)"
