"""How a digest looks: one numbered line for each story, by section, in as many messages as it needs."""

from datetime import UTC, datetime, time
from itertools import chain
from zoneinfo import ZoneInfo

import pytest

from bot.emulator.html_parser import parse_html
from handlers.roundups import Part, budget_spent, mended, roundup
from handlers.texts import FSI, PDI, Texts
from storage.digests import Edition
from storage.headlines import Headline

WHEN = datetime(2026, 11, 24, 17, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Riyadh")
ARABIC, ENGLISH = Texts.load().of("ar"), Texts.load().of("en")
HEADLINES = [
    Headline(1, "BBC: زلزال", True, WHEN, ("سياسة", "أخبار عالمية")),
    Headline(2, "مباراة القمة", False, WHEN, ("رياضة",)),
    Headline(3, "قمة المناخ", False, WHEN, ("أخبار عالمية",)),
]
LONG = [Headline(number, f"خبر طويل {'كلمة ' * 30}{number}", False, WHEN, ("رياضة",)) for number in range(60)]


def test_stories_stand_under_their_section_and_are_numbered_through() -> None:
    (part,) = roundup(Edition.EVENING, HEADLINES, ["أخبار عالمية"], ZONE, ARABIC)
    assert part.text == (
        "🗞 <b>موجز اليوم: 3 أخبار</b>\n\n"
        f"<b>أخبار عالمية</b>\n1. 🔴 \u200fBBC: زلزال ({FSI}20:00{PDI})\n2. قمة المناخ ({FSI}20:00{PDI})\n\n"
        f"<b>رياضة</b>\n3. مباراة القمة ({FSI}20:00{PDI})"
    )
    assert [headline.id for headline in part.headlines] == [1, 3, 2]
    assert part.first == 1


@pytest.mark.parametrize(
    ("edition", "title"),
    [
        (Edition.MORNING, "🗞 <b>موجز اليوم: خبر واحد</b>"),
        (Edition.EVENING, "🗞 <b>موجز اليوم: خبر واحد</b>"),
        (Edition.WEEKLY, "🗞 <b>موجز الأسبوع: خبر واحد</b>"),
        (Edition.AFTER_QUIET, "🌙 <b>فاتك خبر عاجل واحد</b>"),
        (Edition.AFTER_MUTE, "🌙 <b>فاتك خبر عاجل واحد</b>"),
    ],
)
def test_each_edition_says_what_it_is(edition: Edition, title: str) -> None:
    (part,) = roundup(edition, HEADLINES[:1], [], ZONE, ARABIC)
    assert part.text.startswith(title)


def test_a_notice_stands_in_the_place_of_a_story_that_was_taken_back() -> None:
    part = mended(Edition.EVENING, HEADLINES, {3: "لم <يتأكد>"}, ["أخبار عالمية"], ZONE, ARABIC, 1, 3)
    assert part.text == (
        "🗞 <b>موجز اليوم: 3 أخبار</b>\n\n"
        f"<b>أخبار عالمية</b>\n1. 🔴 \u200fBBC: زلزال ({FSI}20:00{PDI})\n"
        f"2. ⛔️ سُحب هذا الخبر. السبب: {FSI}لم &lt;يتأكد&gt;{PDI}\n\n"
        f"<b>رياضة</b>\n3. مباراة القمة ({FSI}20:00{PDI})"
    )


def test_a_later_message_keeps_its_numbers_and_has_no_title() -> None:
    part = mended(Edition.WEEKLY, HEADLINES[:1], {1: "wrong"}, [], ZONE, ENGLISH, 41, 60)
    assert part.text.endswith(f"41. ⛔️ This story has been withdrawn. Reason: {FSI}wrong{PDI}")
    assert part.text.startswith("<b>")


def test_reasons_that_find_no_room_are_left_out() -> None:
    short = [Headline(number, f"خبر {number}", False, WHEN, ("رياضة",)) for number in range(60)]
    reasons = {headline.id: "سبب طويل " * 20 for headline in short}
    text = parse_html(mended(Edition.EVENING, short, reasons, ["رياضة"], ZONE, ARABIC, 1, 60).text)[0]
    assert len(text.encode("utf-16-le")) // 2 <= 4096
    assert text.count("سُحب هذا الخبر") == 60
    assert "السبب" not in text


def test_a_weekly_one_gives_the_date_with_the_time() -> None:
    (part,) = roundup(Edition.WEEKLY, HEADLINES[:1], [], ZONE, ARABIC)
    assert f"({FSI}24 نوفمبر، 20:00{PDI})" in part.text


def test_a_long_one_is_split_between_lines_and_each_part_has_its_own_stories() -> None:
    parts = roundup(Edition.EVENING, LONG, ["رياضة"], ZONE, ARABIC)
    assert len(parts) > 1
    for part in parts:
        text = shown(part)
        assert len(text.encode("utf-16-le")) // 2 <= 4096
        assert text.count("رياضة") == 1
        assert [f"{number}. خبر" in text for number in range(part.first, part.first + len(part.headlines))].count(
            False
        ) == 0
    told = list(chain.from_iterable(part.headlines for part in parts))
    assert told == LONG
    assert parts[1].first == 1 + len(parts[0].headlines)


def test_a_full_part_is_nearly_full() -> None:
    first, *_ = roundup(Edition.EVENING, LONG, ["رياضة"], ZONE, ARABIC)
    assert len(shown(first)) > 3800


def test_a_spent_budget_says_where_the_rest_is() -> None:
    assert budget_spent(10, time(20), ARABIC) == (
        f"وصلتك اليوم 10 تنبيهات، وهو الحد الذي اخترته. وما زاد عليه تجده في موجزك الساعة {FSI}20:00{PDI}."
    )
    assert budget_spent(5, None, ENGLISH) == (
        "You have had 5 alerts today, which is your limit. You find whatever else comes in /latest."
    )


def shown(part: Part) -> str:
    return parse_html(part.text)[0]
