"""A shift at the desk: the bot as a process of its own, driven by buttons over HTTP."""

import signal
from pathlib import Path

import pytest

from bot.emulator import Emulator, Message
from tests.sources.web import serving
from tests.whole.conftest import EDITOR, SPORT, STRANGER, WORLD
from tests.whole.programs import bot
from tests.whole.test_main_job import PATIENCE, alerts, subscribe

PASTED = "عاجل رياضة\n\nتأجيل نهائي الكأس أسبوعا بسبب الأمطار\n\nأعلن الاتحاد تأجيل المباراة النهائية أسبوعا."
FILE = "<h1>عاجل | إغلاق جسر الميناء</h1><p>أعلنت إدارة الميناء إغلاق الجسر أمام الشاحنات.</p>"
PAGE = (
    '<html><head><meta property="article:section" content="رياضة"></head><body><article>'
    "<h1>عاجل | استقالة مدرب المنتخب</h1><p>أعلن اتحاد الكرة أن المدرب قدم استقالته مساء اليوم.</p>"
    "</article></body></html>"
)


@pytest.fixture
def windowed(settings: dict[str, str]) -> dict[str, str]:
    """A newsroom that fetches from this machine, and thinks again for a minute, which a test lets pass."""
    return {**settings, "UNDO_WINDOW": "60s", "ALLOW_PRIVATE_ADDRESSES": "true"}


async def preview(emulator: Emulator, person: int, after: int) -> Message:
    return await emulator.wait_for(
        person,
        lambda message: any("نشر" in label for label in message.button_texts()),
        after=after,
        timeout=PATIENCE,
    )


async def press(emulator: Emulator, person: int, message: Message, label: str) -> None:
    """Press a button as soon as it is there: a press is answered before its message is changed."""
    await emulator.wait_for(
        message.chat_id,
        lambda other: other.message_id == message.message_id and any(label in text for text in other.button_texts()),
        timeout=PATIENCE,
    )
    await (await emulator.press(person, message.message_id, text=label)).answered(PATIENCE)


async def edited(emulator: Emulator, message: Message, text: str) -> None:
    await emulator.wait_for(
        message.chat_id,
        lambda other: other.message_id == message.message_id and text in other.text,
        timeout=PATIENCE,
    )


async def test_a_shift_by_paste_file_and_link_with_an_undo(
    emulator: Emulator, windowed: dict[str, str], tmp_path: Path
) -> None:
    async with serving() as web, bot(windowed, tmp_path, clock_moved_by=0) as running:
        web.serve("/story", PAGE)
        await subscribe(emulator, SPORT, "رياضة")

        pasted = await emulator.say(EDITOR, f"/publish {PASTED}")
        card = await preview(emulator, EDITOR, pasted.message_id)
        await press(emulator, EDITOR, card, "نشر")
        await edited(emulator, card, "⏳ يخرج الخبر بعد")
        await press(emulator, EDITOR, card, "تراجع")
        await edited(emulator, card, "هكذا فهمنا الخبر")
        await press(emulator, EDITOR, card, "نشر")
        running.pass_a_minute()
        await edited(emulator, card, "نُشر الخبر رقم 1")
        await emulator.wait_for(SPORT, "تأجيل نهائي الكأس", timeout=PATIENCE)

        sent = await emulator.send_document(EDITOR, "story.txt", FILE.encode("cp1256"), caption="/publish")
        card = await preview(emulator, EDITOR, sent.message_id)
        await press(emulator, EDITOR, card, "الأقسام")
        await press(emulator, EDITOR, card, "رياضة")
        await edited(emulator, card, "القسم: \u2068رياضة")
        await press(emulator, EDITOR, card, "رجوع")
        await press(emulator, EDITOR, card, "عاجل جدًّا")
        await edited(emulator, card, "🚨 عاجل جدًّا: يسبق غيره")
        await press(emulator, EDITOR, card, "نشر")
        running.pass_a_minute()
        await emulator.wait_for(SPORT, "إغلاق جسر الميناء", timeout=PATIENCE)

        asked = await emulator.say(EDITOR, "/publish")
        await emulator.wait_for(EDITOR, "لنشر خبر", after=asked.message_id, timeout=PATIENCE)
        link = await emulator.say(EDITOR, web.url("/story"))
        card = await preview(emulator, EDITOR, link.message_id)
        await press(emulator, EDITOR, card, "العنوان")
        title = await emulator.say(EDITOR, "مدرب المنتخب يستقيل")
        card = await preview(emulator, EDITOR, title.message_id)
        await press(emulator, EDITOR, card, "نشر")
        running.pass_a_minute()
        await emulator.wait_for(SPORT, "مدرب المنتخب يستقيل", timeout=PATIENCE)

        for story in ("تأجيل نهائي الكأس", "إغلاق جسر الميناء", "مدرب المنتخب يستقيل"):
            assert len(alerts(emulator, SPORT, story)) == 1
        assert await running.stop() == 0
    assert "Traceback" not in "".join(running.log)


async def test_a_reporter_proposes_and_two_editors_release(
    emulator: Emulator, windowed: dict[str, str], tmp_path: Path
) -> None:
    reporter, second = STRANGER, WORLD
    async with bot({**windowed, "TWO_PERSON_RELEASE": "true"}, tmp_path, clock_moved_by=0) as running:
        await subscribe(emulator, SPORT, "رياضة")
        for person, role in ((reporter, "مراسل"), (second, "محرر")):
            await emulator.say(person, "/start")
            await emulator.wait_for(person, timeout=PATIENCE)
            asked = await emulator.say(EDITOR, f"/team {person}")
            question = await emulator.wait_for(EDITOR, "ما دور", after=asked.message_id, timeout=PATIENCE)
            await press(emulator, EDITOR, question, role)

        await emulator.say(reporter, f"/publish {PASTED}")
        first_copy = await preview(emulator, EDITOR, 0)
        second_copy = await preview(emulator, second, 0)
        await press(emulator, EDITOR, first_copy, "نشر")
        await edited(emulator, second_copy, "وينتظر تأكيد محرر آخر")
        assert not alerts(emulator, SPORT, "تأجيل نهائي الكأس")
        await press(emulator, second, second_copy, "تأكيد")
        running.pass_a_minute()
        await emulator.wait_for(SPORT, "تأجيل نهائي الكأس", timeout=PATIENCE)
        for copy in (first_copy, second_copy):
            await edited(emulator, copy, "نُشر الخبر رقم 1")
        await emulator.wait_for(reporter, "نُشر الخبر رقم 1", timeout=PATIENCE)


async def test_a_kill_while_a_story_is_about_to_go_out_neither_loses_nor_repeats_it(
    emulator: Emulator, windowed: dict[str, str], tmp_path: Path
) -> None:
    async with bot(windowed, tmp_path) as first:
        await subscribe(emulator, SPORT, "رياضة")
        pasted = await emulator.say(EDITOR, f"/publish {PASTED}")
        card = await preview(emulator, EDITOR, pasted.message_id)
        await press(emulator, EDITOR, card, "نشر")
        await first.stop(signal.SIGKILL)
    assert not alerts(emulator, SPORT, "تأجيل نهائي الكأس")
    async with bot(windowed, tmp_path, clock_moved_by=60):
        await emulator.wait_for(SPORT, "تأجيل نهائي الكأس", timeout=PATIENCE)
        await edited(emulator, card, "نُشر الخبر رقم 1")
    assert len(alerts(emulator, SPORT, "تأجيل نهائي الكأس")) == 1
