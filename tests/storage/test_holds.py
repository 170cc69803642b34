"""What is held or paused waits and loses nothing; announcements wait behind everything else."""

import pytest

from storage import (
    announcements,
    claims,
    deliveries,
    pauses,
    sections,
    settling,
    subscribers,
)
from storage.announcements import Audience
from storage.database import Database
from storage.deliveries import Kind, Outcome, State
from tests.databases import START
from tests.storage.builders import an_article, claim, publish, states, subscribe
from tests.storage.repairs import EDITOR, MINUTE, correct, story


async def test_a_held_story_waits_until_it_is_resumed_and_others_do_not(database: Database) -> None:
    async with database.write() as connection:
        held = await story(connection, 1, 2)
        (first, _) = await claim(connection)
        other = await story(connection, title="خبر آخر")
        await settling.recover(connection, now=START, all_of_them=True)
        assert await deliveries.hold(connection, held) == 2
        assert {one.article_id for one in await claim(connection)} == {other}
        again = Outcome(first.id, State.PENDING, START, due_at=START)
        await settling.settle(connection, [again])
        await correct(connection, held)
        assert await claim(connection, now=START + MINUTE) == []
        assert await deliveries.is_held(connection, held)
        assert await deliveries.resume(connection, held) == 2
        assert {one.article_id for one in await claim(connection, now=START + MINUTE)} == {held}


async def test_what_comes_back_of_a_held_story_is_held(database: Database) -> None:
    async with database.write() as connection:
        held = await story(connection, 1)
        (under_way,) = await claim(connection)
        assert await deliveries.hold(connection, held) == 0
        await settling.settle(connection, [Outcome(under_way.id, State.PENDING, START, due_at=START)])
        assert await states(connection) == [(1, "held")]


async def test_a_pause_stops_all_claims_and_loses_nothing(database: Database) -> None:
    async with database.write() as connection:
        await story(connection, 1)
        assert await pauses.pause(connection, by=EDITOR, now=START)
        assert not await pauses.pause(connection, by=8, now=START + MINUTE)
        assert await pauses.current(connection) == pauses.Pause(EDITOR, START)
        assert await claim(connection) == []
        assert not await claims.is_waiting(connection, now=START)
        assert await pauses.resume(connection)
        assert not await pauses.resume(connection)
        assert len(await claim(connection)) == 1


@pytest.mark.parametrize(
    ("section", "language", "expected"),
    [(None, None, [1, 2]), ("رياضة", None, [2]), (None, "en", [2]), ("سياسة", "en", [])],
)
async def test_an_announcement_is_owed_to_its_audience_behind_everything_else(
    database: Database, section: str | None, language: str | None, expected: list[int]
) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await subscribe(connection, 2, "رياضة", language="en")
        await subscribers.start(connection, 3, language="ar", timezone="UTC", now=START)
        rows = {row.name: row.id for row in await sections.every(connection)}
        audience = Audience(rows[section] if section else None, language)
        number = await announcements.save(connection, "نص", author_id=EDITOR, now=START)
        assert await announcements.address(connection, number, audience)
        assert await announcements.count(connection, audience) == len(expected)
        assert await announcements.release(connection, number, now=START) == len(expected)
        assert await announcements.release(connection, number, now=START) is None
        await publish(connection, an_article(), START - MINUTE)
        claimed = await claim(connection)
        kinds = [one.kind for one in claimed]
        assert kinds == sorted(kinds)  # alert, announcement
        assert sorted(one.chat_id for one in claimed if one.kind is Kind.ANNOUNCEMENT) == expected
