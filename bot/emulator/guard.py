"""Who may act on `/emulator/…`: programs on this machine, and the page that this server itself has sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from yarl import URL

from bot.emulator.errors import ApiError
from bot.emulator.params import Params, read_params

Action = Callable[[Params], Awaitable[dict[str, Any]]]
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def refusal(request: web.Request) -> web.Response | None:
    """Why this request may not act, None if it may."""
    try:
        host = URL(f"http://{request.host}").host
    except ValueError:
        host = None
    if host not in _LOOPBACK:
        return web.json_response({"error": "only 127.0.0.1 and localhost may ask this"}, status=403)
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return web.json_response({"error": "another site's page may not ask this"}, status=403)
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return web.json_response({"error": "another site's page may not ask this"}, status=403)
    return None


def guarded(action: Action) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The action as a handler that asks first and answers in JSON."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if refused := refusal(request):
            return refused
        try:
            return web.json_response(await action(await read_params(request)))
        except (LookupError, ValueError, AssertionError) as error:
            return web.json_response({"error": str(error)}, status=400)
        except ApiError as error:
            return web.json_response({"error": error.description}, status=400)

    return handle
