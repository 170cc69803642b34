"""Stories are found by their words, and page by page."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text, update

from storage import publishing, search, search_index
from storage.article import Block, BlockKind
from storage.articles import Status
from storage.database import Database
from storage.search import Direction, Page, Turn
from storage.sightings import Outlet
from storage.tables import article_words
from storage.tables import articles as articles_table
from tests.databases import START
from tests.storage.builders import an_article, keep, publish, subscribe

MINUTE = timedelta(minutes=1)


async def store(database: Database, titles: Iterable[str], *sections: str) -> list[int]:
    """Publish stories a minute apart; return their numbers."""
    async with database.write() as connection:
        return [
            (await publish(connection, an_article(title, *sections), START + MINUTE * minute)).stored.id
            for minute, title in enumerate(titles)
        ]


async def find(database: Database, query: str, *, limit: int = 10, turn: Turn | None = None) -> Page:
    async with database.read() as connection:
        return await search.search(connection, query, limit=limit, turn=turn)


async def newest(database: Database, *, chat_id: int | None = None, limit: int = 10, turn: Turn | None = None) -> Page:
    async with database.read() as connection:
        return await search.latest(connection, chat_id=chat_id, limit=limit, turn=turn)


def titles(page: Page) -> list[str]:
    return [headline.title for headline in page.headlines]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("الانتخابات", ["انتخابات البلديات في تونس", "الانتخابات تبدأ اليوم"]),
        ("انتخابات", ["انتخابات البلديات في تونس", "الانتخابات تبدأ اليوم"]),
        ("وبالانتخابات", ["انتخابات البلديات في تونس", "الانتخابات تبدأ اليوم"]),
        ("إيران", ["وفد من ايران"]),
        ("الإيراني", ["وفد من ايران"]),
        ("انتخابات تونس", ["انتخابات البلديات في تونس"]),
        ("تون", ["انتخابات البلديات في تونس"]),
        ("تون انتخابات", []),
        ("انتخابات إيران", []),
    ],
)
async def test_stories_are_found_by_every_word(database: Database, query: str, found: list[str]) -> None:
    await store(database, ["الانتخابات تبدأ اليوم", "وفد من ايران", "انتخابات البلديات في تونس"])
    assert titles(await find(database, query)) == found


async def test_a_story_is_found_by_whatever_is_written_in_it(database: Database) -> None:
    blocks = (Block(BlockKind.SUBHEADING, "مياه السدود"), Block(BlockKind.PARAGRAPH, "قال الخبير سالم الحارثي ذلك."))
    async with database.write() as connection:
        await keep(connection, an_article("عنوان", lead="مقدمة قصيرة", byline="نادية القاسم", blocks=blocks))
    for query in ("عنوان", "المقدمة", "القاسم", "سدود", "الحارثي سالم عنوان"):
        assert titles(await find(database, query)) == ["عنوان"], query


@pytest.mark.parametrize(
    "query",
    [
        "", " ", "🔥", "\x00", "*", '"', "'", "\\", "NEAR(", "AND", "OR NOT", "title:زلزال", "-زلزال", "^زلزال",
        "زلزال' OR '1'='1", "زلزال:*", "!زلزال & |", '"زلزال', "زلزال%", "a" * 4_000, "زلزال " * 700,
        " ".join(f"كلمة{n}" for n in range(600)), "😀" * 2_000, "\u202eزلزال\u202c", "ﻻ", "𝒳" * 50, "e\u0301" * 900,
        "1e5 1.5 -3 0x1f", "a_b", "http://example.com/?a=b", "\ud800",
    ],
)  # fmt: skip
async def test_any_text_may_be_asked_for(database: Database, query: str) -> None:
    await store(database, ["زلزال يضرب الساحل"])
    assert set(titles(await find(database, query))) <= {"زلزال يضرب الساحل"}


async def test_words_of_any_script_are_found_as_they_are_written(database: Database) -> None:
    story = "𝒳 ١٢٣ab c_d Istanbul größe e\u0301te 1e5 日本 \U00010400 v2.5"
    await store(database, [story])
    for query in ("123ab", "c", "ISTANBUL", "GRÖSSE", "1e5", "日本", "v2", "\U00010428", "x"):
        assert titles(await find(database, query)) == [story], query


async def test_pages_are_turned_both_ways_while_new_stories_arrive(database: Database) -> None:
    first = await store(database, [f"زلزال رقم {number}" for number in range(1, 6)])
    page = await find(database, "زلزال", limit=2)
    assert (titles(page), page.has_newer, page.has_older) == (["زلزال رقم 5", "زلزال رقم 4"], False, True)
    async with database.write() as connection:
        await publish(connection, an_article("زلزال جديد"), START + timedelta(hours=1))
    page = await find(database, "زلزال", limit=2, turn=Turn(Direction.OLDER, first[3]))
    assert (titles(page), page.has_newer, page.has_older) == (["زلزال رقم 3", "زلزال رقم 2"], True, True)
    page = await find(database, "زلزال", limit=2, turn=Turn(Direction.OLDER, first[1]))
    assert (titles(page), page.has_newer, page.has_older) == (["زلزال رقم 1"], True, False)
    page = await find(database, "زلزال", limit=2, turn=Turn(Direction.NEWER, first[2]))
    assert (titles(page), page.has_newer, page.has_older) == (["زلزال رقم 5", "زلزال رقم 4"], True, True)
    page = await find(database, "زلزال", limit=2, turn=Turn(Direction.NEWER, first[4]))
    assert (titles(page), page.has_newer, page.has_older) == (["زلزال جديد", "زلزال رقم 5"], False, True)


async def test_whether_its_words_are_frequent_or_not_a_query_finds_the_same_stories_on_every_page(
    database: Database,
) -> None:
    """However many stories have to be looked through: words that fill a page at once, and words that do not."""
    words = {"زلزال": 1, "زلازل": 2, "بركان": 7, "براكين": 60, "فيضان": 230, "فيضانات": 300}
    texts = {number: [word for word, each in words.items() if number % each == 0] for number in range(1, 501)}
    async with database.write() as connection:
        for number, text in texts.items():
            await keep(connection, an_article(f"{number} {' '.join(text)}"), START + timedelta(minutes=number))
    queries = (
        "زلزال",
        "زلز",
        "زلاز",
        "برك",
        "برا",
        "زلزال براك",
        "براكين زلز",
        "فيض",
        "زلازل فيضان",
        "بركان براكين",
        "بركان زلز",
    )
    for query in queries:
        *whole, begun = query.split()
        expected = [
            number
            for number in reversed(texts)
            if all(word in texts[number] for word in whole) and any(word.startswith(begun) for word in texts[number])
        ]
        assert await every_page(database, query, Direction.OLDER) == expected, query
        assert await every_page(database, query, Direction.NEWER) == expected, query


async def every_page(database: Database, query: str, direction: Direction) -> list[int]:
    """The first numbers in the titles of all that is found, turning the pages from one end to the other."""
    found: list[str] = []
    async with database.read() as connection:
        page = await search.search(connection, query, limit=40)
        if direction is Direction.NEWER:
            while page.has_older:
                turn = Turn(Direction.OLDER, page.headlines[-1].id)
                page = await search.search(connection, query, limit=40, turn=turn)
        while True:
            here = titles(page)
            found = (
                found + here if direction is Direction.OLDER else here + [each for each in found if each not in here]
            )
            if not (page.has_older if direction is Direction.OLDER else page.has_newer):
                return [int(each.split()[0]) for each in found]
            edge = page.headlines[-1 if direction is Direction.OLDER else 0].id
            page = await search.search(connection, query, limit=40, turn=Turn(direction, edge))


async def test_latest_turns_its_pages_in_the_same_way(database: Database) -> None:
    numbers = await store(database, ["الأول", "الثاني", "الثالث"], "رياضة")
    await store(database, ["بعيد"], "صحة")
    async with database.write() as connection:
        await subscribe(connection, 7, "رياضة")
    page = await newest(database, chat_id=7, limit=2)
    assert (titles(page), page.has_newer, page.has_older) == (["الثالث", "الثاني"], False, True)
    page = await newest(database, chat_id=7, limit=2, turn=Turn(Direction.OLDER, numbers[1]))
    assert (titles(page), page.has_newer, page.has_older) == (["الأول"], True, False)
    page = await newest(database, chat_id=7, limit=2, turn=Turn(Direction.NEWER, numbers[0]))
    assert (titles(page), page.has_newer, page.has_older) == (["الثالث", "الثاني"], False, True)
    assert "بعيد" in titles(await newest(database))


@pytest.mark.parametrize("direction", Direction)
async def test_stories_of_the_same_second_are_each_shown_once(database: Database, direction: Direction) -> None:
    async with database.write() as connection:
        numbers = [(await publish(connection, an_article(f"زلزال {number}"))).stored.id for number in range(5)]
    order = numbers if direction is Direction.NEWER else numbers[::-1]
    seen, turn = [order[0]], Turn(direction, order[0])
    while (page := await find(database, "زلزال", limit=1, turn=turn)).headlines:
        assert await newest(database, limit=1, turn=turn) == page
        seen.append(page.headlines[0].id)
        turn = Turn(direction, seen[-1])
    assert seen == order


@pytest.mark.parametrize("number", [0, 999, 10**18 - 1])
async def test_a_page_behind_an_unknown_story_is_empty(database: Database, number: int) -> None:
    await store(database, ["زلزال"])
    for direction in Direction:
        assert (await find(database, "زلزال", turn=Turn(direction, number))).headlines == ()
        assert (await newest(database, turn=Turn(direction, number))).headlines == ()


async def test_what_is_retracted_is_not_found_but_a_page_may_begin_behind_it(database: Database) -> None:
    numbers = await store(database, ["زلزال قديم", "زلزال جديد"])
    async with database.write() as connection:
        await connection.execute(
            update(articles_table).where(articles_table.c.id == numbers[1]).values(status=Status.RETRACTED)
        )
    assert titles(await find(database, "زلزال")) == ["زلزال قديم"]
    assert titles(await find(database, "زلزال", turn=Turn(Direction.OLDER, numbers[1]))) == ["زلزال قديم"]


async def test_a_revised_story_is_found_by_its_new_words_only(database: Database) -> None:
    outlet = Outlet("وكالة")
    async with database.write() as connection:
        for title in ("زلزال يضرب الساحل", "هزة تضرب الساحل"):
            article = an_article(title, url="https://news.example/1")
            await publishing.keep(connection, article, now=START, outlet=outlet)
    assert titles(await find(database, "هزة")) == ["هزة تضرب الساحل"]
    assert titles(await find(database, "زلزال")) == []


async def test_what_is_rolled_back_is_not_found(database: Database) -> None:
    with suppress(RuntimeError):
        async with database.write() as connection:
            await keep(connection, an_article("زلزال"))
            raise RuntimeError
    assert titles(await find(database, "زلزال")) == []


async def test_a_deleted_story_leaves_nothing_in_the_index(database: Database) -> None:
    (number, _) = await store(database, ["زلزال", "فيضان"])
    async with database.write() as connection:
        await connection.execute(delete(articles_table).where(articles_table.c.id == number))
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(article_words)) == 1
        if connection.dialect.name == "sqlite":
            found = await connection.execute(
                text("SELECT rowid FROM article_search WHERE article_search MATCH 'زلزال'")
            )
            assert found.all() == []


async def test_the_full_text_index_of_sqlite_agrees_with_the_words(sqlite_database: Database) -> None:
    await store(sqlite_database, ["زلزال", "فيضان"])
    async with sqlite_database.write() as connection:
        await connection.execute(update(article_words).values(words="عاصفه"))
        # Raises where the two differ.
        await connection.execute(
            text("INSERT INTO article_search (article_search, rank) VALUES ('integrity-check', 1)")
        )
    assert len((await find(sqlite_database, "عاصفة")).headlines) == 2


def test_positions_fit_into_64_bits_and_follow_time() -> None:
    times = [START.replace(year=year) for year in (1, 1969, 1970, 2026, 2105, 9999)]
    positions = [search_index.position_of(time, 5) for time in times]
    assert positions == sorted(positions)
    assert all(0 <= position < 2**63 for position in positions)
    assert search_index.position_of(START, 6) > search_index.position_of(START, 5)
    assert search_index.position_of(START + timedelta(seconds=1), 5) > search_index.position_of(START, 10**6)


async def test_a_headline_names_its_sections(database: Database) -> None:
    await store(database, ["زلزال"], "رياضة", "صحة")
    assert (await find(database, "زلزال")).headlines[0].sections == ("رياضة", "صحة")
