"""The sources that the bot follows meanwhile: good ones that publish, and every kind of bad one."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from random import Random

from aiohttp import web
from sqlalchemy import update

from storage import sources
from storage.database import Database
from storage.sources import Kind
from storage.tables import sources as source_rows
from tests.soak.stories import Story
from tests.sources.feeds import Item, rss
from tests.sources.web import Handler, Web, serving

# Looked at so often.
INTERVAL_S = 5
_GOOD = 8
_KEPT = 20
_Feed = deque[tuple[Story, datetime]]


class Outside:
    """A web of feeds; `publish` puts a story into one of them."""

    def __init__(self, random: Random, server: Web) -> None:
        self._random = random
        self._server = server
        self._feeds: dict[int, _Feed] = defaultdict(lambda: deque(maxlen=_KEPT))
        for number in range(_GOOD):
            server.pages[f"/feed/{number}"] = self._good(number)
        server.pages |= {
            "/failing": self._failing,
            "/slow": self._slow,
            "/garbage": self._garbage,
            "/huge": self._huge,
            "/cut": self._cut,
        }
        server.serve("/gone", status=410)
        server.redirect("/round", "/round")

    def publish(self, story: Story) -> None:
        """Let a source have the story; the next look at it finds it."""
        self._feeds[self._random.randrange(_GOOD)].appendleft((story, datetime.now(UTC)))

    async def follow(self, database: Database) -> None:
        """Let the bot follow every one of them."""
        async with database.write() as connection:
            for path in self._server.pages:
                await sources.add(
                    connection, self._server.url(path), kind=Kind.FEED, name=path[1:], now=datetime.now(UTC)
                )
            await connection.execute(update(source_rows).values(fixed_interval_s=INTERVAL_S))

    def _good(self, number: int) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            feed = self._feeds[number]
            # Half of them are JSON Feeds, which say when nothing has changed.
            if number % 2:
                tag = f'"{len(feed)}-{feed[0][0].mark if feed else 0}"'
                if request.headers.get("If-None-Match") == tag:
                    return web.Response(status=304)
                return web.json_response(_json_feed(feed), headers={"ETag": tag})
            items = [Item(s.headline, s.body, s.mark, None, at, (s.section, "عاجل")) for s, at in feed]
            return web.Response(text=rss(items), content_type="application/rss+xml")

        return answer

    async def _failing(self, _request: web.Request) -> web.Response:
        return web.Response(status=self._random.choice((500, 502, 503, 429, 404, 200)))

    async def _slow(self, _request: web.Request) -> web.Response:
        await asyncio.sleep(self._random.uniform(1, 40))
        return web.Response(text=rss([]))

    async def _garbage(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._random.randbytes(self._random.randrange(200_000)))

    async def _huge(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):  # who asks does not wait for its end
            for _ in range(200):
                await response.write(b"<rss><channel><item>" * 5_000)
        return response

    async def _cut(self, _request: web.Request) -> web.Response:
        whole = rss([Item("خبر لا يكتمل")] * 50)
        return web.Response(text=whole[: self._random.randrange(len(whole))])


def _json_feed(feed: _Feed) -> dict[str, object]:
    items = [
        {
            "id": story.mark,
            "title": story.headline,
            "content_text": story.body,
            "tags": [story.section, "عاجل"],
            "date_published": at.isoformat(),
        }
        for story, at in feed
    ]
    return {"version": "https://jsonfeed.org/version/1.1", "title": "أخبار", "items": items}


@asynccontextmanager
async def outside(random: Random) -> AsyncIterator[Outside]:
    """Run the web while the block lasts."""
    async with serving() as server:
        yield Outside(random, server)
