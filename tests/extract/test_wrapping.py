"""Text that a program broke into lines, and text that it did not."""

import textwrap
from collections.abc import Mapping

import pytest

from bot.extract import read_text
from bot.extract.wrapping import unwrap

LABEL, TITLE = "محليات", "سيول جارفة تقطع الطريق الساحلي وتعزل قرى بأكملها عن العالم الخارجي منذ الفجر"
FIRST = (
    "قطعت سيول جارفة، فجر اليوم، الطريق الساحلي إثر أمطار هي الأغزر منذ عشرين عاما، وعزلت سبع قرى عن العالم الخارجي "
    "حتى منتصف النهار. وأعلنت الوزارة إطلاق جسر جوي لنقل المؤن إلى السكان المحاصرين، ودعت من بقي منهم إلى البقاء في "
    "الطوابق العليا حتى وصول فرق الإنقاذ التي تأخرت بسبب انهيار جسرين على الطريق القديم بين المدينة والميناء."
)
HEADING = "جسر جوي"
SECOND = (
    "وقال العمدة سالم ناصر: «الماء دخل البيوت والناس نيام، والسد الرملي انهار في دقائق قليلة». وأضاف أن الناس بخير."
)
HEADLINES = (
    "البرلمان يقر قانون المياه بعد جلسة طويلة\nالمنتخب يستعد لمباراة الذهاب في العاصمة\n"
    "تراجع أسعار النفط في ختام التعاملات اليوم\nافتتاح معرض الكتاب بمشاركة مئة دار نشر\n"
    "الأرصاد: أمطار رعدية على المرتفعات غدا"
)


@pytest.mark.parametrize("width", [40, 60, 72, 100])
@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_broken_lines_become_paragraphs_again(width: int, between: str) -> None:
    wrapped = between.join(textwrap.fill(part, width) for part in (LABEL, FIRST, HEADING, SECOND))
    assert unwrap(wrapped) == [LABEL, FIRST, HEADING, SECOND]


def test_a_headline_wider_than_the_text_stays_a_line() -> None:
    wrapped = "\n".join([TITLE, *(textwrap.fill(part, 60) for part in (FIRST, SECOND))])
    assert unwrap(wrapped) == [TITLE, FIRST, SECOND]


@pytest.mark.parametrize("text", [HEADLINES, f"{FIRST}\n{HEADING}\n{SECOND}", f"{TITLE}\n\n{FIRST}\n\n{SECOND}", LABEL])
def test_lines_that_people_ended_stay_lines(text: str) -> None:
    assert unwrap(text) == [line for line in text.split("\n") if line]


def test_the_items_of_a_list_stay_apart() -> None:
    items = (
        "- وقف إطلاق النار في الجنوب كله فورا\n- فتح المعبر أمام القوافل كل يوم أحد\n- تبادل الأسرى خلال أسبوعين اثنين"
    )
    wrapped = f"{textwrap.fill(FIRST, 40)}\n\n{items}"
    assert unwrap(wrapped) == [FIRST, *items.split("\n")]


def test_a_quote_is_read_across_broken_lines(index: Mapping[str, str]) -> None:
    wrapped = "\n\n".join(textwrap.fill(part, 48) for part in (LABEL, TITLE, FIRST, HEADING, SECOND))
    article = read_text(wrapped, index)
    assert (article.title, article.subheadings, article.paragraphs) == (TITLE, (HEADING,), (FIRST, SECOND))
    (quote,) = article.quotes
    assert (quote.text, quote.speaker) == (
        "الماء دخل البيوت والناس نيام، والسد الرملي انهار في دقائق قليلة",
        "سالم ناصر",
    )
