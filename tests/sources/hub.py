"""A WebSub hub on loopback, as small as the Recommendation allows: it verifies, pushes, denies, and remembers."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

CHALLENGE = "a challenge & <b>more</b>"


@dataclass
class Hub:
    """`asked` are the requests as they came, `subscribers` those verified: callback → (topic, secret)."""

    session: aiohttp.ClientSession
    url: str = ""
    lease: str | None = None
    """What it grants; None for what it was asked for."""
    statuses: list[int] = field(default_factory=list)
    """How it answers the next requests; 202 and a verification by default."""
    asked: list[dict[str, str]] = field(default_factory=list)
    subscribers: dict[str, tuple[str, str]] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.StreamResponse:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(fields)
        status = self.statuses.pop(0) if self.statuses else 202
        if status in (307, 308):
            return web.Response(status=status, headers={"Location": f"{self.url}/elsewhere"})
        if status == 202:
            await self.verify(fields)
        return web.Response(status=status)

    async def verify(self, fields: Mapping[str, str], **instead: str) -> tuple[int, str]:
        """Ask the callback whether it wants what it asked for, or something else `instead`; return its answer."""
        mode, topic, callback = (fields[f"hub.{name}"] for name in ("mode", "topic", "callback"))
        query = {
            "hub.mode": mode,
            "hub.topic": topic,
            "hub.challenge": CHALLENGE,
            "hub.lease_seconds": self.lease or fields["hub.lease_seconds"],
        } | {f"hub.{name}": value for name, value in instead.items()}
        async with self.session.get(callback, params=query) as response:
            status, text = response.status, await response.text()
            assert response.content_type == "text/plain"
        if (status, text) == (200, CHALLENGE):
            if query["hub.mode"] == "unsubscribe":
                self.subscribers.pop(callback, None)
            else:
                self.subscribers[callback] = topic, fields["hub.secret"]
        return status, text

    async def push(self, topic: str, body: bytes, *, method: str = "sha256", signature: str | None = None) -> list[int]:
        """Push the topic's content to whoever subscribed to it; return the answers."""
        answers = []
        for callback, (subscribed, secret) in list(self.subscribers.items()):
            if subscribed == topic:
                digest = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
                headers = {
                    "X-Hub-Signature": f"{method}={digest}" if signature is None else signature,
                    "Link": f'<{self.url}>; rel="hub", <{topic}>; rel="self"',
                    "Content-Type": "application/rss+xml",
                }
                async with self.session.post(callback, data=body, headers=headers) as response:
                    answers.append(response.status)
        return answers


@asynccontextmanager
async def running_hub() -> AsyncIterator[Hub]:
    """Run a hub on a free port of loopback."""
    async with aiohttp.ClientSession() as session:
        hub = Hub(session)
        application = web.Application()
        application.router.add_post("/{any:.*}", hub.take)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            hub.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hub"
            yield hub
        finally:
            await runner.cleanup()
