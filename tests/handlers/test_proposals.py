"""What a source corrects in its story, as the desk is shown it and decides on it."""

import pytest
from sqlalchemy import select

from bot.emulator import Message
from handlers.repair import proposals as desk
from storage import admins, articles, audit, publishing
from storage.article import Article, Block, BlockKind
from storage.audit import Act, Filter
from storage.deliveries import Kind
from storage.sightings import Outlet
from storage.tables import deliveries
from tests.handlers.conftest import EDITOR, READER, SECOND_EDITOR, TTL, Chats
from tests.handlers.newsroom import send
from tests.storage.builders import correct_title

WRONG, RIGHT = "مقتل 12 في انفجار المرفأ", "إصابة 12 في انفجار المرفأ"
OUTLET = Outlet("وكالة المرفأ", None)
APPLY, DISMISS, PREVIEW = "اعتماد", "تجاهل", "معاينة"


def story(title: str, body: str = "وقع الانفجار فجر اليوم.") -> Article:
    blocks = (Block(BlockKind.PARAGRAPH, body),)
    return Article(title=title, sections=("سياسة",), breaking=True, blocks=blocks, url="https://agency.example/7")


async def bring(chats: Chats, article: Article) -> int:
    """Let the source tell its story, and the clock do what it does."""
    chats.clock.advance(minutes=1)
    async with chats.database.write() as connection:
        done = await publishing.publish(connection, article, now=chats.clock(), ttl=TTL, outlet=OUTLET)
    await desk.look_after(chats.bot.bot, chats.services)
    return done.stored.id


@pytest.fixture
async def number(chats: Chats) -> int:
    """A story that a source brought and that has reached one reader; the source has corrected its title."""
    await chats.say(READER, "/start politics")
    number = await bring(chats, story(WRONG))
    await send(chats)
    await bring(chats, story(RIGHT))
    return number


def card(chats: Chats, person: int = EDITOR) -> Message:
    (found,) = [m for m in chats.emulator.messages(person) if m.from_bot and "يقترحه المصدر" in m.text]
    return found


async def title(chats: Chats, number: int) -> str:
    async with chats.database.read() as connection:
        stored = await articles.get(connection, number)
    assert stored is not None
    return stored.article.title


async def owed(chats: Chats) -> int:
    async with chats.database.read() as connection:
        rows = await connection.scalars(select(deliveries.c.id).where(deliveries.c.kind == Kind.CORRECTION))
        return len(rows.all())


async def acts(chats: Chats) -> list[tuple[Act, int | None]]:
    async with chats.database.read() as connection:
        entries = (await audit.newest(connection, Filter(), limit=9)).entries
    return [(entry.act, entry.actor_id) for entry in entries]


async def correct_by_hand(chats: Chats, number: int, new_title: str) -> None:
    async with chats.database.write() as connection:
        await correct_title(connection, number, new_title, author_id=EDITOR, now=chats.clock())


async def test_everyone_who_may_correct_sees_what_would_change(chats: Chats, number: int) -> None:
    for editor in (EDITOR, SECOND_EDITOR):
        shown = card(chats, editor)
        assert chats.shown(shown) == (
            f"🔁 تصحيح يقترحه المصدر\nتغيّر الخبر رقم {number} في وكالة المرفأ:\n\n{WRONG}\n\n"
            f"▫️ ورد في العنوان «{WRONG}»، والصواب «{RIGHT}».\n\nستُعدَّل نسخة واحدة وصلت إلى مشتركها."
        )
        assert shown.button_texts() == ["✅ اعتماد التصحيح", "👁 معاينة", "🚫 تجاهل"]
    assert await title(chats, number) == WRONG
    messages = len(chats.emulator.messages(EDITOR))
    await desk.look_after(chats.bot.bot, chats.services)
    assert len(chats.emulator.messages(EDITOR)) == messages


async def test_it_is_applied_by_a_button_on_the_way_of_every_correction(chats: Chats, number: int) -> None:
    recalls = len(chats.recalls)
    mine, other = card(chats), card(chats, SECOND_EDITOR)
    await chats.press(EDITOR, mine, APPLY)

    assert await title(chats, number) == RIGHT
    assert await owed(chats) == 1
    assert len(chats.recalls) == recalls + 1
    assert chats.shown(mine) == f"✅ صُحِّح الخبر رقم {number}. تُعدَّل الآن نسخة واحدة وصلت."
    assert (await acts(chats))[0] == (Act.CORRECT, EDITOR)
    await desk.look_after(chats.bot.bot, chats.services)
    assert chats.shown(other) == f"✅ اعتُمد ما اقترحه المصدر، وصُحِّح الخبر رقم {number}."
    assert other.button_texts() == []
    await chats.press(EDITOR, mine, "أين وصل")
    assert chats.shown(mine) == "تم 0، وبقي 1."


