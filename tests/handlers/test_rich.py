"""Summaries as rich messages, where they are wanted and taken."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given, settings

from bot.emulator import Emulator
from handlers import rich
from handlers.texts import Texts
from storage.article import Article
from storage.database import Database
from tests.databases import START, Clock
from tests.handlers.articles import an_article
from tests.handlers.conftest import ENGLISH, READER, Chats, talking
from tests.handlers.newsroom import publish
from tests.handlers.test_messages import ARTICLES

ARABIC = Texts.load().of("ar")


@pytest.fixture
async def rich_chats(emulator: Emulator, sqlite_database: Database, clock: Clock) -> AsyncIterator[Chats]:
    async with talking(emulator, sqlite_database, clock, rich_summaries=True) as chats:
        yield chats


def test_headings_points_and_quotes_with_their_credit() -> None:
    assert rich.summary(an_article("مباراة القمة"), START, UTC, ARABIC, also_by=["وكالة الأنباء"]) == {
        "is_rtl": True,
        "skip_entity_detection": True,
        "blocks": [
            {"type": "heading", "text": "مباراة القمة", "size": 2},
            {"type": "paragraph", "text": "مقدمة عن مباراة القمة."},
            {"type": "heading", "text": "محاور الخبر", "size": 3},
            {"type": "list", "items": [{"blocks": [{"type": "paragraph", "text": "تفاصيل مباراة القمة"}]}]},
            {"type": "heading", "text": "أبرز ما قيل", "size": 3},
            {
                "type": "blockquote",
                "blocks": [{"type": "paragraph", "text": "كلام لا يقال إلا عن مباراة القمة"}],
                "credit": "المدرب",
            },
            {"type": "paragraph", "text": "أوردته أيضًا: وكالة الأنباء"},
            {"type": "footer", "text": "الأحد 1 مارس، 18:00"},
        ],
    }


def test_nobody_is_credited_with_what_nobody_is_named_for() -> None:
    article = an_article("مباراة القمة")
    nameless = replace(article, quotes=tuple(replace(quote, speaker=None) for quote in article.quotes))
    (quotation,) = [block for block in rich.summary(nameless, START, UTC, ARABIC)["blocks"] if "blocks" in block]
    assert "credit" not in quotation


async def test_a_summary_is_rich_where_that_is_wanted(rich_chats: Chats) -> None:
    await publish(rich_chats, "مباراة القمة", "رياضة", url="https://example.com/a")
    summary = await rich_chats.say(READER, "/summary 1")
    assert summary.rich is not None
    assert summary.rich["is_rtl"] is True
    assert summary.button_texts() == ["📖 النص الكامل", "🔗 فتح الخبر"]
    assert "What was said" in (await rich_chats.say(ENGLISH, "/summary 1")).text


@pytest.mark.parametrize(("status", "reason"), [(404, "Not Found"), (400, "Bad Request: RICH_VALIDATE_FAILED")])
async def test_where_the_server_does_not_take_it_the_usual_one_comes(
    rich_chats: Chats, status: int, reason: str
) -> None:
    await publish(rich_chats, "مباراة القمة", "رياضة")
    rich_chats.emulator.faults.fail(status, reason, method="sendRichMessage", times=1)
    summary = await rich_chats.say(READER, "/summary 1")
    assert summary.rich is None
    assert summary.text.startswith("مباراة القمة\n\nمقدمة")


async def test_nothing_is_rich_unless_it_is_wanted(chats: Chats) -> None:
    await publish(chats, "مباراة القمة", "رياضة")
    assert (await chats.say(READER, "/summary 1")).rich is None


@settings(deadline=None, max_examples=40)
@given(ARTICLES)
def test_any_article_stays_within_the_limits_of_a_rich_message(article: Article) -> None:
    told = rich.summary(replace(article, title=article.title * 50), START, UTC, ARABIC)
    texts = list(_texts(told["blocks"]))
    assert sum(map(len, texts)) <= 32_768
    assert len(texts) <= 500
    assert all(texts)


def _texts(blocks: list[rich.Json]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        found += [block[name] for name in ("text", "credit") if name in block]
        found += _texts(block.get("blocks", []))
        for item in block.get("items", []):
            found += _texts(item["blocks"])
    return found
