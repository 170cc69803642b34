"""Inline mode: stories in any chat."""

import logging
from typing import Any

import pytest

from bot.emulator.html_parser import parse_html
from tests.handlers.conftest import ENGLISH, READER, Chats, plain
from tests.handlers.lists import retract, stories
from tests.handlers.newsroom import publish


def titles(results: list[dict[str, Any]]) -> list[str]:
    return [result["title"] for result in results]


async def test_a_query_finds_stories_to_send(chats: Chats) -> None:
    number = await publish(chats, "انتخابات <البلديات>", "سياسة", "أخبار محلية", url="https://example.com/vote")
    await publish(chats, "مباراة القمة", "رياضة")
    (result,) = await chats.emulator.ask_inline(READER, "الانتخابات")
    assert (result["type"], result["id"], result["title"]) == ("article", str(number), "انتخابات <البلديات>")
    assert result["description"] == "سياسة، أخبار محلية · قبل دقيقة"
    content = result["input_message_content"]
    assert content["parse_mode"] == "HTML"
    assert content["link_preview_options"] == {"is_disabled": True}
    shown, _ = parse_html(content["message_text"])
    assert plain(shown).startswith("🔴 عاجل | سياسة، أخبار محلية\n\nانتخابات <البلديات>\n\nمقدمة عن")
    assert result["reply_markup"]["inline_keyboard"] == [
        [{"text": "📋 ملخص الخبر", "url": f"https://t.me/{chats.bot.bot.username}?start=story_{number}"}]
    ]


@pytest.mark.parametrize("query", ["", "  ", "\u200f"])
async def test_without_words_the_newest_stories_are_offered(chats: Chats, query: str) -> None:
    await chats.say(READER, "/start sport")  # but not only mine: everybody gets the same answer
    newest = await stories(chats, 12, "سياسة")
    assert titles(await chats.emulator.ask_inline(READER, query)) == newest[:10]


@pytest.mark.parametrize("query", ["", "الكأس"])
async def test_more_stories_come_by_scrolling(chats: Chats, query: str) -> None:
    newest = await stories(chats, 12)
    first = await chats.emulator.ask_inline(READER, query)
    await publish(chats, "كأس جديدة")
    second = await chats.emulator.ask_inline(READER, query, offset=first[-1]["id"])
    assert titles(first + second) == newest


@pytest.mark.parametrize("user", [READER, ENGLISH])
async def test_everybody_gets_the_same_answer_since_telegram_keeps_it_for_all(chats: Chats, user: int) -> None:
    await publish(chats, "مباراة القمة", "رياضة")
    (result,) = await chats.emulator.ask_inline(user, "القمة")
    assert "عاجل" in result["input_message_content"]["message_text"]


@pytest.mark.parametrize("query", ["🔥", '"(', "NEAR OR *", "x" * 256, "لا شيء كهذا"])
async def test_nothing_found_is_an_answer(chats: Chats, query: str) -> None:
    await publish(chats, "مباراة القمة")
    assert await chats.emulator.ask_inline(READER, query) == []


@pytest.mark.parametrize("offset", ["x", "-1", "9" * 40, "1 OR 1", "999"])
async def test_a_forged_offset_finds_nothing(chats: Chats, offset: str) -> None:
    await publish(chats, "مباراة القمة")
    assert await chats.emulator.ask_inline(READER, "القمة", offset=offset) == []


async def test_a_retracted_story_is_not_offered(chats: Chats) -> None:
    await publish(chats, "مباراة القمة")
    await retract(chats, "مباراة القمة")
    assert await chats.emulator.ask_inline(READER, "") == []


@pytest.mark.parametrize(
    ("description", "levels"),
    [
        ("Bad Request: query is too old and response timeout expired or query ID is invalid", []),
        ("Bad Request: RESULT_ID_INVALID", ["ERROR"]),
    ],
)
async def test_an_answer_that_comes_too_late_is_no_failure(
    chats: Chats, caplog: pytest.LogCaptureFixture, description: str, levels: list[str]
) -> None:
    chats.emulator.faults.fail(400, description, method="answerInlineQuery", times=1)
    with caplog.at_level(logging.WARNING, logger="handlers"):
        with pytest.raises(AssertionError, match="no results"):
            await chats.emulator.ask_inline(READER, "", timeout=1)
        await chats.settle()
    assert [record.levelname for record in caplog.records] == levels
