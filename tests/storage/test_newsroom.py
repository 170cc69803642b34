"""Figures for the newsroom."""

from datetime import timedelta

from storage import sections, stats, subscribers
from storage.database import Database
from storage.deliveries import State
from tests.databases import START
from tests.storage.builders import an_article, keep, publish, subscribe


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
