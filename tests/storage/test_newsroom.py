"""Drafts, admins and figures: what the newsroom works with."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from storage import admins, drafts, sections, stats, subscribers
from storage.article import Article, Block, BlockKind, Quote
from storage.database import Database
from storage.deliveries import State
from storage.tables import admins as admins_table
from tests.databases import START
from tests.storage.builders import an_article, keep, publish, subscribe

WHOLE = Article(
    title='«عاجل» و\u2067عزل\u2069 و"quotes"',
    sections=("سياسة", "اقتصاد"),
    breaking=True,
    blocks=(Block(BlockKind.SUBHEADING, "عنوان"), Block(BlockKind.PARAGRAPH, "قال: «سنعود غدا إلى العمل».")),
    quotes=(Quote("سنعود غدا إلى العمل", "الوزير", 1, 6, 25), Quote("سنعود غدا إلى العمل", None, 1, 6, 25)),
    lead="مقدمة",
    byline="كاتب",
    published_at=datetime(2026, 3, 1, 17, 59, 59, 123456, tzinfo=UTC),
    url="https://news.example/1?a=1&b=2",
    guid="g",
    categories=("فن",),
    unknown_labels=("طقس",),
)


async def test_a_draft_keeps_the_whole_article(database: Database) -> None:
    async with database.write() as connection:
        first = await drafts.save(connection, WHOLE, author_id=7, now=START)
        second = await drafts.save(connection, an_article(), author_id=7, now=START)
        assert await drafts.get_open(connection, first) == WHOLE
        assert await drafts.get_open(connection, second) == an_article()
        assert await drafts.get_open(connection, second + 1) is None


async def test_an_open_draft_can_be_replaced_and_an_ended_one_cannot(database: Database) -> None:
    async with database.write() as connection:
        draft = await drafts.save(connection, an_article(), author_id=7, now=START)
        await drafts.replace(connection, draft, WHOLE)
        assert await drafts.take(connection, draft, drafts.State.RELEASED) == WHOLE
        await drafts.replace(connection, draft, an_article())
        assert await drafts.get_open(connection, draft) is None


@pytest.mark.parametrize("state", [drafts.State.RELEASED, drafts.State.DROPPED])
async def test_an_ended_draft_cannot_be_taken_again(database: Database, state: drafts.State) -> None:
    async with database.write() as connection:
        draft = await drafts.save(connection, WHOLE, author_id=7, now=START)
        assert await drafts.take(connection, draft, state) == WHOLE
        for again in (drafts.State.RELEASED, drafts.State.DROPPED):
            assert await drafts.take(connection, draft, again) is None
        assert await drafts.get_open(connection, draft) is None


async def test_of_editors_who_press_at_the_same_moment_one_gets_the_draft(database_url: str) -> None:
    bots = [Database(database_url) for _ in range(4)]

    async def press(bot: Database, draft: int) -> Article | None:
        async with bot.write() as connection:
            return await drafts.take(connection, draft, drafts.State.RELEASED)

    try:
        for _ in range(5):
            async with bots[0].write() as connection:
                draft = await drafts.save(connection, WHOLE, author_id=7, now=START)
            taken = await asyncio.gather(*(press(bot, draft) for bot in bots for _ in range(2)))
            assert [article for article in taken if article] == [WHOLE]
    finally:
        for bot in bots:
            await bot.close()


async def test_exactly_the_given_people_are_owners(database: Database) -> None:
    for owners in ([2, 1], [2, 3, 3], [], [2**52]):
        async with database.write() as connection:
            await admins.set_owners(connection, owners, now=START)
            assert await admins.every(connection) == tuple(sorted(set(owners)))
            for person in (1, 2, 3, 2**52):
                assert await admins.is_admin(connection, person) == (person in owners)


async def test_an_owner_who_stays_is_not_added_anew(database: Database) -> None:
    async with database.write() as connection:
        await admins.set_owners(connection, [1], now=START)
        await admins.set_owners(connection, [1, 2], now=START + timedelta(days=1))
        added = await connection.scalars(select(admins_table.c.added_at).order_by(admins_table.c.user_id))
        assert list(added) == [START, START + timedelta(days=1)]


async def test_the_figures_of_an_empty_bot_are_zero(database: Database) -> None:
    async with database.read() as connection:
        figures = await stats.collect(connection, since=START)
        names = [row.name for row in await sections.every(connection)]
    assert figures == stats.Stats(subscribers={}, sections=dict.fromkeys(names, 0), articles=0, deliveries={})
    assert list(figures.sections) == names


async def test_figures_count_chats_as_they_are_and_news_since_the_given_time(database: Database) -> None:
    day = timedelta(days=1)
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة", "رياضة")
        await subscribe(connection, 2, "سياسة")
        await subscribe(connection, 3, "سياسة")
        await subscribe(connection, 4)
        await publish(connection, an_article("قديم"), START - 2 * day)
        await subscribers.stop(connection, 2, status=subscribers.Status.STOPPED, now=START)
        await subscribers.stop(connection, 3, status=subscribers.Status.GONE, now=START)
        await publish(connection, an_article("جديد"), START)
        await keep(connection, an_article("محفوظ"), START)
        figures = await stats.collect(connection, since=START - day)
    assert figures.subscribers == {"active": 2, "stopped": 1, "gone": 1}
    assert {name: number for name, number in figures.sections.items() if number} == {"سياسة": 1, "رياضة": 1}
    assert figures.articles == 2
    # The old alert to chat 1 is still open, so it counts; those of the others ended with their stop and are old.
    assert figures.deliveries == {State.PENDING: 2}
