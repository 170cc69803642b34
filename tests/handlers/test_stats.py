"""/stats: figures in words and in pictures."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from matplotlib.image import imread

from bot.emulator import Message
from handlers import drawing
from handlers.charts import Changes, Columns, Line, Panel, Picture, Rows
from handlers.reach import figures
from handlers.reach.buttons import Brake, HandleBroadcast, Period, ShowStats, pack, parse
from handlers.texts import ARABIC_INDIC, Texts, Words
from storage import admins, audience, reads
from storage.audience import AudienceHour
from storage.roles import Role
from storage.stats import Activity
from tests.databases import START
from tests.handlers.conftest import EDITOR, ENGLISH, OTHER, READER, Chats
from tests.handlers.newsroom import publish

RIYADH, HOUR, DAY = ZoneInfo("Asia/Riyadh"), timedelta(hours=1), timedelta(days=1)
# A Tuesday, 20:23 in Riyadh.
NOW = datetime(2026, 11, 24, 17, 23, tzinfo=UTC)
SLOW_S = 60.0  # drawing for the first time loads matplotlib


@pytest.fixture(scope="module")
def arabic() -> Words:
    return Texts.load().of("ar")


def activity(**fields: object) -> Activity:
    values: dict[str, object] = {"active": 0, "sections": {}, "audience": (), "alerts": (), "reads": {}}
    return Activity(**{**values, **fields})  # type: ignore[arg-type]  # each test knows its fields


def test_a_day_is_the_last_24_hours_a_week_the_last_7_days_a_month_the_last_30(arabic: Words) -> None:
    day, week, month = (figures.buckets(period, NOW, RIYADH, arabic) for period in Period)
    assert (len(day.starts), day.starts[0], day.starts[-1]) == (
        24,
        NOW.replace(minute=0) - 23 * HOUR,
        NOW.replace(minute=0),
    )
    assert [label for label in day.labels if label] == ["00", "06", "12", "18"]
    midnight = datetime(2026, 11, 24, tzinfo=RIYADH)
    assert (len(week.starts), week.starts[0], week.starts[-1]) == (7, midnight - 6 * DAY, midnight)
    assert week.labels == ("الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد", "الاثنين", "الثلاثاء")
    assert (len(month.starts), month.starts[0], month.labels[-1]) == (30, midnight - 29 * DAY, "24/11")


def test_days_begin_at_midnight_on_both_sides_of_a_clock_change(arabic: Words) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    week = figures.buckets(Period.WEEK, datetime(2026, 10, 28, 12, tzinfo=UTC), berlin, arabic)
    assert {start.hour for start in week.starts} == {0}
    before, after = week.starts[2], week.starts[-1]
    assert before.utcoffset() != after.utcoffset()
    moments = [(before.astimezone(UTC), 1), (after.astimezone(UTC) - timedelta(seconds=1), 2), (after, 4)]
    assert week.sums(moments) == (0, 0, 1, 0, 0, 2, 4)


def test_what_happened_falls_into_its_piece_of_time_and_what_was_before_into_none(arabic: Words) -> None:
    midnight = datetime(2026, 11, 23, 21, tzinfo=UTC)
    found = activity(
        active=100,
        sections={"سياسة": 60, "رياضة": 80},
        audience=(
            AudienceHour(midnight - 7 * DAY, joined=1000, stopped=0, gone=0),
            AudienceHour(midnight - HOUR, joined=5, stopped=1, gone=1),
            AudienceHour(midnight, joined=10, stopped=2, gone=0),
        ),
        alerts=(midnight - 8 * DAY, midnight - timedelta(minutes=30), NOW, NOW),
        reads={midnight - HOUR: 7, midnight: 9},
    )
    people, news = figures.pictures(found, Period.WEEK, NOW, RIYADH, arabic)
    rows, line, changes = people.panels
    alerts, opened = news.panels
    assert isinstance(rows, Rows)
    assert (rows.labels, rows.values) == (("رياضة", "سياسة"), (80, 60))
    assert isinstance(changes, Changes)
    assert (changes.ups[-2:], changes.downs[-2:], sum(changes.ups)) == ((5, 10), (2, 2), 15)
    assert isinstance(line, Line)
    assert line.values == (89, 89, 89, 89, 89, 89, 92, 100)
    assert isinstance(alerts, Columns)
    assert {hour: number for hour, number in enumerate(alerts.values) if number} == {23: 1, 20: 2}
    assert isinstance(opened, Columns)
    assert opened.values == (0, 0, 0, 0, 0, 7, 9)
    about_people, about_news = figures.captions(found, Period.WEEK, NOW, RIYADH, arabic)
    assert about_people == (
        "📊 <b>آخر 7 أيام</b>\nالمشتركون الآن: 100\nانضموا: 15 · غادروا: 4\n"
        "أكبر الأقسام: \u2068رياضة\u2069: 80، \u2068سياسة\u2069: 60"
    )
    assert about_news == (
        "📊 <b>آخر 7 أيام</b>\nالأخبار العاجلة: 3\nأكثر الساعات: \u206820:00\u2069\nفُتحت الملخصات: 16"
    )


def test_many_sections_are_told_as_the_largest_and_the_rest(arabic: Words) -> None:
    found = activity(sections={f"قسم {n}": n for n in range(1, 15)})
    rows = figures.pictures(found, Period.DAY, NOW, RIYADH, arabic)[0].panels[0]
    assert isinstance(rows, Rows)
    assert (len(rows.labels), rows.labels[0], rows.labels[-1], rows.values[-1]) == (10, "قسم 14", "بقية الأقسام", 15)


def picture(*panels: Panel, title: str = "المشتركون", right_to_left: bool = True) -> Picture:
    return Picture(title, panels, str, right_to_left)


HOSTILE = ("$x^2$ \\frac", "🙂 emoji", "<b>&", "ﷲ", "س" * 500, "")


@pytest.mark.parametrize(
    "panels",
    [
        (Rows("a", (), ()),),
        (Rows("a", HOSTILE, (0, 1, 10**9, 0, 5, 5)), Columns("b", HOSTILE, (0, 0, 0, 0, 0, 0))),
        (Columns("a", ("1",) * 30, (10**9,) * 30), Line("b", (0, 0), "c", "d"), Line("b", (5,), "c", "d")),
        (Changes("$", ("1", "2"), (0, 0), (0, 0)), Changes("a", ("1",) * 24, (1,) * 24, (10**6,) * 24)),
    ],
    ids=["nothing", "hostile", "large", "changes"],
)
def test_whatever_there_is_can_be_drawn_without_a_warning(panels: Sequence[Panel]) -> None:
    pixels = imread(BytesIO(drawing.draw(picture(*panels, title="🙂 $a"))))
    assert pixels.shape[1] == 1080
    assert pixels.std() > 0.01  # something was drawn


def test_arabic_stands_on_the_right_and_bars_grow_to_the_left(arabic: Words) -> None:
    rows = Rows("في كل قسم", ("سياسة",), (10,))
    ink = []
    for right_to_left in (True, False):
        pixels = imread(BytesIO(drawing.draw(picture(rows, right_to_left=right_to_left))))
        title = pixels[20:100, :, 0] < 0.5  # the dark letters of the title
        ink.append((bool(title[:, :540].any()), bool(title[:, 540:].any())))
    assert ink == [(False, True), (True, False)]


@pytest.mark.parametrize(("text", "pieces"), [("محمد", 1), ("سلمى", 1), ("م ح م د", 4), ("نهر", 1), ("دار", 3)])
def test_letters_that_belong_together_are_joined(text: str, pieces: int) -> None:
    pixels = imread(BytesIO(drawing.draw(picture(title=text))))
    inked = [any(column) for column in (pixels[:, :, 0] < 0.5).T.tolist()]
    assert sum(here and not before for before, here in pairwise(inked)) == pieces


async def pictures(chats: Chats, person: int, asked: Message, label: str) -> tuple[Message, Message]:
    press = await chats.emulator.press(person, asked.message_id, text=label)
    await press.answered()
    first = await chats.emulator.wait_for(
        person, lambda message: message.file is not None, after=asked.message_id, timeout=SLOW_S
    )
    second = await chats.emulator.wait_for(
        person, lambda message: message.file is not None, after=first.message_id, timeout=SLOW_S
    )
    return first, second


async def test_figures_are_told_in_words_at_once(chats: Chats) -> None:
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


async def test_pictures_of_a_period_are_sent_by_a_button_with_their_figures_in_words(chats: Chats) -> None:
    for person, section in ((READER, "politics"), (OTHER, "politics"), (ENGLISH, "sport")):
        await chats.say(person, f"/start {section}")
    await chats.say(OTHER, "/stop")
    story = await publish(chats, "هدنة في الجنوب", "سياسة")
    async with chats.database.write() as connection:
        await reads.count(connection, story, now=chats.clock())
    asked = await chats.say(EDITOR, "/stats")
    assert "المشتركون الآن: 2" in asked.text
    assert asked.button_texts() == ["📊 الشهر", "📊 الأسبوع", "📊 اليوم"]
    people, news = await pictures(chats, EDITOR, asked, "الأسبوع")
    assert (
        chats.shown(people)
        == "📊 آخر 7 أيام\nالمشتركون الآن: 2\nانضموا: 3 · غادروا: 1\nأكبر الأقسام: سياسة: 1، رياضة: 1"
    )
    assert chats.shown(news) == "📊 آخر 7 أيام\nالأخبار العاجلة: 1\nأكثر الساعات: 21:00\nفُتحت الملخصات: 1"
    assert news.button_texts() == ["📊 الشهر", "📊 اليوم"]
    for message in (people, news):
        assert message.file is not None
        assert message.file.is_photo
        assert imread(BytesIO(message.file.data)).shape[1] == 1080


async def test_who_has_their_data_deleted_is_counted_among_those_who_left(chats: Chats) -> None:
    await chats.say(READER, "/start politics")
    question = await chats.say(READER, "/forget")
    await chats.press(READER, question, "نعم")
    async with chats.database.read() as connection:
        (hour,) = await audience.hours(connection, since=START)
    assert (hour.joined, hour.stopped) == (1, 1)


async def test_analysts_see_figures_in_english_and_readers_none(chats: Chats) -> None:
    async with chats.database.write() as connection:
        await admins.grant(connection, ENGLISH, Role.ANALYST, name="Emma", actor_id=EDITOR, now=START)
    asked = await chats.say(ENGLISH, "/stats")
    assert asked.button_texts() == ["📊 Day", "📊 Week", "📊 Month"]
    people, news = await pictures(chats, ENGLISH, asked, "Day")
    assert people.text.startswith("📊 the last 24 hours\nSubscribers now: 0\nJoined: 0 · left: 0")
    assert news.text == "📊 the last 24 hours\nAlerts: 0\nSummaries opened: 0"
    async with chats.database.write() as connection:
        await admins.remove(connection, ENGLISH, actor_id=EDITOR, now=START)
    answer = await chats.press(ENGLISH, news, "Week")
    assert "for the newsroom" in answer.text
    assert "لفريق التحرير وحده" in (await chats.say(READER, "/stats")).text


def test_a_picture_holds_the_readers_digits() -> None:
    words = Texts.load().of("ar", ARABIC_INDIC)
    people, news = figures.pictures(activity(active=1234), Period.MONTH, NOW, RIYADH, words)
    assert people.title == "المشتركون – آخر ٣٠ يومًا"
    assert people.number(1234) == "١٬٢٣٤"
    assert isinstance(news.panels[0], Columns)
    assert news.panels[0].labels[6] == "٠٦"
    drawing.draw(people)


@pytest.mark.parametrize("data", ["fig:year", "fig:", "bro:stop:", "bro:pause:1", "bro:stop:x", f"bro:stop:{10**18}"])
def test_forged_buttons_are_no_buttons(data: str) -> None:
    assert parse(data) is None


@pytest.mark.parametrize("action", [*map(ShowStats, Period), *(HandleBroadcast(verb, 10**17) for verb in Brake)])
def test_what_is_packed_is_parsed(action: ShowStats | HandleBroadcast) -> None:
    assert parse(pack(action)) == action
