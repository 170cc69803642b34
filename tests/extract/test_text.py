"""What can be an article, and what cannot."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.extract import Kind, Reading, read, read_text, to_json
from bot.extract.text import MAX_TEXT
from storage.article import Fault, UnreadableError

FLASH = "عاجل: زلزال بقوة 6 درجات يضرب جنوب البلاد"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        (" \n\t\r\n", Fault.EMPTY),
        ("\u200f\u200b\ufeff\u2066", Fault.EMPTY),
        ("عاجل", Fault.NO_TITLE),
        ("سياسة\n\nعاجل", Fault.NO_TITLE),
        ("عاجل |", Fault.NO_TITLE),
        ("12345\n\n67890", Fault.NO_TITLE),
        ("-----", Fault.NO_TITLE),
        ("كلمة", Fault.NO_TITLE),
        ("زر الذهاب إلى الأعلى", Fault.NO_TITLE),
        (" ".join(["كلمة"] * 60), Fault.NO_TITLE),
        (
            "قال الوزير في مؤتمر صحفي عقده صباح اليوم في العاصمة إن " + "الأمر " * 12 + "انتهى.\n\nوأضاف كلاما.",
            Fault.NO_TITLE,
        ),
        ("كلمة " * (MAX_TEXT // 5 + 1), Fault.TOO_LONG),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(text: str, fault: Fault, index: Mapping[str, str]) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_text(text, index)
    assert refused.value.fault is fault


def test_a_flash_is_an_article_without_a_body(index: Mapping[str, str]) -> None:
    article = read_text(FLASH, index)
    assert (article.title, article.breaking, article.blocks) == ("زلزال بقوة 6 درجات يضرب جنوب البلاد", True, ())


def test_an_unknown_label_is_reported_and_the_article_is_general(index: Mapping[str, str]) -> None:
    article = read_text("بيئة\n\nعودة السلاحف إلى شواطئ الجزيرة\n\nرصد باحثون أعشاش سلاحف على الشاطئ.", index)
    assert (article.sections, article.unknown_labels) == (("عام",), ("بيئة",))


def test_labels_stand_on_several_lines_among_dates(index: Mapping[str, str]) -> None:
    text = (
        "الرئيسية > سياسة\nعاجل\n18 مارس 2022\nاستقالة رئيس الحكومة بعد ليلة من المشاورات\n\nقدم رئيس الحكومة استقالته."
    )
    article = read_text(text, index)
    assert (article.sections, article.breaking) == (("سياسة",), True)
    assert article.published_at == datetime(2022, 3, 18, tzinfo=UTC)
    assert article.title == "استقالة رئيس الحكومة بعد ليلة من المشاورات"


def test_marks_that_nobody_sees_are_gone_and_presentation_forms_are_letters(index: Mapping[str, str]) -> None:
    article = read_text(
        "\u202bﻋﺎﺟﻞ\u202c\n\nﺍﻟﻌﻨﻮﺍﻥ ﻛﺎﻣﻼ هنا\u200f\n\nقال\u00a0الوزير \u2067إن “الأمر انتهى تماما”\u2069.", index
    )
    assert article.breaking
    assert article.title == "العنوان كاملا هنا"
    assert article.paragraphs == ("قال الوزير إن “الأمر انتهى تماما”.",)


def test_the_language_is_told_by_the_letters(index: Mapping[str, str]) -> None:
    assert read_text(FLASH, index).language == "ar"
    assert read_text("Quake strikes the coast\n\nIt struck at dawn.", index).language == "en"
    assert read_text("وزیر گفت که این کار پایان یافت\n\nاو گفت که می‌آید چون گرما پیش آمد.", index).language == "fa"


def test_json_holds_every_key_of_the_contract(index: Mapping[str, str]) -> None:
    shown = json.loads(to_json(read(FLASH, index)))
    assert list(shown) == [
        "title", "sections", "breaking", "subheadings", "quotes", "paragraphs", "lead", "byline",
        "published_at", "url", "language",
    ]  # fmt: skip


def test_json_of_a_feed_is_an_array_with_guid_and_categories(index: Mapping[str, str]) -> None:
    item = "<item><title>خبر أول هنا</title><guid>g1</guid><category>سياسة</category></item>"
    feed = f'<rss version="2.0"><channel>{item}</channel></rss>'
    (shown,) = json.loads(to_json(read(feed, index)))
    assert (shown["guid"], shown["categories"], shown["sections"]) == ("g1", ["سياسة"], ["سياسة"])
    assert json.loads(to_json(Reading(Kind.FEED, ()))) == []


def test_dates_are_shown_in_utc(index: Mapping[str, str]) -> None:
    shown = json.loads(
        to_json(read("عنوان الخبر هنا\n\n18 مارس 2022 - 10:30 بتوقيت مكة\n\nنص الخبر كاملا هنا.", index))
    )
    assert shown["published_at"] == "2022-03-18T07:30:00Z"


@pytest.mark.untraced  # tracing would take most of the time
@pytest.mark.parametrize(
    "unit",
    ["صاحب السمو ", "صاحب السمو الملكي ", "كل من السعودية و", "والسعودية ومصر ", "سعادة ", "نفس ", "قول الوزير "],
)
def test_a_phrase_without_an_end_is_read(unit: str, index: Mapping[str, str]) -> None:
    body = unit * (90_000 // len(unit)) + ": «ثلاث كلمات هنا»."
    (quote,) = read_text(f"عنوان الخبر هنا كاملا\n\n{body}", index).quotes
    assert quote.text == "ثلاث كلمات هنا"
