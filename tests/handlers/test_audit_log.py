"""/audit: filters, pages and the export."""

import csv
import io

import pytest

from bot.emulator import Message
from handlers import audit_buttons
from handlers.audit import ACT_KEYS
from handlers.audit_buttons import AuditVerb, ReadAudit, pack
from storage import admins, audit
from storage.audit import Act, Filter
from storage.roles import Role
from tests.databases import START
from tests.handlers.articles import FLAGGED, TITLE
from tests.handlers.conftest import EDITOR, OTHER, SECOND_EDITOR, Chats
from tests.handlers.desk import hand_in


async def record(chats: Chats, *details: str, actor_id: int | None = EDITOR, article_id: int | None = None) -> None:
    async with chats.database.write() as connection:
        for detail in details:
            now = chats.clock.advance(seconds=1)
            await audit.record(connection, actor_id, Act.CORRECT, article_id=article_id, detail=detail, now=now)


def lines(chats: Chats, message: Message) -> list[str]:
    return chats.shown(message).split("\n\n")


async def test_the_newest_acts_stand_first(chats: Chats) -> None:
    preview = await hand_in(chats, f"/publish {FLAGGED}")
    await chats.press(EDITOR, preview, "نشر")
    await chats.think_it_over()
    shown = lines(chats, await chats.say(EDITOR, "/audit"))
    assert shown[:4] == [
        "سجل ما جرى",
        f"نشر خبر\nهدى (مالك) · الآن\nالخبر رقم 1\n{TITLE}",
        "إذن بالنشر\nهدى (مالك) · الآن",
        f"تقديم خبر\nهدى (مالك) · الآن\n{TITLE}",
    ]
    assert "تعيين مالك\nالبوت نفسه · الآن\n2002" in shown


async def test_pages_are_turned(chats: Chats) -> None:
    await record(chats, *map(str, range(25)))
    log = await chats.say(EDITOR, "/audit")
    assert [line.split("\n")[-1] for line in lines(chats, log)[1:]] == [str(n) for n in range(24, 14, -1)]
    await chats.press(EDITOR, log, "الأقدم")
    assert lines(chats, log)[1].endswith("\n14")
    await chats.press(EDITOR, log, "الأحدث")
    assert lines(chats, log)[1].endswith("\n24")
    assert not any("الأحدث" in label for label in log.button_texts())


async def test_acts_of_one_person(chats: Chats) -> None:
    await record(chats, "لهدى")
    await record(chats, "لعمر", actor_id=SECOND_EDITOR)
    log = await chats.say(EDITOR, "/audit")
    await chats.press(EDITOR, log, "شخص")
    assert log.button_texts() == [str(SECOND_EDITOR), "هدى", "↩️ رجوع"]
    await chats.press(EDITOR, log, str(SECOND_EDITOR))
    assert lines(chats, log)[0] == "سجل ما جرى\n👤 2002"
    assert [line.split("\n")[-1] for line in lines(chats, log)[1:]] == ["لعمر"]
    await chats.press(EDITOR, log, "كل السجل")
    assert len(lines(chats, log)) > 3


async def test_acts_of_one_day(chats: Chats) -> None:
    await record(chats, "أمس")
    chats.clock.advance(days=1)
    await record(chats, "اليوم")
    log = await chats.say(EDITOR, "/audit")
    await chats.press(EDITOR, log, "يوم")
    assert log.button_texts()[:2] == ["2026-03-02", "2026-03-01"]
    await chats.press(EDITOR, log, "2026-03-02")
    assert chats.shown(log).startswith("سجل ما جرى\n📅 2026-03-02\n\n")
    assert [line.split("\n")[-1] for line in lines(chats, log)[1:]] == ["اليوم"]


async def test_a_day_without_acts_says_so(chats: Chats) -> None:
    log = await chats.say(EDITOR, "/audit")
    await chats.press(EDITOR, log, "يوم")
    await chats.press(EDITOR, log, "2026-02-24")
    assert lines(chats, log)[1] == "لا شيء هنا."


async def test_acts_of_one_story_by_command_and_by_button(chats: Chats) -> None:
    await record(chats, "لها", article_id=7)
    await record(chats, "لغيرها", article_id=8)
    for shown in (await chats.say(EDITOR, "/audit ٧"), await by_button(chats)):
        assert lines(chats, shown)[0] == "سجل ما جرى\n📰 الخبر رقم 7"
        assert [line.split("\n")[-1] for line in lines(chats, shown)[1:]] == ["لها"]
    assert (await chats.say(EDITOR, "/audit أمس")).text.startswith("لم نفهم رقم الخبر.")


async def by_button(chats: Chats) -> Message:
    log = await chats.say(EDITOR, "/audit")
    await chats.press(EDITOR, log, "خبر")
    assert chats.emulator.messages(EDITOR)[-1].text == "أرسل رقم الخبر."
    return await chats.say(EDITOR, "7")


async def test_the_export_is_a_table_that_opens_as_text(chats: Chats) -> None:
    async with chats.database.write() as connection:
        await admins.grant(connection, OTHER, Role.REPORTER, name="=HYPERLINK(1)", actor_id=EDITOR, now=START)
    await record(chats, '+1, "سطر"\nآخر', actor_id=OTHER, article_id=7)
    log = await chats.say(EDITOR, "/audit 7")
    await chats.press(EDITOR, log, "CSV")
    sent = chats.emulator.messages(EDITOR)[-1]
    assert sent.file is not None
    assert sent.file.name == "audit.csv"
    rows = list(csv.reader(io.StringIO(sent.file.data.decode("utf-8-sig"))))
    assert rows == [
        ["at", "actor_id", "actor_name", "actor_role", "act", "article_id", "draft_id", "detail"],
        [
            *("2026-03-01T18:00:01+00:00", str(OTHER), "'=HYPERLINK(1)", "reporter", "correct", "7", ""),
            '\'+1, "سطر"\nآخر',
        ],
    ]
    async with chats.database.read() as connection:
        newest = (await audit.newest(connection, Filter(), limit=1)).entries[0]
    assert (newest.act, newest.actor_id, newest.detail) == (Act.EXPORT, EDITOR, "story=7")


@pytest.mark.parametrize("act", Act)
def test_every_act_has_a_sentence(act: Act) -> None:
    assert ACT_KEYS[act].startswith("audit.")


@pytest.mark.parametrize(
    ("action", "data"),
    [
        (ReadAudit(), "aud:show::::"),
        (ReadAudit(AuditVerb.OLDER, 12, 7, 3, START.date()), f"aud:older:12:7:3:{START.date().toordinal()}"),
    ],
)
def test_a_press_comes_back_as_what_it_was(action: ReadAudit, data: str) -> None:
    assert pack(action) == data
    assert audit_buttons.parse(data) == action


@pytest.mark.parametrize(
    "data", [None, "", "aud:", "aud:show", "aud:show:::", "aud:steal::::", "aud:show::::9999999", "aud:show:x:::"]
)
def test_forged_audit_data_means_nothing(data: str | None) -> None:
    assert audit_buttons.parse(data) is None
