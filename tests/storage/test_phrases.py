"""Phrases are literal, whatever somebody types, and found by an article's words however they are spelt."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storage import phrases
from storage.article import Block, BlockKind
from storage.database import Database
from storage.phrases import MAX_PHRASES, Phrase, TooManyError, is_phrase
from storage.tables import phrase_terms
from storage.tables import phrases as phrase_rows
from tests.databases import START
from tests.storage.builders import an_article, keep, publish, subscribe

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("phrase", "text", "holds"),
    [
        ("إيران", "وزير ايران في بغداد", True),
        ("الانتخابات", "بدء انتخابات البلدية", True),
        ("انتخابات", "وبالانتخابات تبدأ مرحلة", True),
        ("أسعار النفط", "ارتفاع اسعار النفط اليوم", True),
        ("أسعار النفط", "النفط يرفع أسعار الوقود", False),
        ("أسعار النفط", "أسعار الغاز والنفط", False),
        ("كأس العالم", "انطلاق كأس العالم", True),
        ("NATO", "قمة nato في بروكسل", True),
        ("ايران", "نيران في المصنع", False),
        ("ير", "وزير إيران", False),  # a word is a word, no part of one
        (".*", "أي نص", False),
        ("[ا-ي]+", "أي نص", False),
        ("٢٠٢٦", "موازنة 2026", True),
    ],
)
async def test_an_article_holds_a_phrase_or_not(database: Database, phrase: str, text: str, holds: bool) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1)
        if is_phrase(phrase):
            await phrases.put(connection, 1, phrase, muted=False)
        found = await phrases.held_by(connection, an_article(text, blocks=()))
        assert bool(found.anywhere) is holds
        assert found.shown == found.anywhere


async def test_a_phrase_does_not_reach_from_one_paragraph_into_the_next(database: Database) -> None:
    body = (Block(BlockKind.PARAGRAPH, "ارتفعت أسعار"), Block(BlockKind.PARAGRAPH, "النفط ثابت"))
    async with database.write() as connection:
        await subscribe(connection, 1)
        await phrases.put(connection, 1, "أسعار النفط", muted=False)
        assert await phrases.held_by(connection, an_article("خبر", blocks=body)) == phrases.NOTHING


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("إيران", True), ("كأس العالم لكرة القدم ٢٠٢٦", True), ("", False), ("...", False), ("؟!", False),
        ("واحد اثنان ثلاثة أربعة خمسة ستة", False), ("ا" * 61, False), ("\u200f", False), ("😀", False),
    ],
)  # fmt: skip
def test_what_can_be_followed(text: str, possible: bool) -> None:
    assert is_phrase(text) is possible


async def test_a_phrase_is_followed_then_muted_then_gone(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1)
        await subscribe(connection, 2)
        await phrases.put(connection, 1, "إيران", muted=False)
        await phrases.put(connection, 2, "ايران", muted=False)
        (mine,) = await phrases.of_chat(connection, 1)
        assert mine == Phrase(mine.id, "إيران", False)
        await phrases.put(connection, 1, "ايران", muted=True)
        assert await phrases.of_chat(connection, 1) == (Phrase(mine.id, "ايران", True),)
        assert await phrases.remove(connection, 1, mine.id)
        assert not await phrases.remove(connection, 1, mine.id)
        assert await phrases.of_chat(connection, 1) == ()
        assert len(await phrases.of_chat(connection, 2)) == 1
        assert await phrases.remove(connection, 2, mine.id)
        for table in (phrase_rows, phrase_terms):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0


async def test_nobody_takes_a_phrase_from_another_chat(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1)
        await subscribe(connection, 2)
        await phrases.put(connection, 1, "إيران", muted=False)
        (mine,) = await phrases.of_chat(connection, 1)
        assert not await phrases.remove(connection, 2, mine.id)
        assert await phrases.of_chat(connection, 1) == (mine,)


async def test_a_list_of_words_ends_somewhere(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1)
        for number in range(MAX_PHRASES):
            await phrases.put(connection, 1, f"كلمة{number}", muted=False)
        with pytest.raises(TooManyError):
            await phrases.put(connection, 1, "زائدة", muted=False)
        await phrases.put(connection, 1, "كلمة0", muted=True)
        with pytest.raises(ValueError, match="no phrase"):
            await phrases.put(connection, 1, "؟", muted=False)


async def test_a_count_is_of_the_weeks_alerts_that_hold_the_phrase(database: Database) -> None:
    async with database.write() as connection:
        await publish(connection, an_article("أسعار النفط ترتفع"), START - 2 * DAY)
        await publish(connection, an_article("النفط يرفع أسعار الوقود"), START - DAY)
        await publish(connection, an_article("أسعار النفط قبل شهر"), START - 30 * DAY)
        await keep(connection, an_article("أسعار النفط بلا علامة", breaking=False), START - DAY)
        for phrase, times in (("النفط", 2), ("اسعار النفط", 1), ("أسعار", 2), ("الغاز", 0), ("؟", 0), ("نف", 0)):
            assert await phrases.count_week(connection, phrase, now=START) == times, phrase


async def test_muted_words_are_looked_for_where_an_alert_shows_them(database: Database) -> None:
    body = (Block(BlockKind.PARAGRAPH, "مقدمة"), Block(BlockKind.PARAGRAPH, "وذكر كرة القدم في آخره"))
    async with database.write() as connection:
        await subscribe(connection, 1)
        shown = await keep(connection, an_article("نهائي كرة القدم"))
        deep = await keep(connection, an_article("اجتماع الوزراء", blocks=body))
        assert await phrases.muted_among(connection, 1, [shown.id, deep.id]) == frozenset()
        await phrases.put(connection, 1, "كرة القدم", muted=True)
        await phrases.put(connection, 1, "اجتماع", muted=False)
        assert await phrases.muted_among(connection, 1, [shown.id, deep.id]) == {shown.id}
