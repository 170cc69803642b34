"""`/emulator/…`: what tests in other processes and the chat page use to act for people, and to look on.

Bodies and answers are JSON; a refusal is `{"error": "…"}` with status 400. Requests that reach this server under
another name than 127.0.0.1 or localhost, or that another site's page sends, are refused: nothing on the web may act for
the people of a demo that runs on somebody's machine.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any, get_args

from aiohttp import web

from bot.emulator.chats import GroupKind, Person
from bot.emulator.core import Core
from bot.emulator.faults import Fault, FaultKind
from bot.emulator.guard import Action, guarded, refusal
from bot.emulator.params import Params
from bot.emulator.people import People, Place
from bot.emulator.snapshot import snapshot
from bot.emulator.waiting import wait_for

Json = dict[str, Any]
_HEARTBEAT = 15.0
_GROUP_KINDS: dict[str, GroupKind] = {kind: kind for kind in get_args(GroupKind)}
_FAULT_KINDS: dict[str, FaultKind] = {kind: kind for kind in get_args(FaultKind)}


class Control:
    """The routes below `/emulator/`."""

    def __init__(self, core: Core, people: People) -> None:
        self._core = core
        self._people = people

    def add_routes(self, app: web.Application) -> None:
        post: dict[str, Action] = {
            "say": self._say,
            "document": self._document,
            "press": self._press,
            "people": self._add_person,
            "groups": self._add_group,
            "block": self._block,
            "unblock": self._unblock,
            "migrate": self._migrate,
            "faults": self._add_fault,
            "faults/clear": self._clear_faults,
        }
        get: dict[str, Action] = {
            "state": self._state,
            "messages": self._messages,
            "wait": self._wait,
            "ledger": self._ledger,
            "ledger/entries": self._entries,
        }
        for path, action in post.items():
            app.router.add_post(f"/emulator/{path}", guarded(action))
        for path, action in get.items():
            app.router.add_get(f"/emulator/{path}", guarded(action))
        app.router.add_get("/emulator/events", self._events)
        app.router.add_get("/emulator/file/{file_id}", self._file)

    async def _say(self, params: Params) -> Json:
        message = self._people.say(params.integer("user_id"), params.text("text"), _place(params))
        return {"message": self._core.page_json(message)}

    async def _document(self, params: Params) -> Json:
        upload = params.files.get("file")
        if upload is None:
            raise ValueError("there is no file in the request")
        message = self._people.send_document(
            params.integer("user_id"),
            upload.filename,
            upload.data,
            _place(params),
            caption=params.text("caption"),
        )
        return {"message": self._core.page_json(message)}

    async def _press(self, params: Params) -> Json:
        """With `wait` (seconds) the answer comes along; without it, at once."""
        user_id = params.integer("user_id")
        press = self._people.press(
            user_id,
            params.integer("message_id"),
            text=params.text("text") or None,
            data=params.text("data") or None,
            chat_id=params.integer("chat_id") or user_id,
        )
        if wait := params.number("wait"):
            answer = await press.answered(wait)
            return {"press_id": press.id, "text": answer.text, "show_alert": answer.show_alert, "url": answer.url}
        return {"press_id": press.id}

    async def _add_person(self, params: Params) -> Json:
        person = self._people.add_person(
            Person(
                params.integer("user_id"),
                params.text("name"),
                params.text("language_code", "ar"),
                params.text("role", "reader"),
                params.text("username") or None,
                params.boolean("started"),
            )
        )
        return {"user": person.user_json()}

    async def _add_group(self, params: Params) -> Json:
        kind = _GROUP_KINDS.get(params.text("kind", "supergroup"))
        if kind is None:
            raise ValueError(f"a group is one of {', '.join(_GROUP_KINDS)}")
        group = self._people.add_group(
            params.integer("chat_id"),
            params.text("title"),
            params.json("members") or (),
            kind=kind,
            admins=params.json("admins") or (),
            username=params.text("username") or None,
            forum=params.boolean("forum"),
            hidden_members=params.boolean("hidden_members"),
            added_by=params.integer("added_by") or None,
        )
        return {"chat": group.chat_json()}

    async def _block(self, params: Params) -> Json:
        self._people.block(params.integer("user_id"), notify=params.text("notify", "true") != "false")
        return {}

    async def _unblock(self, params: Params) -> Json:
        self._people.unblock(params.integer("user_id"), notify=params.text("notify", "true") != "false")
        return {}

    async def _migrate(self, params: Params) -> Json:
        self._people.migrate(params.integer("chat_id"), params.integer("new_id"))
        return {}

    async def _add_fault(self, params: Params) -> Json:
        kind = _FAULT_KINDS.get(params.text("kind"))
        if kind is None:
            raise ValueError(f"a fault is one of {', '.join(_FAULT_KINDS)}")
        self._core.faults.add(
            Fault(
                kind,
                method=params.text("method") or None,
                chat_id=params.integer("chat_id") or None,
                probability=params.number("probability", 1.0),
                times=params.integer("times") or None,
                status=params.integer("status", 500),
                description=params.text("description", "Internal Server Error"),
                retry_after=params.integer("retry_after") or None,
                seconds=params.number("seconds"),
            )
        )
        return {}

    async def _clear_faults(self, params: Params) -> Json:
        self._core.faults.clear()
        return {}

    async def _messages(self, params: Params) -> Json:
        found = self._core.book.messages(params.integer("chat_id"))
        return {"messages": [self._core.page_json(message) for message in found]}

    async def _wait(self, params: Params) -> Json:
        message = await wait_for(
            self._core,
            params.integer("chat_id"),
            params.text("text"),
            timeout=params.number("timeout", 5.0),
            after=params.integer("after"),
        )
        return {"message": self._core.page_json(message)}

    async def _ledger(self, params: Params) -> Json:
        """Counts, and with `chat_id` the accepted changes of that chat; `text` narrows what counts as a copy."""
        ledger = self._core.ledger
        copies = ledger.copies_by_chat(params.text("text"))
        body: Json = {
            "accepted": len(ledger.accepted),
            "refused": len(ledger.refused),
            "too_many_requests": ledger.count_refused(429),
            "limits_passed": dict(Counter(entry.limit for entry in ledger.refused if entry.limit)),
            "chats": len(copies),
            "chats_by_copies": dict(sorted(Counter(copies.values()).items())),
        }
        if chat_id := params.integer("chat_id"):
            body["entries"] = [entry._asdict() for entry in ledger.of_chat(chat_id)]
        return body

    async def _entries(self, params: Params) -> Json:
        """Accepted changes from number `start` on, up to `count` of them, oldest first."""
        start = params.integer("start")
        found = self._core.ledger.accepted[start : start + params.integer("count")]
        return {"entries": [entry._asdict() for entry in found]}

    async def _state(self, params: Params) -> Json:
        return snapshot(self._core)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: first everything, then each change. A new chat brings everything again."""
        if refused := refusal(request):
            return refused
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        with self._core.watch.page() as queue:
            await response.prepare(request)
            event: Json | None = snapshot(self._core)
            while event is not None:
                if event["type"] == "chats":
                    event = snapshot(self._core)
                await response.write(b"data: " + json.dumps(event).encode() + b"\n\n")
                event = await _next_event(queue, response)
        return response

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if refused := refusal(request):
            return refused
        stored = self._core.book.files.get(request.match_info["file_id"])
        if stored is None:
            return web.json_response({"error": "no such file"}, status=404)
        kind = stored.mime_type if stored.is_photo else "application/octet-stream"
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
        if not stored.is_photo:
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=stored.data, content_type=kind, headers=headers)


async def _next_event(queue: asyncio.Queue[Json | None], response: web.StreamResponse) -> Json | None:
    while True:
        try:
            async with asyncio.timeout(_HEARTBEAT):
                return await queue.get()
        except TimeoutError:
            # A comment keeps the connection alive, and finds out whether the page is still there.
            await response.write(b":\n\n")


def _place(params: Params) -> Place:
    chat_id = params.integer("chat_id") or params.integer("user_id")
    return Place(chat_id, params.integer("reply_to") or None, params.integer("thread_id") or None)
