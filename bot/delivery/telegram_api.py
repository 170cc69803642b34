"""The lean way to call a Bot API method: ready-made bodies, and no objects are built from the answer."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from yarl import URL

from bot.delivery.transport import AiohttpRequest, AnswerLostError

# Telegram's answer begins like this; one that does not is decoded whole.
_SENT = re.compile(rb'\{"ok":true,"result":\{"message_id":([0-9]+)[,}]')
_DONE = b'{"ok":true,"result":'
_BODY = b'{"chat_id":%d,%b%b'
_EDIT_BODY = b'{"chat_id":%d,"message_id":%d,%b'
_DELETE_BODY = b'{"chat_id":%d,"message_id":%d}'
# What Telegram asks for at least, where a 429 does not say how long.
_SHORTEST_RETRY_AFTER = timedelta(seconds=1)


class ServerError(NetworkError):
    """Telegram has trouble of its own (HTTP 5xx), and has not carried the request out."""


class FloodError(TelegramError):
    """Telegram asks to wait. As `telegram.error.RetryAfter`, which warns of its own coming change when it is made."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(f"too many requests, retry after {retry_after.total_seconds():.0f} s")
        self.retry_after = retry_after


class TelegramApi:
    """Calls the methods that a broadcast needs. Raises what `telegram.Bot` raises, or an error of this module."""

    def __init__(self, request: AiohttpRequest, root: str, token: str) -> None:
        """`root` is the server's address without `/bot`, such as `https://api.telegram.org`."""
        self._request = request
        # Taken apart once: it is the same for every message.
        self._send_message = URL(f"{root}/bot{token}/sendMessage")
        self._edit_message_text = URL(f"{root}/bot{token}/editMessageText")
        self._delete_message = URL(f"{root}/bot{token}/deleteMessage")
        self._get_me = URL(f"{root}/bot{token}/getMe")

    async def send_message(
        self,
        chat_id: int,
        message: bytes,
        *,
        paid: bool = False,
        thread_id: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Call sendMessage with what `encode` has made; return the new message's id.

        `paid` lets it pass the free limit, which costs Stars. `thread_id` is a topic of a forum. `reply_to` is a
        message of the chat, which may be gone. https://core.telegram.org/bots/api#sendmessage
        """
        place = b'"allow_paid_broadcast":true,' if paid else b""
        if thread_id is not None:
            place += b'"message_thread_id":%d,' % thread_id
        if reply_to is not None:
            place += b'"reply_parameters":{"message_id":%d,"allow_sending_without_reply":true},' % reply_to
        body = _BODY % (chat_id, place, message)
        status, answer = await self._request.post_json(self._send_message, body)
        if status == HTTPStatus.OK and (found := _SENT.match(answer)):
            return int(found[1])
        return int(_object(status, answer)["message_id"])

    async def edit_message(self, chat_id: int, message_id: int, message: bytes) -> None:
        """Call editMessageText with what `encode` has made. https://core.telegram.org/bots/api#editmessagetext"""
        body = _EDIT_BODY % (chat_id, message_id, message)
        status, answer = await self._request.post_json(self._edit_message_text, body)
        if status != HTTPStatus.OK or not answer.startswith(_DONE):
            _result(status, answer)

    async def delete_message(self, chat_id: int, message_id: int) -> None:
        """Call deleteMessage. https://core.telegram.org/bots/api#deletemessage"""
        body = _DELETE_BODY % (chat_id, message_id)
        _result(*await self._request.post_json(self._delete_message, body))

    async def get_me(self) -> None:
        """Ask whether Telegram answers and takes the token."""
        _object(*await self._request.post_json(self._get_me, b"{}"))


def encode(payload: Mapping[str, object]) -> bytes:
    """Return the parameters of a message, all but those that name chat and message, as `send_message` takes them."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()[1:]


def _object(status: int, body: bytes) -> dict[str, Any]:
    result = _result(status, body)
    if isinstance(result, dict):
        return result
    raise AnswerLostError("an answer that is not Telegram's")


def _result(status: int, body: bytes) -> object:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        answer = {}
    if status == HTTPStatus.OK:
        if answer.get("result"):  # an object, or true
            return answer["result"]
        raise AnswerLostError("an answer that is not Telegram's")
    raise _error(status, answer)


def _error(status: int, answer: Mapping[str, Any]) -> TelegramError:
    """https://core.telegram.org/bots/api#making-requests"""
    reason = str(answer.get("description") or f"HTTP {status}")
    parameters = answer.get("parameters")
    if not isinstance(parameters, dict):
        parameters = {}
    if isinstance(new_chat_id := parameters.get("migrate_to_chat_id"), int):
        return ChatMigrated(new_chat_id)
    match status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            seconds = parameters.get("retry_after")
            return FloodError(timedelta(seconds=seconds) if isinstance(seconds, int) else _SHORTEST_RETRY_AFTER)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND:
            return InvalidToken(reason)
        case HTTPStatus.FORBIDDEN:
            return Forbidden(reason)
        case HTTPStatus.CONFLICT:
            return Conflict(reason)
        case _ if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return BadRequest(reason)
    return ServerError(reason)
