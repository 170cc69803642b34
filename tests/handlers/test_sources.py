"""/sources: the list in the chat, driven by buttons, with a real web server as the outside."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from sqlalchemy import select

from bot.emulator import Message
from bot.sources import opml
from handlers.sources import buttons as source_buttons
from handlers.sources.buttons import ManageSource, Verb
from storage import admins, sources
from storage.roles import Role
from storage.source_corrections import Corrections
from storage.sources import Kind, Release, Source, State
from storage.tables import audit_log
from tests.databases import START
from tests.handlers.conftest import EDITOR, ENGLISH, OTHER, READER, Chats
from tests.sources.feeds import Item, rss
from tests.sources.web import Web, serving

HOUR = timedelta(hours=1)
ITEMS = [
    Item("هدنة جديدة في الجنوب", guid="1", date=START - HOUR),
    Item("أسعار الخبز تتراجع", guid="2", date=START - 3 * HOUR, categories=("اقتصاد",)),
    Item("زلزال قرب الساحل", guid="3", date=START - 5 * HOUR),
]


@pytest.fixture
async def outside() -> AsyncIterator[Web]:
    async with serving() as web:
        web.serve("/feed", rss(ITEMS))
        yield web


async def add(chats: Chats, outside: Web, path: str = "/feed") -> Message:
    """Add a source by its address; return the card that it is shown with."""
    waiting = await chats.say(EDITOR, f"/sources {outside.url(path)}")
    return await chats.emulator.wait_for(EDITOR, after=waiting.message_id)


async def source(chats: Chats, number: int = 1) -> Source:
    async with chats.database.read() as connection:
        found = await sources.find(connection, str(number))
    assert found is not None
    return found


async def follow(chats: Chats, count: int) -> None:
    """Put sources into the list without asking the web."""
    async with chats.database.write() as connection:
        for number in range(1, count + 1):
            url = f"https://news{number}.example/feed"
            await sources.add(connection, url, kind=Kind.FEED, name=f"صحيفة {number}", now=chats.clock())


async def audited(chats: Chats) -> list[tuple[str, str]]:
    async with chats.database.read() as connection:
        rows = await connection.execute(
            select(audit_log.c.act, audit_log.c.detail).where(audit_log.c.actor_id == EDITOR).order_by(audit_log.c.id)
        )
        return [(row.act, row.detail) for row in rows]


async def test_a_source_is_added_paused_with_what_would_come_in_from_it(chats: Chats, outside: Web) -> None:
    card = await add(chats, outside)
    shown = chats.shown(card)
    assert shown.startswith(
        "🔍 في 127.0.0.1 الآن (3):\n\n"
        "🔴 هدنة جديدة في الجنوب · سياسة (اليوم 20:00)\n"
        "▫️ أسعار الخبز تتراجع · اقتصاد (اليوم 18:00)\n"
        "🔴 زلزال قرب الساحل · سياسة (اليوم 16:00)\n\n"
        "ولا يُرسل إلى المشتركين إلا ما عليه علامة «عاجل».\n\n✅ أُضيف المصدر، وهو موقوف إلى أن تستأنفه."
    )
    assert f"العنوان: {outside.url('/feed')}\nالنوع: خلاصة\n\nالحال: ⏸ موقوف مؤقتًا\nلم يُجلب بعد." in shown
    added = await source(chats)
    assert (added.state, added.kind, added.url) == (State.PAUSED, Kind.FEED, outside.url("/feed"))

    answer = await chats.press(EDITOR, card, "استئناف")
    assert answer.text == "استُؤنف جلب أخباره."
    assert (await source(chats)).state is State.ACTIVE
    assert chats.shown(card).startswith("📡 المصدر 127.0.0.1\n")
    assert "الحال: 🟢 يعمل" in chats.shown(card)
    name = f"127.0.0.1 {outside.url('/feed')}"
    assert await audited(chats) == [("source_add", name), ("source_change", f"resume {name}")]


async def test_an_address_may_come_as_the_next_message(chats: Chats, outside: Web) -> None:
    listed = await chats.say(EDITOR, "/sources")
    assert listed.text.startswith("📡 لا مصادر بعد.")
    await chats.press(EDITOR, listed, "إضافة مصدر")
    assert "أرسل عنوان المصدر" in chats.emulator.messages(EDITOR)[-1].text
    waiting = await chats.say(EDITOR, outside.url("/feed"))
    assert waiting.text == "🔍 نفحص المصدر…"
    card = await chats.emulator.wait_for(EDITOR, "أُضيف المصدر", after=waiting.message_id)
    assert "إيقاف مؤقت" not in " ".join(card.button_texts())
    # The question is answered: what is said next is not taken for an address.
    assert "لم نفهم" in (await chats.say(EDITOR, "مرحبا")).text


@pytest.mark.parametrize(
    ("path", "status", "body", "said"),
    [
        ("/none", 404, "", "لم يسمح لنا الموقع بفتح هذه الصفحة"),
        ("/empty", 200, "", "لم نجد هنا خلاصة أخبار"),
        ("/bomb", 200, '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><rss/>', "تعريفات XML نرفضها"),
    ],
)
async def test_what_cannot_be_read_is_not_added_and_said_why(
    chats: Chats, outside: Web, path: str, status: int, body: str, said: str
) -> None:
    outside.serve(path, body, status=status)
    assert said in (await add(chats, outside, path)).text
    async with chats.database.read() as connection:
        assert await sources.count(connection) == 0


async def test_addresses_that_are_never_fetched_are_refused(chats: Chats, outside: Web) -> None:
    for address in ("ftp://news.example/feed", "file:///etc/passwd", "http://"):
        waiting = await chats.say(EDITOR, f"/sources {address}")
        assert "هذا العنوان لا يصلح" in (await chats.emulator.wait_for(EDITOR, after=waiting.message_id)).text
    assert "هذا العنوان لا يصلح" in (await chats.say(EDITOR, f"/sources {outside.url('/')}{'x' * 2_000}")).text


async def test_a_source_that_is_followed_is_not_added_again(chats: Chats, outside: Web) -> None:
    await add(chats, outside)
    assert (await add(chats, outside)).text == "هذا المصدر في القائمة من قبل."


async def test_a_look_shows_what_is_there_now_and_stores_nothing(chats: Chats, outside: Web) -> None:
    card = await add(chats, outside)
    outside.serve("/feed", rss([Item("خبر وحيد", guid="9")]))
    answer = await chats.press(EDITOR, card, "فحص الآن")
    assert answer.text == "🔍 نفحص المصدر…"
    shown = await chats.emulator.wait_for(EDITOR, after=card.message_id)
    assert "(1):\n\n🔴 خبر وحيد · سياسة (بلا تاريخ)" in chats.shown(shown)
    outside.serve("/feed", status=503)
    await chats.press(EDITOR, card, "فحص الآن")
    assert "لم يسمح لنا الموقع" in (await chats.emulator.wait_for(EDITOR, after=shown.message_id)).text
    assert (await source(chats)).answered_at is None


async def test_its_interval_its_sections_and_what_becomes_of_its_stories_are_set_by_buttons(
    chats: Chats, outside: Web
) -> None:
    card = await add(chats, outside)
    await chats.press(EDITOR, card, "وتيرة الفحص")
    assert card.button_texts()[:3] == ["✅ بحسب نشاطه", "دقيقة", "5 دقائق"]
    await chats.press(EDITOR, card, "15 دقيقة")
    assert (await source(chats)).fixed_interval == timedelta(minutes=15)
    assert "يُفحص كل 15 دقيقة، كما حددتم." in chats.shown(card)

    await chats.press(EDITOR, card, "الأقسام")
    await chats.press(EDITOR, card, "اقتصاد")
    await chats.press(EDITOR, card, "رياضة")
    assert "✅ اقتصاد" in card.button_texts()
    assert (await source(chats)).sections == ("اقتصاد", "رياضة")
    await chats.press(EDITOR, card, "✅ اقتصاد")
    assert (await source(chats)).sections == ("رياضة",)
    assert "قسم ما لا يذكر قسمه: رياضة" in chats.shown(card)
    answer = await chats.press(EDITOR, card, data=source_buttons.pack(ManageSource(Verb.MAP, 1, 999)))
    assert answer.text == "لم يعد هذا القسم موجودًا."
    assert (await source(chats)).sections == ("رياضة",)
    await chats.press(EDITOR, card, "رجوع")

    await chats.press(EDITOR, card, "تنتظر الموافقة")
    assert (await source(chats)).release is Release.APPROVAL
    assert "تنتظر موافقة محرر" in card.text
    await chats.press(EDITOR, card, "تُرسل تلقائيًّا")
    assert (await source(chats)).release is Release.AT_ONCE

    assert "تصحيحات المصدر: تُعرض على المحررين." in card.text
    await chats.press(EDITOR, card, "طبّق تصحيحاته")
    assert (await source(chats)).corrections is Corrections.APPLIED
    assert "تصحيحات المصدر: تُطبَّق تلقائيًّا." in card.text
    await chats.press(EDITOR, card, "اعرض تصحيحاته")
    assert (await source(chats)).corrections is Corrections.PROPOSED
    acts = [detail.partition(" 127")[0] for act, detail in await audited(chats) if act == "source_change"]
    assert acts == ["fix 15", "map 4", "map 5", "unmap 4", "approval", "atonce", "apply", "propose"]


async def test_a_source_is_removed_only_when_that_is_said_twice(chats: Chats, outside: Web) -> None:
    card = await add(chats, outside)
    await chats.press(EDITOR, card, "حذف المصدر")
    assert "أتحذف المصدر" in card.text
    await chats.press(EDITOR, card, "رجوع")
    assert card.text.startswith("📡")
    await chats.press(EDITOR, card, "حذف المصدر")
    answer = await chats.press(EDITOR, card, "نعم، احذفه")
    assert answer.text == "حُذف المصدر، وأخباره باقية."
    assert card.text.startswith("📡 لا مصادر بعد.")
    stale = await chats.press(EDITOR, card, data=source_buttons.pack(ManageSource(Verb.PAUSE, 1)))
    assert (stale.text, stale.show_alert) == ("لم يعد هذا المصدر في القائمة.", True)
    assert (await audited(chats))[-1][0] == "source_remove"


async def test_health_is_shown(chats: Chats) -> None:
    await follow(chats, 1)
    async with chats.database.write() as connection:
        await connection.exec_driver_sql(
            "UPDATE sources SET failures = 4, last_error = 'the server answered with HTTP 500', a_day = 81.6"
        )
    listed = await chats.say(EDITOR, "/sources")
    assert chats.shown(listed) == "📡 المصادر (1)\n\n1. ⚠️ صحيفة 1 · يتعذّر جلبه"
    await chats.press(EDITOR, listed, "1")
    shown = chats.shown(listed)
    assert "آخر خطأ (المرة 4 على التوالي): the server answered with HTTP 500" in shown
    assert "أخباره في اليوم: نحو 82" in shown
    assert "ما حفظناه منه في 7 أيام: 0" in shown


async def test_a_long_list_has_pages(chats: Chats) -> None:
    await follow(chats, 19)
    listed = await chats.say(EDITOR, "/sources")
    assert chats.shown(listed).startswith("📡 المصادر (19)\n\n1. 🟢 صحيفة 1 · يعمل\n2. ")
    assert listed.button_texts() == [*map(str, range(1, 9)), "التالي ←", "➕ إضافة مصدر", "📤 ملف OPML"]
    await chats.press(EDITOR, listed, "التالي")
    assert listed.button_texts()[8:10] == ["التالي ←", "→ السابق"]  # in Arabic the way on leads to the left
    await chats.press(EDITOR, listed, "التالي")
    assert chats.shown(listed) == (
        "📡 المصادر (19)\n\n17. 🟢 صحيفة 17 · يعمل\n18. 🟢 صحيفة 18 · يعمل\n19. 🟢 صحيفة 19 · يعمل"
    )
    assert listed.button_texts()[3] == "→ السابق"
    # What is shown where others have removed the rest is the last page.
    await chats.press(EDITOR, listed, data=source_buttons.pack(ManageSource(Verb.LIST, 10**17)))
    assert "19. 🟢" in chats.shown(listed)


async def test_lists_go_out_and_come_in_as_opml(chats: Chats) -> None:
    await follow(chats, 3)
    listed = await chats.say(EDITOR, "/sources")
    await chats.press(EDITOR, listed, "OPML")
    sent = chats.emulator.messages(EDITOR)[-1]
    assert sent.file is not None
    assert (sent.file.name, sent.text) == ("sources.opml", "📤 عدد المصادر: 3")
    assert [entry.url for entry in opml.read(sent.file.data)] == [f"https://news{n}.example/feed" for n in (1, 2, 3)]
    async with chats.database.write() as connection:
        await sources.remove(connection, 2)
    await chats.emulator.send_document(EDITOR, "mine.opml", sent.file.data)
    done = await chats.emulator.wait_for(EDITOR, "📥", after=sent.message_id)
    assert done.text == "📥 أُضيف من القائمة: 1\nكان عندنا من قبل: 2\nرُفض عنوانه: 0"
    assert (await audited(chats))[-2:] == [("export", "OPML 3"), ("source_add", "OPML +1")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello", "ليس قائمة OPML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><opml/>', "ليس قائمة OPML"),
        (b"<opml><outline xmlUrl='ftp://a.example/'/></opml>", "رُفض عنوانه: 1"),
        (b" " * (1024 * 1024 + 1), "أكبر مما نقبله"),
        (b"<opml>" + b"<outline xmlUrl='http://a.example/'/>" * 2_001 + b"</opml>", "أكبر مما نقبله"),
    ],
    ids=["text", "entities", "ftp", "large", "long"],
)
async def test_files_that_are_no_good_list_are_refused(chats: Chats, data: bytes, said: str) -> None:
    sent = await chats.emulator.send_document(EDITOR, "list.xml", data, caption="/sources")
    assert said in (await chats.emulator.wait_for(EDITOR, after=sent.message_id)).text
    async with chats.database.read() as connection:
        assert await sources.count(connection) == 0


async def test_it_is_for_editors_only_and_asked_at_every_press(chats: Chats, outside: Web) -> None:
    card = await add(chats, outside)
    async with chats.database.write() as connection:
        await admins.grant(connection, OTHER, Role.REPORTER, name="سامر", actor_id=EDITOR, now=START)
    for person in (READER, OTHER):
        assert "لفريق التحرير وحده" in (await chats.say(person, "/sources")).text
        sent = await chats.emulator.send_document(person, "list.opml", b"<opml/>")
        assert "لفريق التحرير وحده" in (await chats.emulator.wait_for(person, after=sent.message_id)).text
        for verb in Verb:
            argument = 5 if verb in (Verb.FIX, Verb.MAP, Verb.UNMAP) else None
            data = source_buttons.pack(ManageSource(verb, 1, argument))
            press = await chats.emulator.press(person, card.message_id, data=data, chat_id=EDITOR)
            answer = await press.answered()
            assert ("لفريق التحرير وحده" in answer.text, answer.show_alert) == (True, True)
    assert (await source(chats)).state is State.PAUSED
    async with chats.database.read() as connection:
        refused = await connection.scalars(select(audit_log.c.actor_id).where(audit_log.c.act == "refused"))
        assert set(refused) == {OTHER}  # strangers could fill the log


async def test_it_speaks_english_too(chats: Chats, outside: Web) -> None:
    async with chats.database.write() as connection:
        await admins.grant(connection, ENGLISH, Role.EDITOR, name="Emma", actor_id=EDITOR, now=START)
    waiting = await chats.say(ENGLISH, f"/sources {outside.url('/feed')}")
    assert waiting.text == "🔍 Looking at the source…"
    card = await chats.emulator.wait_for(ENGLISH, after=waiting.message_id)
    shown = chats.shown(card)
    assert shown.startswith("🔍 In 127.0.0.1 now (3):\n\n🔴 هدنة جديدة في الجنوب · سياسة (today 20:00)")
    assert "Stories a day: not known yet\nStored from it in 7 days: 0\n\nLooked at about every 5 minutes" in shown
    await chats.press(ENGLISH, card, "Resume")
    await chats.press(ENGLISH, card, "The list")
    assert chats.shown(card) == "📡 Sources (1)\n\n1. 🟢 127.0.0.1 · works"


async def test_an_editor_who_waits_for_a_slow_server_can_go_on_meanwhile(chats: Chats, outside: Web) -> None:
    card = await add(chats, outside)
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def answer_late(_request: web.Request) -> web.Response:
        asked.set()
        await may_answer.wait()
        return web.Response(text=rss(ITEMS))

    outside.pages["/feed"] = answer_late
    await chats.press(EDITOR, card, "فحص الآن")
    await asked.wait()
    meanwhile = await chats.say(EDITOR, "/latest")
    assert "لا أخبار بعد" in meanwhile.text
    may_answer.set()
    assert "هدنة" in (await chats.emulator.wait_for(EDITOR, after=meanwhile.message_id)).text


@pytest.mark.parametrize("data", ["src:list", "src:none:1", "src:fix:1", "src:fix:1:7", "src:pause:1:2", "src:map:1:x"])
def test_forged_buttons_are_no_buttons(data: str) -> None:
    assert source_buttons.parse(data) is None


@pytest.mark.parametrize("verb", Verb)
def test_what_is_packed_is_parsed(verb: Verb) -> None:
    action = ManageSource(verb, 10**17, 180 if verb in (Verb.FIX, Verb.MAP, Verb.UNMAP) else None)
    assert source_buttons.parse(source_buttons.pack(action)) == action
    assert len(source_buttons.pack(action).encode()) <= 64
