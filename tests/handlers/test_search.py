"""/search: by command and by word, page by page."""

import pytest
from sqlalchemy import delete

from handlers.messages import QUERY
from storage.tables import articles
from tests.handlers.conftest import ENGLISH, GROUP, READER, Chats
from tests.handlers.lists import SPEAKERS, lines, retract, stories
from tests.handlers.newsroom import publish


@pytest.mark.parametrize(
    "asked", ["/search الانتخابات", "/search@{bot} انتخابات", "بحث وبالانتخابات", "/بحث الانتخاب", "ابحث عن انتخابات"]
)
async def test_stories_are_found_by_their_words(chats: Chats, asked: str) -> None:
    await publish(chats, "انتخابات البلديات", "سياسة", "أخبار محلية")
    await publish(chats, "مباراة القمة", "رياضة")
    listing = await chats.say(READER, asked.format(bot=chats.bot.bot.username))
    assert lines(chats, listing) == ["انتخابات البلديات"]
    assert "(قبل دقيقة)" in chats.shown(listing)
    await chats.press(READER, listing, "1")
    summary = await chats.emulator.wait_for(READER, after=listing.message_id)
    assert summary.text.startswith("انتخابات البلديات\n")


@pytest.mark.parametrize("query", ["إيران", "ايران", "الإيراني"])
async def test_spelling_does_not_matter(chats: Chats, query: str) -> None:
    await publish(chats, "وفد من ايران يصل")
    await publish(chats, "وفد من أيرلندا يصل")
    listing = await chats.say(READER, f"/search {query}")
    assert lines(chats, listing) == ["وفد من ايران يصل"]
    assert chats.shown(listing).startswith(f"🔎 نتائج البحث عن «{query}»\nالمس رقم الخبر")


@pytest.mark.parametrize(("reader", "older", "newer"), SPEAKERS)
async def test_pages_are_turned_in_place_and_back(chats: Chats, reader: int, older: str, newer: str) -> None:
    titles = await stories(chats, 12)
    await publish(chats, "جلسة البرلمان")
    listing = await chats.say(reader, "/search كأس خبر")
    title = listing.text.splitlines()[0]
    seen = [lines(chats, listing)]
    for label in (older, newer):
        await chats.press(reader, listing, label)
        seen.append(lines(chats, listing))
        assert listing.text.splitlines()[0] == title
    assert seen == [titles[:10], titles[10:], titles[:10]]


async def test_a_search_goes_on_after_a_restart_and_without_its_command(chats: Chats) -> None:
    """The words stand in the bot's own message: neither memory nor the command is needed."""
    titles = await stories(chats, 12)
    listing = await chats.say(READER, "/search خبر <الكأس> & «خبر»")
    async with chats.restarted() as again:
        await again.press(READER, listing, "الأقدم")
    assert lines(chats, listing) == titles[10:]


async def test_a_long_query_survives_turning(chats: Chats) -> None:
    titles = await stories(chats, 12)
    listing = await chats.say(READER, "/search " + "الكأس خبر " * 300)
    await chats.press(READER, listing, "الأقدم")
    assert lines(chats, listing) == titles[10:]


@pytest.mark.parametrize(
    ("reader", "older", "told"),
    [(READER, "الأقدم", "لا أخبار أقدم من هذه."), (ENGLISH, "Older", "There is nothing older.")],
)
async def test_where_all_that_was_left_is_retracted_the_page_stays(
    chats: Chats, reader: int, older: str, told: str
) -> None:
    titles = await stories(chats, 11)
    listing = await chats.say(reader, "/search الكأس")
    await retract(chats, titles[10])
    assert (await chats.press(reader, listing, older)).text == told
    assert lines(chats, listing) == titles[:10]


@pytest.mark.parametrize(("reader", "older", "newer"), SPEAKERS)
async def test_where_all_that_came_before_is_retracted_the_page_stays(
    chats: Chats, reader: int, older: str, newer: str
) -> None:
    titles = await stories(chats, 11)
    listing = await chats.say(reader, "/search الكأس")
    await chats.press(reader, listing, older)
    for title in titles[:10]:
        await retract(chats, title)
    answer = await chats.press(reader, listing, newer)
    assert answer.text in ("لا أخبار أحدث من هذه.", "There is nothing newer.")
    assert lines(chats, listing) == titles[10:]


async def test_where_the_edge_of_the_page_is_gone_a_person_is_told(chats: Chats) -> None:
    titles = await stories(chats, 11)
    listing = await chats.say(READER, "/search الكأس")
    async with chats.database.write() as connection:
        await connection.execute(delete(articles).where(articles.c.title == titles[9]))
    assert (await chats.press(READER, listing, "الأقدم")).text == "لا أخبار أقدم من هذه."


@pytest.mark.parametrize("asked", ["/search", "/search   ", "بحث", "ابحث عن", "/search \u200f"])
async def test_without_words_it_is_explained(chats: Chats, asked: str) -> None:
    answer = await chats.say(READER, asked)
    assert chats.shown(answer).startswith("اكتب بعد الأمر كلمة تبحث عنها أو أكثر، مثل:\n/search أسعار النفط\n")


@pytest.mark.parametrize("query", ["انتخابات", "🔥", '"(', "NEAR OR *", "x" * 4_000, "<b>&amp;", "\u202eقلب"])
async def test_where_nothing_is_found_it_is_said_what_to_do(chats: Chats, query: str) -> None:
    await publish(chats, "مباراة القمة")
    answer = await chats.say(READER, f"/search {query}")
    assert answer.text.startswith("لم نجد خبرًا يجمع هذه الكلمات")
    assert "/latest" in answer.text
    assert len(answer.text) < QUERY + 200


async def test_an_english_reader_is_told_in_english(chats: Chats) -> None:
    assert (await chats.say(ENGLISH, "/search")).text.startswith("Write one word or more")
    nothing = chats.shown(await chats.say(ENGLISH, "search for oil"))
    assert nothing.startswith("No story holds all of these words: “oil”.")


async def test_in_a_group_the_command_is_answered(chats: Chats) -> None:
    chats.emulator.add_group(GROUP, "أخبار الحي", [READER])
    await publish(chats, "مباراة القمة")
    assert lines(chats, await chats.say(READER, "/search القمة", chat=GROUP)) == ["مباراة القمة"]


@pytest.mark.parametrize("data", ["search:older:1", "search:newer:1"])
async def test_a_turn_under_another_message_is_refused(chats: Chats, data: str) -> None:
    await publish(chats, "مباراة القمة")
    message = await chats.say(READER, "/summary")
    before = message.text
    answer = await chats.press(READER, message, data=data)
    assert "هذا الزر قديم" in answer.text
    assert message.text == before
    press = await chats.emulator.press(READER, 99_999, data=data)
    assert "هذا الزر قديم" in (await press.answered()).text