async def test_two_who_press_at_the_same_moment_apply_it_once(chats: Chats, number: int) -> None:
    presses = [
        await chats.emulator.press(editor, card(chats, editor).message_id, text=APPLY, chat_id=editor)
        for editor in (EDITOR, SECOND_EDITOR)
    ]
    answers = [await press.answered(30) for press in presses]
    await chats.settle()
    assert sorted(bool(answer.text) for answer in answers) == [False, True]
    assert await owed(chats) == 1
    assert [act for act, _ in await acts(chats)].count(Act.CORRECT) == 1


async def test_what_is_dismissed_changes_nothing_and_is_written_down(chats: Chats, number: int) -> None:
    mine, other = card(chats), card(chats, SECOND_EDITOR)
    await chats.press(EDITOR, mine, DISMISS)
    await desk.look_after(chats.bot.bot, chats.services)

    assert chats.shown(mine) == f"🚫 أُهمل ما اقترحه المصدر، وبقي الخبر رقم {number} كما هو."
    assert chats.shown(other) == f"انتهى أمر هذا التصحيح. سجل الخبر: /audit {number}"
    assert (await acts(chats))[0] == (Act.DISMISS, EDITOR)
    assert (await title(chats, number), await owed(chats)) == (WRONG, 0)


async def test_the_message_is_seen_as_subscribers_will_see_it(chats: Chats, number: int) -> None:
    mine = card(chats)
    await chats.press(EDITOR, mine, PREVIEW)
    preview = chats.emulator.messages(EDITOR)[-1]
    assert chats.shown(preview).startswith("✏️ تصحيح\n\n🔴 عاجل | سياسة\n\n" + RIGHT)
    assert f"ورد في العنوان «{WRONG}»، والصواب «{RIGHT}»." in chats.shown(preview)
    assert mine.button_texts()[0] == "✅ اعتماد التصحيح"


async def test_a_later_revision_is_shown_in_the_same_message_and_old_buttons_say_so(chats: Chats, number: int) -> None:
    mine = card(chats)
    old = mine.buttons[0][0].data
    await bring(chats, story("إصابة 15 في انفجار المرفأ"))
    assert "والصواب «إصابة 15 في انفجار المرفأ»" in chats.shown(card(chats))
    answer = await chats.press(EDITOR, mine, data=old)
    assert answer.text == "هذه معاينة قديمة. استخدم أزرار الأحدث."
    assert await title(chats, number) == WRONG


async def test_a_correction_by_hand_meanwhile_is_compared_anew(chats: Chats, number: int) -> None:
    await correct_by_hand(chats, number, "جرحى في انفجار المرفأ")
    answer = await chats.press(EDITOR, card(chats), APPLY)
    assert answer.text == "تغيّر الخبر منذ عُرض هذا التصحيح، وتُحدَّث الرسالة الآن."
    assert await title(chats, number) == "جرحى في انفجار المرفأ"

    await desk.look_after(chats.bot.bot, chats.services)
    assert "⚠️ يغيّر ما صححه المحررون من قبل." in card(chats).text
    await chats.press(EDITOR, card(chats), APPLY)
    assert await title(chats, number) == RIGHT


async def test_a_correction_by_hand_that_says_the_same_leaves_nothing_to_decide(chats: Chats, number: int) -> None:
    mine = card(chats)
    await correct_by_hand(chats, number, RIGHT)
    await desk.look_after(chats.bot.bot, chats.services)
    assert "انتهى أمر هذا التصحيح" in mine.text


async def test_who_may_not_any_more_is_refused_at_the_press(chats: Chats, number: int) -> None:
    mine = card(chats, SECOND_EDITOR)
    async with chats.database.write() as connection:
        await admins.set_owners(connection, [EDITOR], now=chats.clock())
    answer = await chats.press(SECOND_EDITOR, mine, APPLY)
    assert answer.text == chats.services.texts.of("ar").plain("newsroom.refused")
    assert (await title(chats, number), await owed(chats)) == (WRONG, 0)


async def test_buttons_and_cards_outlive_a_restart(chats: Chats, number: int) -> None:
    async with chats.restarted() as again:
        await desk.look_after(again.bot.bot, again.services)
        await again.press(EDITOR, card(again), APPLY)
        await desk.look_after(again.bot.bot, again.services)
        assert await title(again, number) == RIGHT
        assert "اعتُمد" in again.emulator.messages(SECOND_EDITOR)[-1].text


async def test_somebody_who_cannot_be_written_to_holds_nothing_up(chats: Chats) -> None:
    chats.emulator.block(EDITOR)
    await chats.say(READER, "/start politics")
    await bring(chats, story(WRONG))
    await bring(chats, story(RIGHT))
    assert card(chats, SECOND_EDITOR)
