"""A web server on loopback, and a DNS of our own: the outside that sources come from."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain, repeat

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Web:
    """A server that answers what `pages` says, path by path, and remembers what it was asked."""

    pages: dict[str, Handler] = field(default_factory=dict)
    requests: list[web.BaseRequest] = field(default_factory=list)
    port: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a page on this server."""
        return f"http://{host}:{self.port}{path}"

    def serve(
        self, path: str, body: bytes | str = b"", *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer with this from now on."""
        data = body.encode() if isinstance(body, str) else body

        async def answer(_request: web.Request) -> web.Response:
            return web.Response(body=data, status=status, headers=headers)

        self.pages[path] = answer

    def redirect(self, path: str, location: str, status: int = 302) -> None:
        """Send whoever asks for `path` elsewhere."""
        self.serve(path, status=status, headers={"Location": location})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What the server does with a request."""
        self.requests.append(request)
        self.asked.set()
        page = self.pages.get(request.path)
        return await page(request) if page else web.Response(status=404)


@asynccontextmanager
async def serving() -> AsyncIterator[Web]:
    """Run such a server on a free port of loopback."""
    outside = Web()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", outside.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        outside.port = runner.addresses[0][1]
        yield outside
    finally:
        await runner.cleanup()


class Names(AbstractResolver):
    """A DNS that answers each question about a name with the next of its addresses; the last one stays."""

    def __init__(self, **addresses: list[str]) -> None:
        """`news_example=["127.0.0.1"]` stands for news.example."""
        self._answers: dict[str, Iterator[str]] = {
            name.replace("_", "."): chain(each, repeat(each[-1])) for name, each in addresses.items()
        }

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host not in self._answers:
            raise OSError("no such name")
        address = next(self._answers[host])
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        pass
