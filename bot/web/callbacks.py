"""The callbacks that WebSub hubs call. https://www.w3.org/TR/websub/"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.sources.fetch import MAX_BYTES
from bot.sources.websub import PATH, Receipt, Verification, WebSub
from bot.web.server import read_body

logger = logging.getLogger(__name__)

_STATUSES = {Receipt.TAKEN: 202, Receipt.FORGED: 403, Receipt.BUSY: 503}


def routes(websub: WebSub) -> list[web.RouteDef]:
    """Return the routes: a hub asks with GET whether we want what it was asked for, and pushes with POST."""

    async def verify(request: web.Request) -> web.Response:
        query = {name: request.query.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge", "reason")}
        asked = Verification(**query, lease_seconds=request.query.get("hub.lease_seconds", ""))
        with _unavailable_without_a_database():
            challenge = await websub.verify(request.match_info["token"], asked)
        if challenge is None:
            raise web.HTTPNotFound(text="nothing was asked for here")
        # Plain text, so that what a stranger wrote is no page.
        return web.Response(text=challenge)

    async def receive(request: web.Request) -> web.Response:
        with _unavailable_without_a_database():
            subscription = await websub.expected(request.match_info["token"])
        if subscription is None:
            raise web.HTTPGone(text="nothing is wanted here")
        body = await read_body(request, limit=MAX_BYTES)
        with _unavailable_without_a_database():
            receipt = await websub.receive(subscription, body, request.headers.get("X-Hub-Signature", ""))
        return web.Response(status=_STATUSES[receipt])

    path = f"{PATH}{{token}}"
    return [web.get(path, verify, allow_head=False), web.post(path, receive)]


@contextmanager
def _unavailable_without_a_database() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        logger.error(
            "a hub is asked to come again, since the database does not answer: %s", str(error).partition("\n")[0]
        )
        raise web.HTTPServiceUnavailable(text="not now") from None
