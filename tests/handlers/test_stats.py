"""Figures for the newsroom."""

from tests.handlers.conftest import EDITOR, OTHER, READER, Chats
from tests.handlers.newsroom import publish


async def test_stats(chats: Chats) -> None:
    empty = await chats.say(EDITOR, "/stats")
    assert "المشتركون الآن: 0" in empty.text
    assert empty.text.endswith("لم تُرسل رسائل بعد.")
    await chats.say(READER, "/start sport")
    await chats.say(OTHER, "/start")
    await chats.say(OTHER, "/stop")
    await publish(chats, "مباراة القمة", "رياضة")
    figures = await chats.say(EDITOR, "/stats")
    assert "المشتركون الآن: 1\nأوقفوا الخدمة: 1\nتعذّر الوصول إليهم: 0" in figures.text
    assert "\nرياضة: 1\n" in figures.text
    assert "\nسياسة: 0\n" in figures.text
    assert "أخبار اليوم: 1\nرسائل اليوم\nتنتظر دورها: 1" in figures.text
