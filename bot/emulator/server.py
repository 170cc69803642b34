"""The Bot API over HTTP: one request in, one method carried out, one answer in Telegram's form."""

from __future__ import annotations

import asyncio
import hmac
import json
from typing import Any

from aiohttp import web

from bot.emulator.core import Core
from bot.emulator.errors import ApiError, not_found, unauthorized
from bot.emulator.faults import FaultKind
from bot.emulator.methods import METHODS
from bot.emulator.params import Params, read_params

MAX_REQUEST = 60 * 1024 * 1024
"""Bytes of one request; a bot may upload files of 50 MB."""


class BotApi:
    """Serves `/bot<token>/METHOD` and `/file/bot<token>/PATH`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        core.webhook.respond = self._respond

    def add_routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/bot{token:[^/]+}/{method:[^/]+}", self._method)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._file)

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method, faults = request.match_info["method"], self._core.faults
        if not self._is_token(request.match_info["token"]):
            return _answer(unauthorized())
        if faults.strike("down", method, None):
            return _cut(request)
        chat_id: int | None = None
        try:
            params = await read_params(request)
            chat_id = _chat_of(params)
            await self._wait_if_struck("slow", method, chat_id)
            if faults.strike("drop_before_accept", method, chat_id):
                return _cut(request)
            self._fail_if_struck(method, chat_id)
            answer = _json({"ok": True, "result": await self._carry_out(method, params)})
        except ApiError as error:
            self._core.refuse(method, chat_id, error)
            answer = _answer(error)
        await self._wait_if_struck("slow_answer", method, chat_id)
        if faults.strike("drop_after_accept", method, chat_id):
            return _cut(request)
        return answer

    def _is_token(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._core.token.encode())

    async def _wait_if_struck(self, kind: FaultKind, method: str, chat_id: int | None) -> None:
        if slow := self._core.faults.strike(kind, method, chat_id):
            await asyncio.sleep(slow.seconds)

    def _fail_if_struck(self, method: str, chat_id: int | None) -> None:
        fault = self._core.faults.strike("fail", method, chat_id)
        if fault is not None:
            wait = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
            raise ApiError(fault.status, fault.description, **wait)

    async def _carry_out(self, method: str, params: Params) -> Any:
        found = METHODS.get(method.lower())
        if found is None:
            raise not_found()
        return await found(self._core, params)

    async def _respond(self, method: str, values: dict[str, Any]) -> None:
        """A method that the webhook named in its answer; its result goes nowhere, as on Telegram."""
        params = Params(values)
        try:
            await self._carry_out(method, params)
        except ApiError as error:
            self._core.refuse(method, _chat_of(params), error)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if not self._is_token(request.match_info["token"]):
            return _answer(unauthorized())
        stored = self._core.book.file_at(request.match_info["path"])
        if stored is None:
            return _answer(not_found())
        return web.Response(body=stored.data, content_type="application/octet-stream")


def _chat_of(params: Params) -> int | None:
    try:
        return int(params.text("chat_id"))
    except ValueError:
        return None


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="backslashreplace")
    return web.Response(body=encoded, status=status, content_type="application/json")


def _answer(error: ApiError) -> web.Response:
    return _json(error.body(), error.code)


def _cut(request: web.Request) -> web.Response:
    """End the connection without an answer; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
