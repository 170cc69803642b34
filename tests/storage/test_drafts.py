"""Drafts: what waits for an editor, for a second one, or for its moment."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import admins, drafts, previews, sources
from storage.article import Article, Block, BlockKind, Quote, Urgency
from storage.database import Database
from storage.drafts import Draft, State
from storage.previews import Preview
from storage.roles import Role
from storage.sightings import Outlet
from storage.sources import Kind
from tests.databases import START
from tests.storage.builders import an_article, publish

WINDOW = timedelta(seconds=10)
EDITOR, SECOND = 7, 8
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


async def a_draft(connection: AsyncConnection, article: Article = WHOLE, author_id: int = EDITOR) -> Draft:
    draft = await drafts.get(connection, await drafts.save(connection, article, author_id=author_id, now=START))
    assert draft is not None
    return draft


async def a_source(connection: AsyncConnection) -> int:
    return await sources.add(connection, "https://news.example/feed", kind=Kind.FEED, name="الوكالة", now=START)


async def take(connection: AsyncConnection, draft: Draft, now: datetime) -> Draft | None:
    return await drafts.take_due(connection, draft.id, now=now, window=WINDOW)


async def test_a_draft_keeps_the_whole_article(database: Database) -> None:
    async with database.write() as connection:
        draft = await a_draft(connection)
        ranked = await a_draft(connection, an_article(urgency=Urgency.FLASH))
        assert await drafts.get(connection, ranked.id + 1) is None
    assert (draft.article, draft.author_id, draft.version, draft.state) == (WHOLE, EDITOR, 1, State.OPEN)
    assert ranked.article.urgency is Urgency.FLASH


async def test_what_a_source_brings_is_brought_once_and_kept_up_to_date(database: Database) -> None:
    async with database.write() as connection:
        outlet = Outlet("الوكالة", await a_source(connection))

        async def bring(article: Article) -> bool:
            return await drafts.bring(connection, article, outlet, item_key="k", now=START)

        assert await bring(WHOLE)
        assert not await bring(WHOLE)
        (draft,) = await drafts.brought(connection)
        assert (draft.article, draft.author_id, draft.outlet) == (WHOLE, None, outlet)
        await drafts.note_shown(connection, draft)
        assert await drafts.brought(connection) == ()
        assert await bring(replace(WHOLE, title="عنوان أدق"))
        (again,) = await drafts.brought(connection)
        assert (again.article.title, again.version) == ("عنوان أدق", 2)
        await drafts.revise(connection, again, replace(WHOLE, urgency=Urgency.FLASH), EDITOR)
        assert not await bring(replace(WHOLE, title="عنوان ثالث"))
        assert await drafts.brought(connection) == ()
        taken_over = await drafts.get(connection, draft.id)
        assert taken_over is not None
        assert (taken_over.article.urgency, taken_over.author_id) == (Urgency.FLASH, EDITOR)


async def test_a_change_makes_a_new_version_and_needs_a_new_approval(database: Database) -> None:
    async with database.write() as connection:
        draft = await a_draft(connection)
        approved = await drafts.approve(connection, draft, EDITOR)
        assert approved is not None
        assert (approved.state, approved.approved_by) == (State.APPROVED, EDITOR)
        changed = await drafts.revise(connection, approved, an_article(), SECOND)
    assert changed is not None
    assert (changed.article, changed.version) == (an_article(), 2)
    assert (changed.state, changed.approved_by) == (State.OPEN, None)


async def test_what_was_read_before_somebody_else_changed_it_changes_nothing(database: Database) -> None:
    async with database.write() as connection:
        old = await a_draft(connection)
        new = await drafts.revise(connection, old, an_article(), SECOND)
        assert await drafts.revise(connection, old, replace(WHOLE, title="عنوان آخر"), EDITOR) is None
        assert await drafts.approve(connection, old, SECOND) is None
        assert await drafts.schedule(connection, old, SECOND, START) is None
        assert await drafts.drop(connection, old) is None
        assert await drafts.get(connection, old.id) == new


async def test_a_scheduled_draft_goes_out_once_at_its_moment(database: Database) -> None:
    due_at = START + WINDOW
    async with database.write() as connection:
        scheduled = await drafts.schedule(connection, await a_draft(connection), EDITOR, due_at)
        assert scheduled is not None
        assert (scheduled.state, scheduled.released_by, scheduled.due_at) == (State.SCHEDULED, EDITOR, due_at)
        assert await drafts.next_due_at(connection) == due_at
        early = due_at - timedelta(microseconds=1)
        assert await drafts.due(connection, now=early, window=WINDOW) == ()
        assert await take(connection, scheduled, early) is None
        assert await drafts.due(connection, now=due_at, window=WINDOW) == (scheduled.id,)
        taken = await take(connection, scheduled, due_at)
        assert taken is not None
        assert (taken.article, taken.state) == (WHOLE, State.RELEASED)
        assert await take(connection, scheduled, due_at) is None
        assert await drafts.due(connection, now=due_at, window=WINDOW) == ()
        assert await drafts.next_due_at(connection) is None


async def test_a_scheduled_draft_can_be_held_until_it_is_out(database: Database) -> None:
    async with database.write() as connection:
        scheduled = await drafts.schedule(connection, await a_draft(connection), EDITOR, START + WINDOW)
        assert scheduled is not None
        held = await drafts.hold(connection, scheduled.id)
        assert held is not None
        assert (held.state, held.released_by, held.due_at) == (State.OPEN, None, None)
        assert await take(connection, scheduled, START + WINDOW) is None
        again = await drafts.schedule(connection, held, EDITOR, START + WINDOW)
        assert again is not None
        assert await take(connection, again, START + WINDOW) is not None
        assert await drafts.hold(connection, again.id) is None


async def test_a_clock_that_was_set_back_holds_nothing_up(database: Database) -> None:
    async with database.write() as connection:
        scheduled = await drafts.schedule(connection, await a_draft(connection), EDITOR, START + WINDOW)
        assert scheduled is not None
        assert await drafts.due(connection, now=START - timedelta(hours=1), window=WINDOW) == (scheduled.id,)


async def test_an_ended_draft_stays_as_it_is(database: Database) -> None:
    async with database.write() as connection:
        dropped = await drafts.drop(connection, await a_draft(connection))
        assert dropped is not None
        assert await drafts.revise(connection, dropped, an_article(), EDITOR) is None
        assert await drafts.approve(connection, dropped, EDITOR) is None
        assert await drafts.schedule(connection, dropped, EDITOR, START) is None
        assert await drafts.drop(connection, dropped) is None
        assert await drafts.hold(connection, dropped.id) is None


async def test_a_draft_knows_which_story_it_became(database: Database) -> None:
    async with database.write() as connection:
        draft = await a_draft(connection)
        story = (await publish(connection, WHOLE)).stored.id
        await drafts.note_article(connection, draft.id, story)
        told = await drafts.get(connection, draft.id)
    assert told is not None
    assert told.article_id == story


@pytest.mark.parametrize("others", ["hold", "take"])
async def test_of_those_who_meet_at_one_draft_one_gets_it(database_url: str, others: str) -> None:
    bots = [Database(database_url) for _ in range(4)]
    now = START + WINDOW

    async def go(bot: Database, draft: Draft, what: str) -> bool:
        async with bot.write() as connection:
            if what == "hold":
                return await drafts.hold(connection, draft.id) is not None
            return await take(connection, draft, now) is not None

    try:
        for _ in range(5):
            async with bots[0].write() as connection:
                draft = await drafts.schedule(connection, await a_draft(connection), EDITOR, now)
            assert draft is not None
            got = await asyncio.gather(*(go(bot, draft, what) for bot in bots for what in ("take", others)))
            assert got.count(True) == 1
    finally:
        for bot in bots:
            await bot.close()


async def test_who_leaves_takes_what_has_not_gone_out_along(database: Database) -> None:
    async with database.write() as connection:
        await admins.grant(connection, SECOND, Role.EDITOR, name="عمر", actor_id=1, now=START)
        theirs = [await a_draft(connection, author_id=SECOND) for _ in range(4)]
        others = [await a_draft(connection, author_id=EDITOR) for _ in range(3)]
        await drafts.approve(connection, theirs[1], EDITOR)
        await drafts.schedule(connection, theirs[2], EDITOR, START + WINDOW)
        await drafts.schedule(connection, theirs[3], SECOND, START)
        await take(connection, theirs[3], START)
        await drafts.approve(connection, others[1], SECOND)
        await drafts.schedule(connection, others[2], SECOND, START + WINDOW)
        await admins.remove(connection, SECOND, actor_id=1, now=START)
        left = [await drafts.get(connection, draft.id) for draft in (*theirs, *others)]
    assert [draft.state for draft in left if draft] == [
        *(State.DROPPED,) * 3,
        State.RELEASED,
        *(State.OPEN,) * 3,
    ]
    assert not any(draft.approved_by or draft.due_at for draft in left[4:] if draft)


async def test_copies_of_a_preview_are_remembered_until_its_draft_ends(database: Database) -> None:
    copies = (Preview(7, 10, 11, "ar"), Preview(8, 20, 21, "en"))
    async with database.write() as connection:
        draft, other = await a_draft(connection), await a_draft(connection)
        for copy in reversed(copies):
            await previews.add(connection, draft.id, copy)
        await previews.add(connection, other.id, copies[0])
        assert await previews.every(connection, draft.id) == copies
        assert await previews.forget(connection, draft.id, chat_id=7) == copies[:1]
        assert await previews.every(connection, draft.id) == copies[1:]
        assert await previews.forget(connection, draft.id) == copies[1:]
        assert await previews.every(connection, draft.id) == ()
        assert await previews.every(connection, other.id) == copies[:1]


async def test_of_two_editors_who_release_at_the_same_moment_one_does(database_url: str) -> None:
    bots = [Database(database_url) for _ in range(2)]

    async def release(bot: Database, draft: Draft, editor: int) -> bool:
        async with bot.write() as connection:
            return await drafts.schedule(connection, draft, editor, START) is not None

    try:
        for _ in range(5):
            async with bots[0].write() as connection:
                draft = await a_draft(connection)
            done = await asyncio.gather(*(release(bot, draft, editor) for bot in bots for editor in (EDITOR, SECOND)))
            assert done.count(True) == 1
    finally:
        for bot in bots:
            await bot.close()
