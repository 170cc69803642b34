"""/words: type a word, see how often it came, and follow or mute it by a button."""

import pytest

from storage import phrases
from storage.phrases import MAX_PHRASES
from tests.handlers.conftest import ENGLISH, READER, Chats, plain
from tests.storage.builders import an_article, publish


async def mine(chats: Chats, chat_id: int = READER) -> list[tuple[str, bool]]:
    async with chats.database.read() as connection:
        return [(phrase.text, phrase.muted) for phrase in await phrases.of_chat(connection, chat_id)]


@pytest.fixture
async def news(chats: Chats) -> None:
    async with chats.database.write() as connection:
        for title in ("وزير إيران في بغداد", "إيران تفوز على قطر", "قمة المناخ"):
            await publish(connection, an_article(title), chats.clock())


async def test_a_word_is_followed_by_two_taps_and_removed_by_one(chats: Chats, news: None) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/words ايران")
    assert chats.shown(message).startswith("«ايران»: وردت في خبرين عاجلين هذا الأسبوع.")
    assert message.button_texts()[:2] == ["🔔 متابعة", "🔇 كتم"]
    answer = await chats.press(READER, message, "متابعة")
    assert plain(answer.text) == "ستصلك الأخبار العاجلة التي ترد فيها «ايران»."
    assert "تتابع:\n• ايران" in chats.shown(message)
    assert await mine(chats) == [("ايران", False)]
    answer = await chats.press(READER, message, "✖️ ايران")
    assert answer.text == "حُذفت الكلمة."
    assert await mine(chats) == []


async def test_a_phrase_is_muted(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "كلمات كرة القدم")
    assert "لم ترد في أي خبر عاجل هذا الأسبوع" in message.text
    await chats.press(READER, message, "كتم")
    assert "تكتم:\n• كرة القدم" in chats.shown(message)
    assert await mine(chats) == [("كرة القدم", True)]


async def test_in_english_too(chats: Chats) -> None:
    await chats.say(ENGLISH, "/start sport")
    message = await chats.say(ENGLISH, "/words Iran")
    assert chats.shown(message).startswith("“Iran” was in 0 breaking stories this week.")
    await chats.press(ENGLISH, message, "Follow")
    assert "You follow:\n• Iran" in chats.shown(message)


@pytest.mark.parametrize(
    "typed",
    ["؟!", "<b>", "&lt;", "كلمة " * 6, "ا" * 61, "...", "\u200f", "(((((((((((((((((((((((((((((((((((((((((("],
)
async def test_what_is_no_word_is_refused_kindly(chats: Chats, typed: str) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, f"/words {typed}")
    if typed.isprintable() and typed.strip("<>&lt;b") == "":
        assert "هذا الأسبوع" in message.text  # letters, whatever stands around them
    else:
        assert "اكتب بعد الأمر كلمة" in message.text or "🔤 الكلمات" in message.text
    assert await mine(chats) == []


async def test_markup_in_a_word_is_shown_as_it_was_typed(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/words <b>خبر</b>")
    await chats.press(READER, message, "متابعة")
    assert await mine(chats) == [("<b>خبر</b>", False)]
    assert "• <b>خبر</b>" in chats.shown(message)


async def test_a_list_of_words_has_an_end(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    async with chats.database.write() as connection:
        for number in range(MAX_PHRASES):
            await phrases.put(connection, READER, f"كلمة{number}", muted=False)
    message = await chats.say(READER, "/words زائدة")
    answer = await chats.press(READER, message, "متابعة")
    assert answer.text == "عندك 30 كلمة، وهي أقصى ما يمكن. احذف واحدة أولًا."
    assert len(await mine(chats)) == MAX_PHRASES


async def test_a_button_without_its_word_does_nothing(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/sections")
    answer = await chats.press(READER, message, data="wrd:follow")
    assert "هذا الزر قديم" in answer.text
    assert await mine(chats) == []
