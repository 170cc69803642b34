"""What becomes of what a source changes in a story that somebody was alerted of, on both databases."""

from datetime import timedelta

import pytest

from storage import admins, audit, corrections, drafts, progress, proposals, publishing, sources
from storage.amendments import State
from storage.audit import Act, Filter
from storage.changes import change_title
from storage.corrections import Note
from storage.deliveries import Kind
from storage.proposals import Proposal
from storage.roles import Role
from storage.tables import deliveries
from tests.databases import START
from tests.sources.feeds import Item
from tests.sources.newsroom import READER, Newsroom
from tests.storage.builders import correct_title

EDITOR = 4001
BODY = "أعلنت إدارة الميناء إغلاق الجسر يومين أمام الشاحنات الثقيلة."
OLD = Item("خبر قديم عن الحكومة", guid="0", link="https://news.example/story/100")
BRIDGE = Item("إغلاق جسر الميناء أمام الشاحنات", BODY, "1", "https://news.example/story/101")
RENAMED = Item("إغلاق جسر الصيادين أمام الشاحنات", BODY, "1", BRIDGE.link)
LONGER = Item(BRIDGE.title, BODY.replace("يومين", "أسبوعا"), "1", BRIDGE.link)


@pytest.fixture
async def told(newsroom: Newsroom) -> Newsroom:
    """A newsroom whose reader was alerted of the first story."""
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)
    await newsroom.publish(BRIDGE)
    assert await newsroom.alerted() == [BRIDGE.title]
    return newsroom


async def story_number(newsroom: Newsroom) -> int:
    return (await newsroom.stored())[-1].id


async def proposed(newsroom: Newsroom) -> Proposal | None:
    async with newsroom.database.read() as connection:
        return await proposals.open_of(connection, (await newsroom.stored())[-1].id)


async def title_and_revision(newsroom: Newsroom) -> tuple[str, int]:
    stored = (await newsroom.stored())[-1]
    return stored.article.title, stored.revision


async def noted(newsroom: Newsroom) -> list[Note]:
    number = await story_number(newsroom)
    async with newsroom.database.read() as connection:
        return list((await corrections.notes(connection, [number]))[number])


async def acts(newsroom: Newsroom) -> list[tuple[Act, int | None]]:
    async with newsroom.database.read() as connection:
        page = await audit.newest(connection, Filter(), limit=9)
    return [(entry.act, entry.actor_id) for entry in page.entries]


async def correct_by_hand(newsroom: Newsroom, title: str) -> None:
    number = await story_number(newsroom)
    async with newsroom.database.write() as connection:
        await correct_title(connection, number, title, author_id=EDITOR, now=newsroom.clock())


async def test_by_default_it_is_proposed_and_the_story_stays_as_it_is(told: Newsroom) -> None:
    await told.publish(RENAMED)
    await told.publish(RENAMED)

    proposal = await proposed(told)
    assert proposal is not None
    assert (proposal.article.title, proposal.outlet, proposal.by_hand) == (RENAMED.title, "الأولى", False)
    assert await title_and_revision(told) == (BRIDGE.title, 1)
    assert await acts(told) == [(Act.SOURCE_PROPOSE, None)]
    assert told.recalls == []


async def test_a_later_revision_takes_the_place_of_a_proposal_that_is_open(told: Newsroom) -> None:
    await told.publish(RENAMED)
    first = await proposed(told)
    await told.publish(Item(RENAMED.title, LONGER.body, "1", BRIDGE.link))
    second = await proposed(told)

    assert first is not None
    assert second is not None
    assert (second.amendment.id, second.amendment.content.version) == (first.amendment.id, 2)
    assert second.article.paragraphs == (LONGER.body,)


async def test_a_source_that_takes_its_change_back_leaves_nothing_to_decide(told: Newsroom) -> None:
    await told.publish(RENAMED)
    proposal = await proposed(told)
    await told.publish(BRIDGE)

    assert proposal is not None
    assert await proposed(told) is None
    async with told.database.read() as connection:
        ended = await proposals.get(connection, proposal.amendment.id)
    assert ended is not None
    assert ended.amendment.state is State.DROPPED


async def test_where_it_is_applied_every_copy_is_corrected_at_once(told: Newsroom) -> None:
    await told.apply_corrections()
    async with told.database.write() as connection:
        paid = {"state": "sent", "message_id": 5, "sent_at": START}
        await connection.execute(deliveries.update().values(paid))
    await told.publish(RENAMED)

    assert await title_and_revision(told) == (RENAMED.title, 2)
    assert [(note.change.wrong, note.change.right) for note in await noted(told)] == [(BRIDGE.title, RENAMED.title)]
    assert await acts(told) == [(Act.SOURCE_CORRECT, None)]
    assert len(told.recalls) == 1
    async with told.database.read() as connection:
        owed = await connection.execute(deliveries.select().where(deliveries.c.kind == Kind.CORRECTION))
        assert [(row.chat_id, row.target_id) for row in owed] == [(READER, 5)]
    assert await proposed(told) is None


