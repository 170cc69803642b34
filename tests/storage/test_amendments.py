"""Corrections, retractions, holds, pauses and announcements in rows."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import (
    amendments,
    announcements,
    articles,
    claims,
    corrections,
    deliveries,
    headlines,
    owing_edits,
    pauses,
    retractions,
    search,
    sections,
    settling,
    subscribers,
    supergroups,
)
from storage.amendments import Content
from storage.announcements import Audience
from storage.article import Article, Urgency
from storage.changes import change_sections, change_title, change_urgency, changes
from storage.corrections import Corrected
from storage.database import Database
from storage.deliveries import Claim, Kind, Outcome, Priority, State
from storage.tables import deliveries as table
from tests.databases import START
from tests.storage.builders import TTL, an_article, claim, publish, states, subscribe

EDITOR = 7
MINUTE = timedelta(minutes=1)


async def story(connection: AsyncConnection, *chats: int, title: str = "خبر فيه خطأ") -> int:
    for chat_id in chats:
        await subscribe(connection, chat_id, "سياسة")
    return (await publish(connection, an_article(title))).stored.id


async def correct(connection: AsyncConnection, article_id: int, new: Article | None = None) -> Corrected | None:
    stored = await articles.get(connection, article_id)
    assert stored is not None
    new = new or change_title(stored.article, f"صواب {stored.revision}")
    return await corrections.correct(
        connection,
        article_id,
        new,
        changes(stored.article, new),
        base=stored.revision,
        author_id=EDITOR,
        now=START + MINUTE,
        ttl=TTL,
    )


async def of(connection: AsyncConnection, article_id: int) -> Article:
    stored = await articles.get(connection, article_id)
    assert stored is not None
    return stored.article


async def send(connection: AsyncConnection, claimed: list[Claim], message_id: int = 10) -> None:
    await settling.settle(
        connection,
        [Outcome(one.id, State.SENT, START, message_id=message_id, attempts=1) for one in claimed],
    )


def _chat(one: Claim) -> int:
    return one.chat_id


async def test_a_correction_is_a_new_revision_a_note_and_a_debt(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1, 2)
        (first, _) = await claim(connection)
        await send(connection, [first])
        assert await correct(connection, article_id) == Corrected(2, edits=1, follow_ups=0)
        (note,) = (await corrections.notes(connection, [article_id]))[article_id]
        assert (note.revision, note.change.right) == (2, "صواب 1")
        assert (await of(connection, article_id)).title == "صواب 1"
        assert await states(connection, table.c.kind == Kind.CORRECTION) == [(first.chat_id, "pending")]
        found = await search.search(connection, "صواب", limit=5)
        assert [headline.id for headline in found.headlines] == [article_id]


async def test_of_two_who_correct_the_same_revision_the_second_changes_nothing(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1)
        old = await of(connection, article_id)
        await correct(connection, article_id)
        late = await corrections.correct(
            connection,
            article_id,
            change_title(old, "غيره"),
            (),
            base=1,
            author_id=EDITOR,
            now=START,
            ttl=TTL,
        )
        assert late is None
        assert (await of(connection, article_id)).title == "صواب 1"


async def test_a_queued_copy_is_claimed_as_if_it_had_never_been_wrong(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1)
        await correct(connection, article_id)
        (claimed,) = await claim(connection)
        (told,) = claimed.stories
        assert (claimed.revision, told.told, told.revision) == (2, 2, 2)
        await send(connection, [claimed])
        assert await states(connection) == [(1, "sent")]


async def test_a_copy_in_doubt_goes_out_again_with_the_mark(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1)
        await claim(connection)
        await settling.recover(connection, now=START, all_of_them=True)
        await correct(connection, article_id)
        (claimed,) = await claim(connection)
        (told,) = claimed.stories
        assert (told.told, told.revision) == (1, 2)


async def test_a_correction_while_an_answer_is_being_recorded_misses_no_copy(postgres_database_url: str) -> None:
    """Each of the two waits for the other: neither may overlook what the other has just done."""
    bots = [Database(postgres_database_url) for _ in range(2)]
    try:
        for first in (0, 1):
            async with bots[0].write() as connection:
                article_id = await story(connection, 100 + first, title=f"خبر {first} فيه خطأ")
                claimed = [one for one in await claim(connection) if one.article_id == article_id]
                new = change_title(await of(connection, article_id), "صواب")

            async def record(bot: Database, mine: list[Claim] = claimed) -> None:
                async with bot.write() as connection:
                    await send(connection, mine)
                    await asyncio.sleep(0.1)

            async def repair(bot: Database, mine: int = article_id, right: Article = new) -> None:
                async with bot.write() as connection:
                    await correct(connection, mine, right)
                    await asyncio.sleep(0.1)

            steps = [record(bots[0]), repair(bots[1])]
            await asyncio.gather(*(steps if first == 0 else reversed(steps)))
            async with bots[0].read() as connection:
                mine = table.c.article_id == article_id
                assert sorted(await states(connection, mine)) == [
                    (one.chat_id, state) for one in sorted(claimed, key=_chat) for state in ("pending", "sent")
                ]
    finally:
        for bot in bots:
            await bot.close()


async def test_a_story_that_changes_its_sections_reaches_their_readers_once(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1, 2)
        await subscribe(connection, 2, "رياضة")
        await subscribe(connection, 3, "رياضة")
        new = change_sections(await of(connection, article_id), ["رياضة"])
        await correct(connection, article_id, new)
        assert await states(connection) == [(1, "gone"), (2, "pending"), (3, "pending")]
        assert (await of(connection, article_id)).sections == ("رياضة",)


async def test_another_urgency_changes_the_place_in_the_queue(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1)
        await correct(connection, article_id, change_urgency(await of(connection, article_id), Urgency.FLASH))
        assert list(await connection.scalars(select(table.c.priority))) == [Priority.FLASH_ALERT]


async def test_a_retraction_stops_what_waits_and_the_story_vanishes(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1, 2)
        (first, _) = await claim(connection)
        await settling.settle(connection, [Outcome(first.id, State.SENT, START, message_id=5)])
        await settling.recover(connection, now=START, all_of_them=True)
        done = await retractions.retract(connection, article_id, "لم يتأكد", author_id=EDITOR, now=START)
        assert done == retractions.Retracted(stopped=1, owed=1)
        assert await retractions.retract(connection, article_id, "x", author_id=EDITOR, now=START) is None
        assert await articles.get(connection, article_id) is None
        assert await headlines.latest(connection, chat_id=None, limit=9) == ()
        found = await search.search(connection, "خبر", limit=5)
        assert found.headlines == ()
        (claimed,) = await claim(connection)
        assert (claimed.kind, claimed.target_id, claimed.stories[0].retracted) == (Kind.RETRACTION, 5, True)
        progress = await retractions.progress(connection, article_id)
        assert (progress.done, progress.left, progress.unknown) == (0, 1, 1)


async def test_no_correction_of_a_retracted_story_is_sent(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1)
        await send(connection, await claim(connection))
        await correct(connection, article_id)
        await retractions.retract(connection, article_id, "لم يتأكد", author_id=EDITOR, now=START + MINUTE)
        claimed = await claim(connection, now=START + 2 * MINUTE)
        assert [one.kind for one in claimed] == [Kind.RETRACTION]


async def test_a_message_is_edited_once_at_a_time(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1)
        await send(connection, await claim(connection))
        await correct(connection, article_id)
        (under_way,) = await claim(connection, now=START + MINUTE)
        await correct(connection, article_id)
        assert await claim(connection, now=START + MINUTE) == []
        await settling.settle(connection, [Outcome(under_way.id, State.SENT, START + MINUTE)])
        (later,) = await claim(connection, now=START + MINUTE)
        assert later.revision == 3


async def test_an_edit_is_never_in_doubt(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1)
        await send(connection, await claim(connection))
        await correct(connection, article_id)
        for _ in range(3):
            (under_way,) = await claim(connection, now=START + MINUTE)
            lost = Outcome(under_way.id, State.PENDING, START, due_at=START, lost_answers=1)
            await settling.settle(connection, [lost])
            await claim(connection, now=START + MINUTE)
            await settling.recover(connection, now=START, all_of_them=True)
        assert await states(connection, table.c.kind == Kind.CORRECTION) == [(1, "pending")]


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


async def test_of_a_group_that_became_a_supergroup_no_old_message_is_edited(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, -5)
        await send(connection, await claim(connection))
        await correct(connection, article_id)
        await supergroups.follow(connection, -5, -1005)
        assert await states(connection) == [(-5, "gone"), (-5, "sent")]
        assert await owing_edits.owe_corrections(connection, article_id, now=START) == 0


async def test_an_amendment_is_changed_and_ended_only_as_it_was_read(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection)
        begun = await amendments.begin(
            connection, amendments.Kind.CORRECTION, article_id, 1, author_id=EDITOR, now=START
        )
        changed = await amendments.change(connection, begun, Content(article=an_article("صواب")))
        assert changed is not None
        assert changed.content.version == 1
        assert await amendments.get(connection, begun.id) == changed
        assert await amendments.change(connection, begun, Content()) is None
        assert not await amendments.end(connection, begun, amendments.State.RELEASED)
        assert await amendments.end(connection, changed, amendments.State.RELEASED)
        assert not await amendments.end(connection, changed, amendments.State.RELEASED)


async def test_every_copy_that_was_delivered_is_owed_its_edit_and_no_other(sqlite_database: Database) -> None:
    async with sqlite_database.write() as connection:
        article_id = await story(connection, 1)
        await send(connection, await claim(connection))
        (row,) = (await connection.execute(select(table))).mappings()
        copies = [{**row, "id": None, "chat_id": chat_id} for chat_id in range(2, 10_001)]
        await connection.execute(table.insert(), [{k: v for k, v in copy.items() if k != "id"} for copy in copies])
        await connection.execute(update(table).where(table.c.chat_id > 5_000).values(state=State.GONE))
        done = await correct(connection, article_id)
    assert done == Corrected(2, edits=5_000, follow_ups=0)


async def test_claiming_and_settling_edits_goes_through_no_table(sqlite_database: Database) -> None:
    """Or each batch would take the longer the more was ever sent."""
    async with sqlite_database.write() as connection:
        article_id = await story(connection, *range(1, 30))
        await send(connection, await claim(connection))
        await correct(connection, article_id)
        statements: list[tuple[str, object]] = []

        def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
            statements.append((statement, parameters))

        event.listen(connection.sync_connection, "before_cursor_execute", note)
        claimed = await claim(connection, limit=10, now=START + MINUTE)
        await settling.settle(connection, [Outcome(one.id, State.SENT, START + MINUTE) for one in claimed])
        event.remove(connection.sync_connection, "before_cursor_execute", note)
        assert {one.kind for one in claimed} == {Kind.CORRECTION}
        for statement, parameters in statements:
            if "deliveries" in statement and isinstance(parameters, tuple):
                plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                steps = [str(row.detail) for row in plan]
                assert [step for step in steps if step.startswith("SCAN deliveries") and "INDEX" not in step] == []
