"""A retraction: what waits stops, and the story vanishes."""

from storage import (
    articles,
    headlines,
    retractions,
    search,
    settling,
)
from storage.database import Database
from storage.deliveries import Kind, Outcome, State
from tests.databases import START
from tests.storage.builders import claim
from tests.storage.repairs import EDITOR, MINUTE, correct, send, story


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
