"""How sources are polled: whose turn it is, what is asked, what is done when it goes wrong."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.sources import poller
from bot.sources.fetch import Fetcher
from storage import source_polls, sources
from storage.database import Database
from storage.sources import Health, State
from tests.databases import START, Clock
from tests.sources.feeds import Item, rss
from tests.sources.newsroom import Newsroom, open_newsroom
from tests.sources.web import Web

FEED = rss([Item("خبر قديم", guid="0")])
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def test_only_what_is_due_is_asked(newsroom: Newsroom) -> None:
    newsroom.web.serve("/feed", FEED)
    await newsroom.follow("/feed")

    await newsroom.poll(minutes=0)
    await newsroom.poll(minutes=5.9)
    assert len(newsroom.web.requests) == 1
    await newsroom.poll(minutes=0.2)
    assert len(newsroom.web.requests) == 2


async def test_it_asks_whether_something_has_changed(newsroom: Newsroom) -> None:
    newsroom.web.serve("/feed", FEED, headers={"ETag": '"v1"', "Last-Modified": "Sun, 01 Mar 2026 17:00:00 GMT"})
    await newsroom.follow("/feed")
    await newsroom.poll(minutes=0)
    newsroom.web.serve("/feed", status=304)
    await newsroom.poll()
    await newsroom.poll()

    assert [request.headers.get("If-None-Match") for request in newsroom.web.requests] == [None, '"v1"', '"v1"']
    assert newsroom.web.requests[2].headers["If-Modified-Since"] == "Sun, 01 Mar 2026 17:00:00 GMT"
    assert (await newsroom.source()).failures == 0


async def test_a_relative_address_is_completed_by_where_the_feed_came_from(newsroom: Newsroom) -> None:
    newsroom.web.redirect("/feed", "/news/feed")
    newsroom.web.serve("/news/feed", rss([Item("عاجل | خبر من المدينة", guid="0", link="story/7")]))
    await newsroom.follow("/feed")

    await newsroom.poll(minutes=0)

    assert [stored.article.url for stored in await newsroom.stored()] == [newsroom.web.url("/news/story/7")]


async def test_validators_of_an_answer_that_has_none_any_more_are_forgotten(newsroom: Newsroom) -> None:
    newsroom.web.serve("/feed", FEED, headers={"ETag": '"v1"'})
    await newsroom.follow("/feed")
    await newsroom.poll(minutes=0)
    newsroom.web.serve("/feed", rss([Item("خبر آخر", guid="1")]))
    await newsroom.poll()

    assert (await newsroom.source()).etag is None


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [({}, 6), ({"Cache-Control": "max-age=1200"}, 20), ({"Cache-Control": "max-age=31536000"}, 60)],
)
async def test_a_fresh_answer_is_left_alone(newsroom: Newsroom, headers: dict[str, str], minutes: int) -> None:
    newsroom.web.serve("/feed", rss([]), headers=headers)
    await newsroom.follow("/feed")
    await newsroom.poll(minutes=0)

    assert (await newsroom.source()).next_poll_at == START + minutes * MINUTE


@pytest.mark.parametrize(
    ("body", "status", "headers", "minutes", "error"),
    [
        ("", 500, {}, 10, "HTTP 500"),
        ("", 404, {}, 10, "HTTP 404"),
        ("", 429, {"Retry-After": "7200"}, 120, "HTTP 429"),
        ("", 503, {"Retry-After": "Sun, 01 Mar 2026 21:00:00 GMT"}, 180, "HTTP 503"),
        ("<html><body><p>صيانة</p></body></html>", 200, {}, 10, "a web page where a feed should be"),
        ("نص عادي\n\nبلا شيء فيه", 200, {}, 10, "plain text where a feed should be"),
        ("", 200, {}, 10, "no text in it"),
        ("\0\1\2", 200, {}, 10, "no text, web page or feed"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><rss/>", 200, {}, 10, "XML entities"),
    ],
)
async def test_a_source_that_fails_is_left_alone_for_a_while(
    sqlite_newsroom: Newsroom, body: str, status: int, headers: dict[str, str], minutes: int, error: str
) -> None:
    sqlite_newsroom.web.serve("/feed", body, status=status, headers=headers)
    await sqlite_newsroom.follow("/feed")

    await sqlite_newsroom.poll(minutes=0)

    source = await sqlite_newsroom.source()
    assert (source.failures, source.filled_at, source.next_poll_at) == (1, None, START + minutes * MINUTE)
    assert error in (source.last_error or "")


async def test_a_source_that_recovers_is_as_if_nothing_had_been(newsroom: Newsroom) -> None:
    newsroom.web.serve("/feed", status=500)
    await newsroom.follow("/feed")
    for _ in range(4):
        await newsroom.poll(minutes=400)
    assert (await newsroom.source()).health(newsroom.clock()) is Health.FAILING
    newsroom.web.serve("/feed", FEED)
    await newsroom.poll(minutes=400)

    source = await newsroom.source()
    assert (source.failures, source.last_error, source.health(newsroom.clock())) == (0, None, Health.WELL)


async def test_a_source_that_is_gone_is_never_asked_again_until_it_is_resumed(newsroom: Newsroom) -> None:
    newsroom.web.serve("/feed", status=410)
    await newsroom.follow("/feed")
    await newsroom.poll(minutes=0)
    await newsroom.poll(minutes=10_000)

    assert len(newsroom.web.requests) == 1
    assert ((await newsroom.source()).state, (await newsroom.source()).health(newsroom.clock())) == (
        State.GONE,
        Health.GONE,
    )
    async with newsroom.database.write() as connection:
        await sources.set_state(connection, 1, State.ACTIVE, now=newsroom.clock())
    newsroom.web.serve("/feed", FEED)
    await newsroom.poll(minutes=0)
    assert (await newsroom.source()).health(newsroom.clock()) is Health.WELL


async def test_a_paused_source_is_not_asked_and_stays_paused_though_its_poll_was_under_way(newsroom: Newsroom) -> None:
    async def pause_meanwhile(_request: web.Request) -> web.StreamResponse:
        async with newsroom.database.write() as connection:
            await sources.set_state(connection, 1, State.PAUSED, now=newsroom.clock())
        return web.Response(status=410)

    newsroom.web.pages["/feed"] = pause_meanwhile
    await newsroom.follow("/feed")
    await newsroom.poll(minutes=0)
    await newsroom.poll(minutes=10_000)

    assert (await newsroom.source()).state is State.PAUSED
    assert len(newsroom.web.requests) == 1


async def test_a_source_that_was_removed_during_its_poll_comes_back_no_more(newsroom: Newsroom) -> None:
    async def remove_meanwhile(_request: web.Request) -> web.StreamResponse:
        async with newsroom.database.write() as connection:
            await sources.remove(connection, 1)
        return web.Response(status=500)

    newsroom.web.pages["/feed"] = remove_meanwhile
    await newsroom.follow("/feed")
    await newsroom.poll(minutes=0)

    async with newsroom.database.read() as connection:
        assert await sources.every(connection) == ()


async def test_many_sources_are_polled_in_one_go_and_some_at_a_time(newsroom: Newsroom) -> None:
    under_way = most = 0

    async def slow(_request: web.Request) -> web.StreamResponse:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.005)
        under_way -= 1
        return web.Response(text=FEED)

    for number in range(60):
        newsroom.web.pages[f"/{number}"] = slow
        await newsroom.follow(f"/{number}")
    await newsroom.poll(minutes=0)

    assert len(newsroom.web.requests) == 60
    assert most <= 16


async def test_two_processes_never_poll_the_same_source(database_url: str, outside: Web, clock: Clock) -> None:
    outside.serve("/feed", FEED)
    bots = [Database(database_url) for _ in range(3)]
    async with Fetcher(allow_private=True) as fetcher:
        first, *others = [await open_newsroom(bot, outside, clock, fetcher) for bot in bots]
        for number in range(10):
            await first.follow(f"/feed?{number}")
        await asyncio.gather(*(newsroom.poller.poll_due() for newsroom in (first, *others)))
    for bot in bots:
        await bot.close()

    assert len(outside.requests) == 10


async def test_a_poll_that_was_never_settled_is_made_up_for_after_its_lease(newsroom: Newsroom) -> None:
    newsroom.web.serve("/feed", FEED)
    await newsroom.follow("/feed")
    async with newsroom.database.write() as connection:
        assert len(await source_polls.claim(connection, limit=5, now=newsroom.clock())) == 1

    await newsroom.poll(minutes=9)
    assert newsroom.web.requests == []
    await newsroom.poll(minutes=2)
    assert len(newsroom.web.requests) == 1


async def test_one_source_that_breaks_the_reader_does_not_stop_the_others(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(data: bytes) -> bytes:
        if b"strange" in data:
            raise KeyError("a mistake of ours")
        return data

    monkeypatch.setattr("bot.sources.looking.to_atom", broken)
    newsroom.web.serve("/strange", "strange")
    newsroom.web.serve("/feed", FEED)
    await newsroom.follow("/strange")
    await newsroom.follow("/feed")
    await newsroom.poll(minutes=0)

    assert [(await newsroom.source(number)).failures for number in (1, 2)] == [1, 0]
    assert "cannot be read" in caplog.text


async def test_a_poller_that_is_woken_polls_and_one_that_is_cancelled_lets_go(newsroom: Newsroom) -> None:
    asked = asyncio.Event()

    async def never(_request: web.Request) -> web.StreamResponse:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    newsroom.web.pages["/feed"] = never
    await newsroom.follow("/feed")
    running = asyncio.create_task(newsroom.poller.run())
    newsroom.poller.wake()
    await asyncio.wait_for(asked.wait(), 5)

    running.cancel()
    await asyncio.wait_for(asyncio.wait({running}), 5)

    assert running.cancelled()
    assert (await newsroom.source()).failures == 0


async def test_a_database_that_is_away_for_a_while_does_not_end_the_polling(
    sqlite_newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_newsroom.web.serve("/feed", FEED)
    await sqlite_newsroom.follow("/feed")
    async with sqlite_newsroom.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE sources RENAME TO away")
    reported, settled = asyncio.Event(), asyncio.Event()
    monkeypatch.setattr(poller.logger, "error", lambda *_words: reported.set())
    settle = source_polls.settle

    async def settle_and_say(*arguments: Any, **more: Any) -> None:
        await settle(*arguments, **more)
        settled.set()

    monkeypatch.setattr(source_polls, "settle", settle_and_say)
    running = asyncio.create_task(sqlite_newsroom.poller.run())
    sqlite_newsroom.poller.wake()
    await asyncio.wait_for(reported.wait(), 5)
    async with sqlite_newsroom.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE away RENAME TO sources")
    sqlite_newsroom.poller.wake()
    await asyncio.wait_for(settled.wait(), 5)

    running.cancel()
    await asyncio.wait({running})


async def test_a_fixed_interval_is_kept_to_and_given_up_again(newsroom: Newsroom) -> None:
    newsroom.web.serve("/feed", FEED)
    await newsroom.follow("/feed")
    await newsroom.poll(minutes=0)
    for interval in (60 * MINUTE, None):
        async with newsroom.database.write() as connection:
            await sources.fix_interval(connection, 1, interval, now=newsroom.clock())
        await newsroom.poll(minutes=0)  # at once
        source = await newsroom.source()
        assert source.fixed_interval == interval
        wait = interval or source.interval
        assert abs(source.next_poll_at - newsroom.clock() - wait) < timedelta(seconds=1)  # rows hold whole seconds
