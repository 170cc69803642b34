"""What a source brings waits for an editor where the newsroom wishes so: once, and as it is now."""

from datetime import timedelta

from bot.ingest import Policy
from bot.sources.fetch import Fetcher
from storage import drafts, publishing, sources
from storage.database import Database
from storage.drafts import Draft
from tests.databases import Clock
from tests.sources.feeds import BRIDGE, OLD, STRIKE, Item
from tests.sources.newsroom import Newsroom, open_newsroom
from tests.sources.web import Web


async def wait_for_approval(newsroom: Newsroom) -> None:
    """A source that is filled already, and whose stories do not go out by themselves any more."""
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)
    async with newsroom.database.write() as connection:
        await sources.set_release(connection, 1, sources.Release.APPROVAL)


async def waiting(newsroom: Newsroom) -> list[Draft]:
    async with newsroom.database.read() as connection:
        return list(await drafts.brought(connection))


async def test_what_needs_approval_waits_once_and_alerts_nobody(newsroom: Newsroom) -> None:
    await wait_for_approval(newsroom)
    await newsroom.publish(BRIDGE, OLD)
    await newsroom.publish(STRIKE, BRIDGE, OLD)
    await newsroom.publish(STRIKE, BRIDGE)

    assert [draft.article.title for draft in await waiting(newsroom)] == [BRIDGE.title, STRIKE.title]
    assert await newsroom.titles() == [OLD.title]
    assert await newsroom.alerted() == []
    assert newsroom.alerts == []


async def test_what_waits_for_approval_is_kept_up_to_date(newsroom: Newsroom) -> None:
    await wait_for_approval(newsroom)
    await newsroom.publish(BRIDGE)
    await newsroom.publish(Item(BRIDGE.title, "أعلنت إدارة الميناء موعد الإغلاق.", "1", BRIDGE.link))

    (draft,) = await waiting(newsroom)
    assert draft.version == 2
    assert draft.article.paragraphs[-1:] == ("أعلنت إدارة الميناء موعد الإغلاق.",)


async def test_what_was_approved_or_dropped_does_not_come_again(newsroom: Newsroom) -> None:
    await wait_for_approval(newsroom)
    await newsroom.apply_corrections()
    await newsroom.publish(BRIDGE, STRIKE)
    bridge, strike = sorted(await waiting(newsroom), key=lambda draft: draft.article.title != BRIDGE.title)
    now = newsroom.clock()
    async with newsroom.database.write() as connection:
        await drafts.schedule(connection, bridge, 7, now)
        taken = await drafts.take_due(connection, bridge.id, now=now, window=timedelta())
        assert taken is not None
        await publishing.publish(connection, taken.article, now=now, ttl=timedelta(hours=2), outlet=taken.outlet)
        await drafts.drop(connection, strike)
    await newsroom.publish(BRIDGE, STRIKE, OLD)
    revised = Item(BRIDGE.title, "أعلنت إدارة الميناء موعد الإغلاق.", "1", BRIDGE.link)
    await newsroom.publish(revised, Item("المعلمون ينهون الإضراب", guid="2", link=STRIKE.link), OLD)

    assert await waiting(newsroom) == []
    assert await newsroom.alerted() == [BRIDGE.title]
    stories = {stored.article.title: stored.revision for stored in await newsroom.stored()}
    assert stories == {OLD.title: 1, BRIDGE.title: 2}


async def test_a_kept_story_that_is_flagged_later_waits_for_approval(
    database: Database, outside: Web, clock: Clock, fetcher: Fetcher
) -> None:
    policy = Policy(timedelta(hours=2), keep_unflagged=True)
    newsroom = await open_newsroom(database, outside, clock, fetcher, policy)
    await wait_for_approval(newsroom)
    await newsroom.publish(Item(BRIDGE.title, guid="1", link=BRIDGE.link, categories=("سياسة",)))
    assert await waiting(newsroom) == []
    await newsroom.publish(BRIDGE)
    assert [draft.article.title for draft in await waiting(newsroom)] == [BRIDGE.title]
    assert await newsroom.alerted() == []
