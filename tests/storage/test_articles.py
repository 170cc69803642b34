"""An article is stored once, as it was read."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from storage import articles, headlines, intake, subscribers
from storage.article import FALLBACK_SECTION, Article, Block, BlockKind, Quote, Urgency
from storage.articles import Status
from storage.database import Database
from storage.digest_stories import DIGEST_BACKLOG, stories
from storage.digests import Edition
from storage.intake import Stored
from storage.tables import article_sections
from storage.tables import articles as table
from storage.tables import sections as sections_table
from tests.databases import START
from tests.storage.builders import an_article, keep, publish, section_ids, subscribe

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


async def store(
    database: Database, article: Article, status: Status = Status.PUBLISHED, now: datetime = START
) -> Stored:
    async with database.write() as connection:
        return await intake.store(connection, article, status=status, now=now)


async def load(database: Database, article_id: int) -> articles.StoredArticle:
    async with database.read() as connection:
        stored = await articles.get(connection, article_id)
    assert stored is not None
    return stored


async def count(database: Database) -> int:
    async with database.read() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def test_a_new_article_is_stored_with_its_sections(database: Database) -> None:
    stored = await store(database, an_article("خبر", "رياضة", "سياسة"))
    async with database.read() as connection:
        assert list(stored.section_ids) == await section_ids(connection, ["رياضة", "سياسة"])
    assert (stored.revision, stored.known_since, stored.raised) == (1, None, False)


@pytest.mark.parametrize(
    ("again", "later"),
    [
        pytest.param(an_article("زِلزالٌ يضربُ السّاحل!"), timedelta(days=30), id="the same words, spelt otherwise"),
        pytest.param(
            an_article("هزة أرضية", url="https://news.example/1", guid="b"), timedelta(days=30), id="the same URL"
        ),
        pytest.param(
            an_article("هزة أرضية", url="https://news.example/2", guid="a"), timedelta(days=30), id="the same guid"
        ),
        pytest.param(an_article(blocks=()), timedelta(hours=48), id="the same headline within 48 hours"),
    ],
)
async def test_a_known_article_is_left_as_it_is(database: Database, again: Article, later: timedelta) -> None:
    original = an_article(url="https://news.example/1", guid="a", published_at=START)
    first = await store(database, original)
    second = await store(database, again, now=START + later)
    assert second == Stored(first.id, 1, first.section_ids, known_since=START, raised=False)
    assert (await load(database, first.id)).article == original


@pytest.mark.parametrize(
    ("other", "later"),
    [
        pytest.param(an_article(blocks=()), timedelta(hours=48, minutes=1), id="the same headline after 48 hours"),
        pytest.param(an_article("زلزال يضرب الجبل", blocks=()), timedelta(), id="another headline"),
        pytest.param(an_article("هزة أرضية", url=None, guid=None), timedelta(), id="neither URL nor guid"),
        pytest.param(an_article("هزة أرضية", url="https://news.example/2", guid="b"), timedelta(), id="others"),
    ],
)
async def test_another_story_is_another_article(database: Database, other: Article, later: timedelta) -> None:
    first = await store(database, an_article(url="https://news.example/1", guid="a"))
    second = await store(database, other, now=START + later)
    assert second.id != first.id
    assert second.known_since is None


async def test_two_articles_without_url_and_guid_are_not_the_same_for_that(database: Database) -> None:
    first = await store(database, an_article("الأول"))
    second = await store(database, an_article("الثاني"))
    assert first.id != second.id


async def test_the_time_between_two_headlines_is_counted_from_publication(database: Database) -> None:
    """A feed read for the first time brings the column of last week and the one of today together."""
    await store(database, an_article("أسعار الذهب", published_at=START - timedelta(days=7)))
    today = await store(database, an_article("أسعار الذهب", published_at=START - HOUR, blocks=()))
    assert today.known_since is None


async def test_a_kept_article_is_raised_when_it_is_published(database: Database) -> None:
    kept = await store(database, an_article(breaking=False), Status.KEPT)
    raised = await store(database, an_article(breaking=True), Status.PUBLISHED, START + HOUR)
    assert raised == Stored(kept.id, 1, kept.section_ids, known_since=START, raised=True)
    stored = await load(database, kept.id)
    assert (stored.status, stored.article.breaking) == (Status.PUBLISHED, True)


async def test_a_published_article_is_neither_lowered_nor_raised_again(database: Database) -> None:
    first = await store(database, an_article())
    for status in (Status.KEPT, Status.PUBLISHED):
        assert not (await store(database, an_article(breaking=False), status)).raised
    stored = await load(database, first.id)
    assert (stored.status, stored.article.breaking) == (Status.PUBLISHED, True)


async def test_a_kept_article_that_comes_again_is_still_kept(database: Database) -> None:
    first = await store(database, an_article(), Status.KEPT)
    assert not (await store(database, an_article(), Status.KEPT)).raised
    assert (await load(database, first.id)).status is Status.KEPT


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("طقس",), (FALLBACK_SECTION,)),
        (("رياضة", "طقس"), ("رياضة", FALLBACK_SECTION)),
        (("طقس", "رياضة", "فلك"), (FALLBACK_SECTION, "رياضة")),
        (("رياضة", "رياضة"), ("رياضة",)),
    ],
)
async def test_sections_that_do_not_exist_fall_back(
    database: Database, given: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    stored = await store(database, an_article("خبر", *given))
    assert (await load(database, stored.id)).article.sections == expected


@pytest.mark.parametrize(
    ("published_at", "expected"),
    [
        (None, START),
        (START - 5 * HOUR, START - 5 * HOUR),
        (START + MINUTE, START),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), START),
        (datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
async def test_no_article_is_of_the_future(
    database: Database, published_at: datetime | None, expected: datetime
) -> None:
    stored = await load(database, (await store(database, an_article(published_at=published_at))).id)
    assert stored.published_at == stored.article.published_at == expected


async def test_a_time_without_zone_is_refused(database: Database) -> None:
    naive = START.replace(tzinfo=None)
    with pytest.raises(Exception, match="without zone"):
        await store(database, an_article(), now=naive)
    assert await count(database) == 0


async def test_two_transactions_that_store_the_same_article_make_one(database_url: str) -> None:
    bots = [Database(database_url) for _ in range(6)]
    try:
        results = await asyncio.gather(*(store(bot, an_article()) for bot in bots for _ in range(2)))
        assert len({result.id for result in results}) == 1
        assert sum(result.known_since is None for result in results) == 1
        assert await count(bots[0]) == 1
    finally:
        for bot in bots:
            await bot.close()


async def test_a_retracted_or_unknown_article_is_not_shown(database: Database) -> None:
    stored = await store(database, an_article())
    async with database.write() as connection:
        assert await articles.get(connection, stored.id + 1) is None
        await connection.execute(update(table).values(status=Status.RETRACTED))
        assert await articles.get(connection, stored.id) is None
        assert await headlines.latest(connection, chat_id=None, limit=10) == ()
    assert (await store(database, an_article())).known_since == START


# What cannot be stored is what `bot.extract` takes out of every text: NUL and lone surrogates.
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)
SECTION_NAMES = st.sampled_from(["سياسة", "أخبار عالمية", "رياضة", "اقتصاد", FALLBACK_SECTION])
BLOCKS = st.lists(st.builds(Block, st.sampled_from(BlockKind), TEXT), max_size=5).map(tuple)
QUOTES = st.lists(
    st.builds(Quote, TEXT, st.none() | TEXT, *(st.integers(0, 2**31 - 1) for _ in range(3))), max_size=3
).map(tuple)
ARTICLES = st.builds(
    Article,
    title=TEXT,
    sections=st.lists(SECTION_NAMES, min_size=1, max_size=3, unique=True).map(tuple),
    breaking=st.booleans(),
    blocks=BLOCKS,
    quotes=QUOTES,
    lead=st.none() | TEXT,
    byline=st.none() | TEXT,
    published_at=st.datetimes(datetime(1970, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    url=st.none() | TEXT,
    language=st.sampled_from(["ar", "en"]),
    guid=st.none() | TEXT,
)


@given(article=ARTICLES)
@settings(
    max_examples=60,
    deadline=None,
    # Every example takes back what it has stored, so that one database serves them all.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_an_article_comes_back_exactly_as_it_was_read(database: Database, article: Article) -> None:
    async with database.write() as connection:
        stored = await intake.store(connection, article, status=Status.KEPT, now=START)
        loaded = await articles.get(connection, stored.id)
        assert loaded is not None
        assert loaded.article == article
        assert (loaded.id, loaded.revision, loaded.status) == (stored.id, 1, Status.KEPT)
        await connection.rollback()


async def test_the_latest_come_first_and_only_of_the_chats_sections(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "رياضة", "اقتصاد")
        await subscribe(connection, 2)
        old = (await publish(connection, an_article("قديم", "رياضة", published_at=START - 2 * HOUR))).stored.id
        new = await keep(connection, an_article("جديد", "اقتصاد", "رياضة", breaking=False))
        other = await keep(connection, an_article("آخر", "سياسة"))
        for chat_id, expected in ((1, [new.id, old]), (2, []), (None, [other.id, new.id, old]), (99, [])):
            found = await headlines.latest(connection, chat_id=chat_id, limit=10)
            assert [headline.id for headline in found] == expected
        (first,) = await headlines.latest(connection, chat_id=1, limit=1)
    assert first == headlines.Headline(new.id, "جديد", False, START, ("اقتصاد", "رياضة"))


async def test_a_digest_lists_urgent_stories_first_and_then_the_newest(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        ids = {}
        for title, breaking, age in (("أ", False, 3), ("ب", True, 4), ("ج", False, 1), ("د", True, 2)):
            article = an_article(f"خبر {title}", breaking=breaking, published_at=START - age * HOUR)
            ids[(await keep(connection, article)).id] = title
        await keep(connection, an_article("خبر من قسم آخر", "رياضة"))
        headlines = await stories(connection, 1, Edition.EVENING, since=START - HOUR, until=START + HOUR, limit=10)
        assert [ids[headline.id] for headline in headlines] == ["د", "ب", "ج", "أ"]
        two = await stories(connection, 1, Edition.EVENING, since=START - HOUR, until=START + HOUR, limit=2)
        assert two == headlines[:2]


async def test_a_digest_lists_breaking_stories_by_their_urgency(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        for urgency in (Urgency.NORMAL, Urgency.FLASH, Urgency.URGENT):
            await keep(connection, an_article(f"خبر {urgency}", urgency=urgency, published_at=START - HOUR))
        headlines = await stories(connection, 1, Edition.EVENING, since=START - HOUR, until=START + HOUR, limit=10)
        assert [headline.title for headline in headlines] == ["خبر flash", "خبر urgent", "خبر normal"]


async def test_a_digest_covers_what_was_received_from_its_start_until_before_its_end(database: Database) -> None:
    since, until = START, START + 24 * HOUR
    received = {
        "قبل النافذة": since - MINUTE,
        "في أولها": since,
        "في وسطها": since + HOUR,
        "قبل آخرها": until - MINUTE,
        "بعدها": until,
    }
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        for title, now in received.items():
            await keep(connection, an_article(title), now)
        old = until - DIGEST_BACKLOG
        await keep(connection, an_article("وصل متأخرا", published_at=old), since + HOUR)
        await keep(connection, an_article("وصل بعد فوات أوانه", published_at=old - MINUTE), since + HOUR)
        headlines = await stories(connection, 1, Edition.EVENING, since=since, until=until, limit=10)
    assert {headline.title for headline in headlines} == {"في أولها", "في وسطها", "قبل آخرها", "وصل متأخرا"}


async def test_an_article_of_two_chosen_sections_is_listed_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة", "رياضة")
        await keep(connection, an_article("خبر", "رياضة", "سياسة"))
        assert len(await headlines.latest(connection, chat_id=1, limit=10)) == 1
        await subscribers.choose(connection, 1, await section_ids(connection, ["رياضة"]), chosen=False, now=START)
        assert len(await headlines.latest(connection, chat_id=1, limit=10)) == 1


async def test_a_section_that_is_deleted_leaves_its_articles(database: Database) -> None:
    stored = await store(database, an_article("خبر", "رياضة", "سياسة"))
    async with database.write() as connection:
        await connection.execute(delete(sections_table).where(sections_table.c.name == "رياضة"))
        assert await connection.scalar(select(func.count()).select_from(article_sections)) == 1
    assert (await load(database, stored.id)).article.sections == ("سياسة",)
