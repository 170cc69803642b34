"""The whole text by pages, and a summary that stays short."""

from dataclasses import replace
from datetime import UTC

from bot.emulator import Emulator
from handlers import messages
from handlers.texts import Texts
from storage import publishing
from storage.article import Article, Block, BlockKind, Quote
from tests.databases import START
from tests.handlers.articles import an_article
from tests.handlers.conftest import READER, TTL, Chats

LONG = replace(
    an_article("مباراة القمة", "رياضة", url="https://example.com/match"),
    blocks=tuple(
        Block(BlockKind.SUBHEADING if number % 10 == 0 else BlockKind.PARAGRAPH, f"فقرة {number}: " + "كلام " * 40)
        for number in range(40)
    ),
)


async def store(chats: Chats, article: Article) -> int:
    async with chats.database.write() as connection:
        done = await publishing.publish(connection, article, now=chats.clock(), ttl=TTL)
    return done.stored.id


async def test_the_whole_text_is_read_page_by_page(chats: Chats) -> None:
    await store(chats, LONG)
    summary = await chats.say(READER, "/summary 1")
    assert summary.button_texts() == ["📖 النص الكامل", "🔗 فتح الخبر"]
    await chats.press(READER, summary, "النص الكامل")
    page = chats.emulator.messages(READER)[-1]
    assert page.reply_to == summary.message_id
    assert page.text.startswith("مباراة القمة\n\nفقرة 0: كلام")
    assert "صفحة 1 من 4" in page.text
    assert page.button_texts() == ["التالية ←", "🔗 فتح الخبر"]
    read = page.text
    for number in (2, 3, 4):
        await chats.press(READER, page, "التالية")
        assert f"صفحة {number} من 4" in page.text
        read += page.text
    assert page.button_texts() == ["→ السابقة", "🔗 فتح الخبر"]
    assert all(f"فقرة {number}:" in read for number in range(40))
    assert "🕗 الأحد 1 مارس" in page.text
    await chats.press(READER, page, "السابقة")
    assert "صفحة 3 من 4" in page.text
    assert len([message for message in chats.emulator.messages(READER) if message.from_bot]) == 2


async def test_a_short_text_is_one_page_without_number(chats: Chats) -> None:
    await store(chats, an_article("مباراة القمة", "رياضة"))
    summary = await chats.say(READER, "/summary 1")
    await chats.press(READER, summary, "النص الكامل")
    page = chats.emulator.messages(READER)[-1]
    assert "صفحة" not in page.text
    assert page.buttons == ()


async def test_a_page_that_is_not_there_is_said_to_be_gone(chats: Chats) -> None:
    await store(chats, LONG)
    summary = await chats.say(READER, "/summary 1")
    for data in ("txt:1:99", "txt:2:0"):
        assert (await chats.press(READER, summary, data=data)).text == "لم يعد هذا الخبر متاحًا."


async def test_in_a_channel_nobody_makes_the_bot_post_the_text(chats: Chats, emulator: Emulator) -> None:
    await store(chats, LONG)
    emulator.add_group(-100_700, "قناة", [READER], kind="channel")
    await chats.bot.bot.send_message(-100_700, "خبر")
    post = await emulator.wait_for(-100_700, "خبر")
    answer = await chats.press(READER, post, data="txt:1:0")
    assert answer.show_alert
    assert answer.text.startswith("فقرة 1: كلام")
    assert len(emulator.messages(-100_700)) == 1


def test_the_strongest_quotes_stand_open_and_the_rest_unfolds() -> None:
    said = [f"هذا قول رقم {number} من أقوال كثيرة قيلت في القاعة" for number in range(6)]
    article = replace(
        an_article("مباراة القمة"),
        lead="مقدمة.",
        blocks=tuple(Block(BlockKind.PARAGRAPH, text) for text in said),
        quotes=tuple(Quote(text, "المدرب" if at % 2 else None, at, 0, len(text)) for at, text in enumerate(said)),
    )
    (text,) = messages.summary(article, START, UTC, Texts.load().of("ar"))
    assert text.count("<blockquote>") == 3
    assert text.count("<blockquote expandable>") == 1
    assert all(text.count(quote) == 1 for quote in said)
    unfolded = text.partition("<blockquote expandable>")[2]
    assert sum(quote in unfolded for quote in said) == 3
    assert "بلا نسبة" not in text  # nobody is made up for words that nobody is named for