async def test_what_the_desk_has_corrected_is_never_undone_unasked(told: Newsroom) -> None:
    await told.apply_corrections()
    await correct_by_hand(told, "إغلاق جسر المرفأ")
    await told.publish(LONGER)
    assert await title_and_revision(told) == ("إغلاق جسر المرفأ", 3), "the source says its old title still"

    await told.publish(Item(RENAMED.title, LONGER.body, "1", BRIDGE.link))
    proposal = await proposed(told)
    assert proposal is not None
    assert (proposal.by_hand, proposal.article.title) == (True, RENAMED.title)
    assert await title_and_revision(told) == ("إغلاق جسر المرفأ", 3)


async def test_what_the_desk_has_corrected_stays_also_where_nobody_was_alerted(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(BRIDGE, minutes=0)
    assert await newsroom.alerted() == []
    await correct_by_hand(newsroom, "إغلاق جسر المرفأ")
    await newsroom.publish(LONGER)
    assert await title_and_revision(newsroom) == ("إغلاق جسر المرفأ", 3)
    await newsroom.publish(Item(RENAMED.title, LONGER.body, "1", BRIDGE.link))
    assert await proposed(newsroom) is not None


async def test_a_story_of_which_nobody_was_alerted_is_brought_up_to_date(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(BRIDGE, minutes=0)
    await newsroom.publish(RENAMED)

    assert await title_and_revision(newsroom) == (RENAMED.title, 2)
    assert await noted(newsroom) == []
    assert await proposed(newsroom) is None


async def test_a_paragraph_that_is_added_corrects_nothing(told: Newsroom) -> None:
    await told.publish(Item(BRIDGE.title, f"<p>{BODY}</p><p>ويعود السير غدا صباحا.</p>", "1", BRIDGE.link))

    assert await title_and_revision(told) == (BRIDGE.title, 2)
    assert len((await told.stored())[-1].article.paragraphs) == 2
    assert await noted(told) == []
    assert await proposed(told) is None


@pytest.mark.parametrize("body", [BODY.replace(" ", "  "), f"<p>{BODY}</p><p>آخر تحديث: 14:30</p>"])
async def test_cosmetic_changes_never_count(told: Newsroom, body: str) -> None:
    await told.publish(Item(f"{BRIDGE.title} !", body, "1", BRIDGE.link, START))
    assert await title_and_revision(told) == (BRIDGE.title, 1)
    assert await proposed(told) is None


async def test_what_an_editor_changed_before_they_let_it_out_is_not_undone(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)
    async with newsroom.database.write() as connection:
        await sources.set_release(connection, 1, sources.Release.APPROVAL)
    await newsroom.apply_corrections()
    await newsroom.publish(BRIDGE)
    now = newsroom.clock()
    async with newsroom.database.write() as connection:
        (draft,) = await drafts.brought(connection)
        changed = await drafts.revise(connection, draft, change_title(draft.article, "عنوان المكتب"), EDITOR)
        assert changed is not None
        await drafts.schedule(connection, changed, EDITOR, now)
        out = await drafts.take_due(connection, draft.id, now=now, window=timedelta())
        assert out is not None
        await publishing.publish(
            connection, out.article, now=now, ttl=timedelta(hours=2), outlet=out.outlet, told=out.told
        )

    await newsroom.publish(BRIDGE)
    assert await title_and_revision(newsroom) == ("عنوان المكتب", 1)
    await newsroom.publish(LONGER)
    assert await title_and_revision(newsroom) == ("عنوان المكتب", 2)
    await newsroom.publish(Item(RENAMED.title, LONGER.body, "1", BRIDGE.link))
    assert await title_and_revision(newsroom) == ("عنوان المكتب", 2)
    assert await proposed(newsroom) is not None


async def test_of_what_goes_out_by_itself_the_desk_sees_how_it_goes(newsroom: Newsroom) -> None:
    async with newsroom.database.write() as connection:
        await admins.set_owners(connection, [EDITOR], now=START)
        await admins.grant(connection, EDITOR + 1, Role.REPORTER, name="مها", actor_id=EDITOR, now=START)
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)
    await newsroom.publish(BRIDGE)
    await newsroom.publish(RENAMED)
    async with newsroom.database.read() as connection:
        followed = await progress.every(connection)
    assert [(row.chat_id, row.article_id) for row in followed] == [(EDITOR, await story_number(newsroom))]
