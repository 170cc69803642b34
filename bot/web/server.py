"""The bot's one web server. It trusts nobody: bodies are limited, and whoever is slow is cut off."""

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.config import SettingsError

logger = logging.getLogger(__name__)

# From the first byte of a body to its last.
BODY_S = 10.0
# A connection on which no whole request head arrives for so long is closed. Reverse proxies keep theirs open for a
# minute, and open another one where it is closed.
IDLE_S = 20.0
# What is left of a body that was refused is read for so long, so that the sender sees the answer.
_LINGER_S = 2.0
_SHUTDOWN_S = 2.0


class CannotListenError(SettingsError):
    """The address is taken, is not this machine's, or needs rights that we do not have."""


@asynccontextmanager
async def serving(address: tuple[str, int], routes: Iterable[web.AbstractRouteDef]) -> AsyncIterator[int]:
    """Answer `routes` inside the block at a host and port; port 0 takes any free one. The value is the port.

    What is being answered at the end of the block is finished, for a moment. Raise `CannotListenError`.
    """
    application = web.Application(middlewares=[_answer_errors])
    application.add_routes(routes)
    application.on_response_prepare.append(_add_headers)
    # aiohttp would log a traceback for every scanner on the internet that speaks no HTTP; what goes wrong in our own
    # handlers is logged by `_answer_errors`.
    noise = logging.getLogger(f"{__name__}.noise")
    noise.setLevel(logging.CRITICAL)
    runner = web.AppRunner(
        application,
        access_log=None,
        logger=noise,
        handle_signals=False,
        keepalive_timeout=IDLE_S,
        lingering_time=_LINGER_S,
        # A small body must not become a large one; nobody whom we answer compresses what is sent.
        auto_decompress=False,
        shutdown_timeout=_SHUTDOWN_S,
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, *address).start()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
            raise CannotListenError(
                f"LISTEN_ADDRESS: cannot be listened on: {reason}; choose another port, or stop what uses it"
            ) from None
        port = int(runner.addresses[0][1])
        logger.info("listening on %s, port %d", address[0], port)
        yield port
    finally:
        await runner.cleanup()


async def read_body(request: web.Request, *, limit: int) -> bytes:
    """Return the body. Raise the HTTP error to answer with: too large, too slow, compressed."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise web.HTTPUnsupportedMediaType(text="the body must not be compressed")
    length = request.content_length
    if length is not None and length > limit:
        raise web.HTTPRequestEntityTooLarge(limit, length)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise web.HTTPRequestEntityTooLarge(limit, len(body))
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="the body took too long") from None
    except web.RequestPayloadError:
        raise web.HTTPBadRequest(text="the body breaks HTTP") from None
    return bytes(body)


def json_answer(body: object, status: int = 200) -> web.Response:
    """Return an answer in JSON, with its letters as they are."""
    text = json.dumps(body, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json")


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        answer = web.Response(status=refusal.status, text=refusal.text)
        answer.headers.extend(
            {name: refusal.headers[name] for name in ("Allow", "Retry-After") if name in refusal.headers}
        )
        # What else the connection holds may be the rest of what was refused.
        answer.force_close()
        return answer
    except (ConnectionError, asyncio.CancelledError):
        raise
    except Exception:
        # The path is left out: it may hold what only a hub should know.
        logger.exception(
            "a %s request could not be answered after a mistake in the bot itself; please report it", request.method
        )
        return web.Response(status=500, text="something went wrong here")


async def _add_headers(_request: web.BaseRequest, response: web.StreamResponse) -> None:
    response.headers["Server"] = "breaking-news-bot"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
