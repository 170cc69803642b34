"""Hubs push what is new: asked for, verified, signed, renewed, left; and polling makes up for what they miss."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest
from sqlalchemy import select

from bot.sources.fetch import MAX_BYTES, Fetcher
from bot.sources.poller import Poller
from bot.sources.websub import PATH, WebSub
from bot.web import callbacks
from bot.web.server import serving
from storage import hubs, sources
from storage.database import Database
from storage.hubs import State, Subscription
from storage.sources import State as SourceState
from storage.tables import hub_subscriptions
from tests.databases import Clock
from tests.sources.feeds import Item, rss
from tests.sources.hub import CHALLENGE, Hub, running_hub
from tests.sources.newsroom import Newsroom, open_newsroom
from tests.sources.web import Web
from tests.waiting import until

OLD = Item("عاجل | خبر قديم لا يعني أحدا اليوم", guid="0")
NEWS = Item("عاجل | إغلاق جسر الميناء أمام الشاحنات", guid="1")
MORE = Item("عاجل | فتح معبر الشمال بعد أسبوع من الإغلاق", guid="2")
MINUTE = timedelta(minutes=1)


@dataclass
class Pushed:
    """A newsroom that hubs reach, and one hub."""

    newsroom: Newsroom
    websub: WebSub
    hub: Hub

    @property
    def topic(self) -> str:
        return self.newsroom.web.url("/feed")

    def serve(self, *items: Item, hub: str | None = None, topic: str | None = None) -> bytes:
        """Put these items into the feed, which names its hub; return it."""
        body = rss(items).encode()
        links = f'<{hub or self.hub.url}>; rel="hub", <{topic or self.topic}>; rel="self"'
        self.newsroom.web.serve("/feed", body, headers={"Link": links, "ETag": f'"{hash(body)}"'})
        return body

    async def follow(self) -> None:
        """Follow the feed and subscribe to it."""
        self.serve(OLD)
        await self.newsroom.follow("/feed")
        await self.newsroom.poll(minutes=0)
        await self.websub.ask_hubs()

    async def push(self, *items: Item) -> None:
        """Push items, and wait until they have been read."""
        before = len(self.newsroom.alerts)
        assert await self.hub.push(self.topic, rss(items).encode()) == [202]
        await until(lambda: len(self.newsroom.alerts) > before)

    async def subscriptions(self) -> list[Subscription]:
        async with self.newsroom.database.read() as connection:
            tokens = await connection.scalars(select(hub_subscriptions.c.token).order_by(hub_subscriptions.c.id))
            found = [await hubs.by_token(connection, token) for token in tokens.all()]
        return [one for one in found if one]

    async def states(self) -> list[State]:
        return [one.state for one in await self.subscriptions()]

    async def wait(self) -> timedelta:
        """How long the source is left alone from now."""
        return (await self.newsroom.source()).next_poll_at - self.newsroom.clock()


@asynccontextmanager
async def opened(database: Database, web: Web, clock: Clock, fetcher: Fetcher, port: int) -> AsyncIterator[Pushed]:
    newsroom = await open_newsroom(database, web, clock, fetcher)
    public_url = f"http://127.0.0.1:{port}"
    websub = WebSub(database, fetcher, newsroom.looker, newsroom.ingester, public_url=public_url, now=clock)
    newsroom.poller = Poller(database, newsroom.looker, newsroom.ingester, now=clock, jitter=lambda: 0.0, websub=websub)
    async with running_hub() as hub, serving(("127.0.0.1", port), callbacks.routes(websub)):
        reading = asyncio.create_task(websub.run())
        yield Pushed(newsroom, websub, hub)
        reading.cancel()
        await asyncio.wait({reading})


@pytest.fixture
async def pushed(database: Database, outside: Web, clock: Clock, fetcher: Fetcher, port: int) -> AsyncIterator[Pushed]:
    async with opened(database, outside, clock, fetcher, port) as opened_one:
        yield opened_one


@pytest.fixture
async def on_sqlite(
    sqlite_database: Database, outside: Web, clock: Clock, fetcher: Fetcher, port: int
) -> AsyncIterator[Pushed]:
    async with opened(sqlite_database, outside, clock, fetcher, port) as opened_one:
        yield opened_one


async def test_what_a_hub_pushes_is_news_at_once_and_once(pushed: Pushed) -> None:
    await pushed.follow()
    (asked,) = pushed.hub.asked
    assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", pushed.topic)
    assert len(asked["hub.secret"]) == 64
    assert await pushed.states() == [State.ACTIVE]

    await pushed.push(OLD, NEWS)
    assert await pushed.hub.push(pushed.topic, rss([OLD, NEWS]).encode()) == [202]
    await pushed.push(MORE)

    assert await pushed.newsroom.alerted() == [item.title.removeprefix("عاجل | ") for item in (NEWS, MORE)]
    pushed.serve(OLD, NEWS, MORE)
    await pushed.newsroom.poll()
    assert len(await pushed.newsroom.alerted()) == 2


async def test_a_source_is_polled_seldom_once_its_hub_has_pushed_and_often_when_it_misses_something(
    pushed: Pushed,
) -> None:
    await pushed.follow()
    assert await pushed.wait() == 6 * MINUTE  # a confirmation alone is no push

    await pushed.push(NEWS)
    pushed.serve(OLD, NEWS)
    await pushed.newsroom.poll(minutes=7)
    assert await pushed.wait() == 30 * MINUTE
    pushed.newsroom.web.serve("/feed", status=304)
    await pushed.newsroom.poll(minutes=31)
    assert await pushed.wait() == 30 * MINUTE

    pushed.serve(OLD, NEWS, MORE)
    await pushed.newsroom.poll(minutes=31)
    assert await pushed.wait() < 10 * MINUTE


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_every_algorithm_of_the_recommendation_is_taken(on_sqlite: Pushed, method: str) -> None:
    await on_sqlite.follow()

    assert await on_sqlite.hub.push(on_sqlite.topic, rss([NEWS]).encode(), method=method) == [202]
    await until(lambda: bool(on_sqlite.newsroom.alerts))


@pytest.mark.parametrize(
    "signature",
    ["", "sha256", "sha256=", "sha256=" + "0" * 64, "md5=" + "0" * 32, "sha256=" + "é" * 64, "SHA256=" + "0" * 64],
)
async def test_what_is_not_signed_by_the_hub_is_left_alone(on_sqlite: Pushed, signature: str) -> None:
    await on_sqlite.follow()

    assert await on_sqlite.hub.push(on_sqlite.topic, rss([NEWS]).encode(), signature=signature) == [403]
    assert not (await on_sqlite.subscriptions())[0].pushed_at
    await on_sqlite.push(MORE)
    assert len(await on_sqlite.newsroom.alerted()) == 1


async def test_what_is_pushed_has_the_limit_of_what_is_fetched(on_sqlite: Pushed) -> None:
    await on_sqlite.follow()

    with pytest.warns(ResourceWarning, match="large body"):
        assert await on_sqlite.hub.push(on_sqlite.topic, b"x" * (MAX_BYTES + 1)) == [413]
    await on_sqlite.push(NEWS)


@pytest.mark.parametrize(
    "body",
    [b"", b"\0\1\2", b"<html><p>x</p></html>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss/>", b"<rss", b"{" * 999],
)
async def test_what_is_no_feed_is_passed_over(on_sqlite: Pushed, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    await on_sqlite.follow()

    assert await on_sqlite.hub.push(on_sqlite.topic, body) == [202]
    await on_sqlite.push(NEWS)
    assert "Traceback" not in caplog.text


async def test_only_what_was_asked_for_is_confirmed(on_sqlite: Pushed) -> None:
    await on_sqlite.follow()
    (asked,) = on_sqlite.hub.asked

    assert await on_sqlite.hub.verify(asked) == (200, CHALLENGE)  # a hub may ask again
    for instead in (
        {"topic": on_sqlite.topic + "/other"},
        {"topic": ""},
        {"mode": "unsubscribe"},
        {"mode": "publish"},
        {"mode": ""},
        {"challenge": ""},
        {"mode": "denied", "topic": on_sqlite.topic + "/other"},
    ):
        assert (await on_sqlite.hub.verify(asked, **instead))[0] == 404, instead
    stranger = asked | {"hub.callback": asked["hub.callback"][:-1]}
    assert (await on_sqlite.hub.verify(stranger))[0] == 404
    assert await on_sqlite.states() == [State.ACTIVE]


async def test_nobody_pushes_to_a_callback_that_is_not_there(on_sqlite: Pushed, port: int) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}{PATH}guessed", data=b"x") as response,
    ):
        assert response.status == 410


@pytest.mark.parametrize(
    ("granted", "renewed_after"),
    [(None, 8 * 24 * 60), ("3600", 48), ("1", 4), ("0", 4), ("soon", 8 * 24 * 60), ("999999999", 24 * 24 * 60)],
)
async def test_a_lease_is_renewed_before_it_ends(on_sqlite: Pushed, granted: str | None, renewed_after: int) -> None:
    on_sqlite.hub.lease = granted
    await on_sqlite.follow()
    on_sqlite.newsroom.clock.advance(minutes=renewed_after - 1)
    await on_sqlite.websub.ask_hubs()
    assert len(on_sqlite.hub.asked) == 1

    on_sqlite.newsroom.clock.advance(minutes=1)
    await on_sqlite.websub.ask_hubs()
    assert on_sqlite.hub.asked[1] == on_sqlite.hub.asked[0]
    assert await on_sqlite.states() == [State.ACTIVE]


async def test_a_lease_that_ran_out_is_no_reason_to_poll_seldom(on_sqlite: Pushed) -> None:
    on_sqlite.hub.lease = "3600"
    await on_sqlite.follow()
    await on_sqlite.push(NEWS)
    on_sqlite.serve(OLD, NEWS)
    await on_sqlite.newsroom.poll(minutes=61)

    assert await on_sqlite.wait() < 30 * MINUTE


@pytest.mark.parametrize("status", [400, 404, 500, 503, 302])
async def test_a_hub_that_refuses_is_asked_less_and_less(on_sqlite: Pushed, status: int) -> None:
    on_sqlite.hub.statuses = [status] * 100
    await on_sqlite.follow()
    assert await on_sqlite.states() == [State.WANTED]
    asked = []
    for _ in range(200):
        on_sqlite.newsroom.clock.advance(minutes=10)
        await on_sqlite.websub.ask_hubs()
        asked.append(len(on_sqlite.hub.asked))
    # After 10 minutes, 20 more, 40 more, …: eight times in a day and a half.
    assert (asked[0], asked[1], asked[2], asked[6], asked[-1]) == (2, 2, 3, 4, 8)

    on_sqlite.hub.statuses = []
    on_sqlite.newsroom.clock.advance(days=1)
    await on_sqlite.websub.ask_hubs()
    assert await on_sqlite.states() == [State.ACTIVE]


async def test_a_hub_that_never_verifies_is_asked_again_later(on_sqlite: Pushed) -> None:
    on_sqlite.hub.statuses = [204]
    await on_sqlite.follow()
    assert await on_sqlite.states() == [State.ASKED]
    await on_sqlite.websub.ask_hubs()
    assert len(on_sqlite.hub.asked) == 1

    on_sqlite.newsroom.clock.advance(minutes=10)
    await on_sqlite.websub.ask_hubs()
    assert await on_sqlite.states() == [State.ACTIVE]


@pytest.mark.parametrize("status", [307, 308])
async def test_a_hub_may_send_us_on_to_another(on_sqlite: Pushed, status: int) -> None:
    on_sqlite.hub.statuses = [status]
    await on_sqlite.follow()

    assert on_sqlite.hub.asked[0] == on_sqlite.hub.asked[1]
    assert await on_sqlite.states() == [State.ACTIVE]


async def test_a_hub_that_denies_is_not_asked_again_and_its_feed_is_polled(on_sqlite: Pushed) -> None:
    await on_sqlite.follow()
    (asked,) = on_sqlite.hub.asked
    assert await on_sqlite.hub.verify(asked, mode="denied", reason="not\x1b[31m you") == (200, "")
    assert await on_sqlite.states() == [State.DENIED]

    on_sqlite.newsroom.clock.advance(days=60)
    await on_sqlite.websub.ask_hubs()
    assert (await on_sqlite.hub.verify(asked))[0] == 404
    assert len(on_sqlite.hub.asked) == 1
    assert await on_sqlite.hub.push(on_sqlite.topic, rss([NEWS]).encode()) == [410]
    on_sqlite.serve(OLD, NEWS)
    await on_sqlite.newsroom.poll()
    assert len(await on_sqlite.newsroom.alerted()) == 1


@pytest.mark.parametrize("end", ["removed", "paused"])
async def test_a_source_that_is_not_followed_any_more_is_unsubscribed_from(pushed: Pushed, end: str) -> None:
    await pushed.follow()
    async with pushed.newsroom.database.write() as connection:
        if end == "removed":
            await sources.remove(connection, 1)
        else:
            await sources.set_state(connection, 1, SourceState.PAUSED, now=pushed.newsroom.clock())
    if end == "removed":
        assert await pushed.hub.push(pushed.topic, rss([NEWS]).encode()) == [410]

    await pushed.websub.ask_hubs()
    assert [fields["hub.mode"] for fields in pushed.hub.asked] == ["subscribe", "unsubscribe"]
    assert pushed.hub.subscribers == {}
    assert await pushed.subscriptions() == []
    assert await pushed.newsroom.alerted() == []


async def test_a_hub_that_ignores_farewells_is_forgotten_after_some(on_sqlite: Pushed) -> None:
    await on_sqlite.follow()
    async with on_sqlite.newsroom.database.write() as connection:
        await sources.remove(connection, 1)
    on_sqlite.hub.statuses = [500] * 100
    for _ in range(20):
        await on_sqlite.websub.ask_hubs()
        on_sqlite.newsroom.clock.advance(days=1)

    assert len(on_sqlite.hub.asked) == 1 + 5
    assert await on_sqlite.subscriptions() == []


async def test_a_feed_that_names_another_hub_is_asked_for_there(pushed: Pushed) -> None:
    await pushed.follow()
    async with running_hub() as other:
        pushed.serve(OLD, NEWS, hub=other.url)
        await pushed.newsroom.poll()
        await pushed.websub.ask_hubs()

        assert pushed.hub.subscribers == {}
        assert len(other.subscribers) == 1
        assert other.asked[0]["hub.secret"] != pushed.hub.asked[0]["hub.secret"]
        assert await pushed.states() == [State.ACTIVE]


async def test_a_feed_that_names_no_hub_any_more_is_polled_for(on_sqlite: Pushed) -> None:
    await on_sqlite.follow()
    await on_sqlite.newsroom.publish(OLD, NEWS)
    await on_sqlite.websub.ask_hubs()

    assert on_sqlite.hub.subscribers == {}
    assert await on_sqlite.wait() < 10 * MINUTE


async def test_a_new_public_address_is_told_to_the_hub(on_sqlite: Pushed, fetcher: Fetcher, port: int) -> None:
    await on_sqlite.follow()
    moved = WebSub(
        on_sqlite.newsroom.database,
        fetcher,
        on_sqlite.newsroom.looker,
        on_sqlite.newsroom.ingester,
        public_url=f"http://localhost:{port}",
        now=on_sqlite.newsroom.clock,
    )
    await moved.ask_hubs()

    assert [fields["hub.callback"].split("/")[2] for fields in on_sqlite.hub.asked] == [
        f"127.0.0.1:{port}",
        f"localhost:{port}",
    ]
    assert await on_sqlite.states() == [State.ACTIVE]


async def test_a_hub_is_reached_by_the_rules_for_whatever_is_fetched(
    sqlite_database: Database, outside: Web, clock: Clock, fetcher: Fetcher, guarded: Fetcher, port: int
) -> None:
    async with opened(sqlite_database, outside, clock, fetcher, port) as newsroom:
        guarded_one = WebSub(
            sqlite_database,
            guarded,
            newsroom.newsroom.looker,
            newsroom.newsroom.ingester,
            public_url="http://x",
            now=clock,
        )
        newsroom.serve(OLD)
        await newsroom.newsroom.follow("/feed")
        await newsroom.newsroom.poll(minutes=0)
        await guarded_one.ask_hubs()

        assert newsroom.hub.asked == []
        async with sqlite_database.read() as connection:
            error = await connection.scalar(select(hub_subscriptions.c.error))
        assert "not on the public internet" in str(error)


async def test_a_database_that_does_not_answer_makes_the_hub_come_again(pushed: Pushed) -> None:
    await pushed.follow()
    (asked,) = pushed.hub.asked
    async with pushed.newsroom.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE hub_subscriptions RENAME TO away")
    assert (await pushed.hub.verify(asked))[0] == 503
    assert await pushed.hub.push(pushed.topic, rss([NEWS]).encode()) == [503]
    async with pushed.newsroom.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE away RENAME TO hub_subscriptions")
    await pushed.push(NEWS)
