"""What each line of a plain text is."""

from collections.abc import Mapping

import pytest

from bot.extract import read_text
from storage.article import Article

LEAD = "أعلنت السلطات صباح اليوم إغلاق الطريق الساحلي حتى إشعار آخر بسبب الأمطار."
TAIL = "وتستمر الأعمال حتى نهاية الأسبوع المقبل وفق ما أعلنته البلدية."

HEADINGS = [
    "تصريحات بايدن",
    "لماذا الآن؟",
    "جدول الأعمال:",
    "«لا تسامح مع العنف»",
    "تحذير من «كارثة إنسانية»",
    "ما الذي حدث في الليلة الأخيرة من المفاوضات؟",
    "عشرة آلاف نازح في يوم واحد فقط",
    "وقف إطلاق النار",
    "وعود بلا تنفيذ",
    "وثائق مسربة",
    "ورقة التوت الأخيرة",
    "وفيات الأطفال",
    "وساطات متعثرة",
    "تراجع الأسعار",
    "نص الاتفاق",
    "كتب نادرة",
    "تقرير أممي",
    "حوار وطني شامل",
    "تحرير المدينة",
    "الوزير يعتذر!",
    "أين الحكومة؟",
    "رد إيراني",
    "عودة إلى المربع الأول",
    "صور المأساة",
    "خاص وعام",
    "خاص بالنساء",
    "محرر القدس",
    "متابعة دقيقة",
    "كلام الليل يمحوه النهار",
    "«نموت ببطء»",
]

PARAGRAPHS = [
    "وأصيب 14 مشجعا بجروح طفيفة.",
    "وأصيب 14 مشجعا بجروح طفيفة",
    "ولم تسجل إصابات",
    "وختم ليندبرغ: “السلام ممكن إذا أردناه”",
    "ليندبرغ: “السلام ممكن إذا أردناه”",
    "وقال في بيان:",
    "وقالت الوزيرة:",
    "وتضمن البيان ما يلي:",
    "س: كيف عشت أشهر الإصابة؟",
    "الساعة 08:30 – وصول الوفد إلى المطار",
    "• وقف جميع العمليات",
    "- فتح المطار",
    "1- تبادل الأسرى",
    "2) عودة النازحين",
    "موسكو – أكد الكرملين عقد القمة",
    "وأكد الوزير أن الطريق آمن",
    "وتستمر الأعمال حتى المساء",
    "ويبلغ السعر ألف دينار",
    "أصيب سبعة عمال بجروح",
    "كما أغلقت المدارس أبوابها",
    "أعلنت الهيئة فتح باب التسجيل",
    "لكن الأمطار لم تتوقف بعد،",
]

GONE = [
    "تابع أيضا: أسد السيرك يعود إلى موطنه",
    "تطبيق الجريدة إضغط هنا للإشتراك",
    "كتب: سامي الحاج",
    "بقلم سامي الحاج",
    "تقرير: سامي الحاج",
    "المصدر: وكالات",
    "(رويترز)",
    "اقرأ أيضا: قصة أخرى لا تخصنا",
    "إقرأ أيضاً | قصة أخرى",
    "شاهد أيضا: فيديو الحادث",
    "قد يهمك: قصة أخرى",
    "زر الذهاب إلى الأعلى",
    "تابعونا على تويتر",
    "شارك الخبر",
    "شاركها",
    "شارك عبر فيسبوك",
    "الوسوم: مطر، طريق",
    "الوسوم",
    "طباعة",
    "واتساب",
    "صورة: الطريق بعد السيل",
    "السيل يغمر الطريق (أرشيف)",
    "السيل يغمر الطريق (أ ف ب/ Getty)",
    "18 مارس 2022",
    "الجمعة 18 آذار 2022 - 10:30",
    "نشر في: 2022/03/18",
    "(يتبع)",
    "تابع القراءة",
    "المزيد في الفيديو المرفق",
    "رابط المصدر",
    "شاهد: لحظة انهيار الجسر",
    "بالصور.. انهيار الجسر",
    "#عاجل #الطريق_الساحلي",
    "م.ع/أ.ح",
    "انتهى/25",
    "كلمات دالة: مطر، طريق",
    "لمزيد من الأخبار",
]


def _read(index: Mapping[str, str], *lines: str) -> Article:
    return read_text("\n\n".join(["عنوان الخبر الرئيس هنا", *lines]), index)


@pytest.mark.parametrize("line", HEADINGS)
def test_a_line_that_titles_what_follows_is_a_subheading(line: str, index: Mapping[str, str]) -> None:
    article = _read(index, LEAD, line, TAIL)
    assert article.subheadings == (line,)
    assert article.paragraphs == (LEAD, TAIL)


