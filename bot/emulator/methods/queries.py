"""Answers to button presses and inline queries."""

from __future__ import annotations

from typing import Any

from bot.emulator.core import Core
from bot.emulator.errors import bad_request
from bot.emulator.params import Params
from bot.emulator.presses import CallbackAnswer

PRESS_LIFETIME = 15 * 60.0
"""Seconds in which a press can be answered. Telegram names no figure; it is minutes, not hours."""
MAX_ANSWER = 200
MAX_RESULTS = 50


async def answer_callback_query(core: Core, params: Params) -> Any:
    text = params.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    press = core.presses.get(params.text("callback_query_id"))
    if press is None or press.answer is not None or core.clock() - press.time > PRESS_LIFETIME:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    press.settle(CallbackAnswer(text, params.boolean("show_alert"), params.text("url") or None))
    if core.watch.is_watched:
        core.watch.publish(
            {
                "type": "answer",
                "user_id": press.user_id,
                "chat_id": press.chat_id,
                "press_id": press.id,
                "text": text,
                "show_alert": params.boolean("show_alert"),
            }
        )
    return True


async def answer_inline_query(core: Core, params: Params) -> Any:
    query_id = params.text("inline_query_id")
    results = params.json("results")
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        raise bad_request("can't parse inline query results JSON object")
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    identifiers = [str(result.get("id", "")) for result in results]
    if not all(1 <= len(identifier.encode()) <= 64 for identifier in identifiers):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(identifiers)) != len(identifiers):
        raise bad_request("RESULT_ID_DUPLICATE")
    if not core.inline.settle(query_id, results):
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return True


METHODS = {"answerCallbackQuery": answer_callback_query, "answerInlineQuery": answer_inline_query}
