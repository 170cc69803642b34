"""A correction in rows: a new revision, a note, a debt, and what it meets on its way."""

import asyncio
from dataclasses import replace

from sqlalchemy import select

from storage import (
    amendments,
    corrections,
    search,
    settling,
)
from storage.amendments import Content
from storage.article import Article, Urgency
from storage.changes import change_title, change_urgency
from storage.corrections import Corrected
from storage.database import Database
from storage.deliveries import Claim, Kind, Priority
from storage.tables import deliveries as table
from tests.databases import START
from tests.storage.builders import TTL, an_article, claim, states, subscribe
from tests.storage.repairs import EDITOR, correct, of, send, story


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
                    (one.chat_id, state)
                    for one in sorted(claimed, key=lambda one: one.chat_id)
                    for state in ("pending", "sent")
                ]
    finally:
        for bot in bots:
            await bot.close()


async def test_a_story_that_changes_its_sections_reaches_their_readers_once(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1, 2)
        await subscribe(connection, 2, "رياضة")
        await subscribe(connection, 3, "رياضة")
        new = replace(await of(connection, article_id), sections=("رياضة",))
        await correct(connection, article_id, new)
        assert await states(connection) == [(1, "gone"), (2, "pending"), (3, "pending")]
        assert (await of(connection, article_id)).sections == ("رياضة",)


async def test_another_urgency_changes_the_place_in_the_queue(database: Database) -> None:
    async with database.write() as connection:
        article_id = await story(connection, 1)
        await correct(connection, article_id, change_urgency(await of(connection, article_id), Urgency.FLASH))
        assert list(await connection.scalars(select(table.c.priority))) == [Priority.FLASH_ALERT]


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