@pytest.mark.parametrize("line", PARAGRAPHS)
def test_a_sentence_a_bullet_or_a_quoted_line_is_a_paragraph(line: str, index: Mapping[str, str]) -> None:
    article = _read(index, LEAD, line, TAIL)
    assert article.subheadings == ()
    assert article.paragraphs == (LEAD, line, TAIL)


@pytest.mark.parametrize("line", GONE)
def test_what_belongs_to_the_page_is_left_out_and_the_body_goes_on(line: str, index: Mapping[str, str]) -> None:
    article = _read(index, LEAD, line, TAIL)
    assert article.subheadings == ()
    assert article.paragraphs == (LEAD, TAIL)


def test_people_who_share_are_no_boilerplate(index: Mapping[str, str]) -> None:
    line = "شارك آلاف المتظاهرين في المسيرة وسط العاصمة."
    assert line in _read(index, LEAD, line).paragraphs
    line = "شارك الآلاف في المسيرة وسط العاصمة."
    assert line in _read(index, LEAD, line).paragraphs


def test_a_related_opening_takes_the_headline_below_it_along(index: Mapping[str, str]) -> None:
    article = _read(index, LEAD, "اقرأ أيضا:", "قصة أخرى لا تخصنا أبدا", "حركة المرور", TAIL)
    assert (article.subheadings, article.paragraphs) == (("حركة المرور",), (LEAD, TAIL))


def test_a_related_headline_behind_a_sentence_is_cut(index: Mapping[str, str]) -> None:
    article = _read(index, LEAD + " اقرأ أيضا: قصة أخرى لا تخصنا", TAIL)
    assert article.paragraphs == (LEAD, TAIL)


def test_nothing_follows_the_related_articles(index: Mapping[str, str]) -> None:
    article = _read(index, LEAD, TAIL, "مقالات ذات صلة", "عنوان آخر", "وقال فلان: “كلام من خبر آخر”.")
    assert (article.paragraphs, article.quotes) == ((LEAD, TAIL), ())


def test_tags_below_their_heading_are_left_out(index: Mapping[str, str]) -> None:
    assert _read(index, LEAD, TAIL, "الوسوم", "مطر", "طريق الساحل").paragraphs == (LEAD, TAIL)


def test_the_last_line_titles_nothing(index: Mapping[str, str]) -> None:
    assert _read(index, LEAD, "سطر قصير أخير").subheadings == ()


def test_a_run_of_short_lines_is_a_list(index: Mapping[str, str]) -> None:
    article = _read(index, LEAD, "بنود الاتفاق:", "فتح الطريق", "تنظيف المجاري", "ما بعد السيل", TAIL)
    assert article.subheadings == ("بنود الاتفاق:", "ما بعد السيل")


def test_the_lead_is_the_first_paragraph(index: Mapping[str, str]) -> None:
    assert _read(index, LEAD, TAIL).lead == LEAD
    assert _read(index).lead is None


def test_the_title_repeated_above_the_story_is_left_out(index: Mapping[str, str]) -> None:
    assert _read(index, "عنوان الخبر الرئيس هنا", LEAD).paragraphs == (LEAD,)


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("كتب: سامي الحاج", "سامي الحاج"),
        ("بقلم سامي الحاج", "سامي الحاج"),
        ("كتبت سعاد المنصوري", "سعاد المنصوري"),
        ("هيئة التحرير", "هيئة التحرير"),
        ("القاهرة – سامي الحاج", "القاهرة – سامي الحاج"),
        ("(أ ف ب)", "أ ف ب"),
        ("سامي الحاج", "سامي الحاج"),
        ("دبي: سامي عبد الرؤوف", "سامي عبد الرؤوف"),
        ("لندن: «الأفق الجديد»", "لندن: «الأفق الجديد»"),
    ],
)
def test_a_line_above_the_story_says_who_wrote_it(line: str, byline: str, index: Mapping[str, str]) -> None:
    article = _read(index, line, LEAD, TAIL)
    assert (article.byline, article.paragraphs) == (byline, (LEAD, TAIL))


def test_a_heading_above_the_lead_takes_up_its_words(index: Mapping[str, str]) -> None:
    assert _read(index, "إغلاق الطريق", LEAD, TAIL).subheadings == ("إغلاق الطريق",)


def test_a_picture_above_the_story_is_left_out(index: Mapping[str, str]) -> None:
    assert _read(index, "رئيس البلدية خلال تفقده الطريق", LEAD, TAIL).paragraphs == (LEAD, TAIL)
