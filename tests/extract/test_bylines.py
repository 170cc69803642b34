"""Lines around a story: who wrote it, where from, when, and what a picture shows."""

from collections.abc import Mapping

import pytest

from bot.extract import read_text
from storage.article import Article
from tests.extract.page_cases import LEAD, NEXT, TITLE, article_with

CREDITS = [
    "صحم – راشد البلوشي",
    "راشد البلوشي – صحم",
    "أم درمان: إخلاص التوم",
    "ورزازات: إدريس أيت لحو",
    "أولاد جلال: ع. بوزيد",
    "صحار - خالد بن سعيد المعمري",
    "الحسيمة / جمال الفكيكي",
    "عبد القادر بن مسعود - الجلفة",
    "سلمى حداد، دمشق",
    "دمشق (سلمى حداد)",
    "سلمى حداد - موقع الخبر",
    "عنب بلدي – حسن إبراهيم",
    "من خالد العمري",
    "تحقيق وتصوير: ليلى العامري",
    "ترجمة وتحرير نون بوست",
    "بي بي سي عربي",
    "دبي، الإمارات العربية المتحدة (CNN)",
    "مسقط في 3 مارس / العمانية /",
    "الكويت في 3 مارس",
    "منذ ساعتين",
    "قبل 3 أيام",
    "0 تعليق",
    "1,240 مشاهدة",
    "صورة أرشيفية",
    "صورة من الأرشيف",
    "جانب من أعمال الصيانة (الإنترنت)",
]

HEADINGS = [
    "الجسر - حلم قديم",
    "الجسر: حلم المدينة",
    "النهر / ضفتان",
    "البلدية: إنجاز كبير",
    "منذ البداية",
    "قبل الافتتاح",
    "صور الجسر",
    "من ضفة إلى ضفة",
]

SENTENCES = [
    "من جهة أخرى، وصل الوفد أمس",
    "هذا وقد وصل الوفد أمس",
    "ويبقى السؤال مفتوحا",
]


def _read(index: Mapping[str, str], *body: str) -> Article:
    return read_text("\n\n".join(["اقتصاد", TITLE, *body]), index)


@pytest.mark.parametrize("line", CREDITS)
def test_a_line_above_the_story_that_names_its_writer_or_place_is_no_part_of_it(
    line: str, index: Mapping[str, str]
) -> None:
    article = _read(index, line, LEAD, NEXT)
    assert (article.subheadings, article.paragraphs) == ((), (LEAD, NEXT))


@pytest.mark.parametrize("line", HEADINGS)
def test_a_heading_above_the_lead_is_no_by_line(line: str, index: Mapping[str, str]) -> None:
    assert _read(index, line, LEAD, NEXT).subheadings == (line,)


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_that_turns_to_something_else_titles_nothing(line: str, index: Mapping[str, str]) -> None:
    assert _read(index, LEAD, line, NEXT).paragraphs == (LEAD, line, NEXT)


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("صحم – راشد البلوشي", "راشد البلوشي"),
        ("راشد البلوشي – صحم", "راشد البلوشي"),
        ("سلمى حداد، دمشق", "سلمى حداد"),
        ("من خالد العمري", "خالد العمري"),
    ],
)
def test_the_writer_is_kept_without_the_place(line: str, byline: str, index: Mapping[str, str]) -> None:
    assert _read(index, line, LEAD, NEXT).byline == byline


@pytest.mark.parametrize(
    "line",
    [
        "<p><strong>صحم – راشد البلوشي</strong></p>",
        "<p><b>بقلم: راشد البلوشي</b></p>",
        "<h4>بقلم: راشد البلوشي</h4>",
        "<h3>18 مارس 2022</h3>",
    ],
)
def test_markup_makes_no_heading_of_a_by_line(line: str, index: Mapping[str, str]) -> None:
    assert article_with("", above=line, index=index).subheadings == ()


def test_a_bold_line_above_the_lead_is_a_heading(index: Mapping[str, str]) -> None:
    assert article_with("", above="<p><b>حلم قديم</b></p>", index=index).subheadings == ("حلم قديم",)
