"""What a correction makes of an article, and how it is told."""

from dataclasses import replace

import pytest

from storage import changes as rules
from storage.article import Article, Block, BlockKind, Quote, Urgency
from storage.changes import Change, Field

FIRST, SECOND = "قال الوزير: “سنبدأ غدا” ثم “سننتهي قريبا”.", "ولم يصب أحد."
ARTICLE = Article(
    title="وزير الري: نبدأ غدا",
    sections=("سياسة",),
    breaking=True,
    blocks=(Block(BlockKind.PARAGRAPH, FIRST), Block(BlockKind.PARAGRAPH, SECOND)),
    quotes=(Quote("سنبدأ غدا", "الوزير", 0, 13, 22), Quote("سننتهي قريبا", "الوزير", 0, 28, 40)),
    lead=FIRST,
)


def stand(article: Article) -> bool:
    """Whether each quote stands where the article says."""
    return all(article.blocks[quote.block].text[quote.start : quote.end] == quote.text for quote in article.quotes)


def test_the_article_of_these_tests_is_one() -> None:
    assert stand(ARTICLE)


def test_other_words_of_a_quote_move_those_behind_it_and_the_lead_follows() -> None:
    new = rules.change_quote(ARTICLE, 0, "سنبدأ بعد غد")
    assert stand(new)
    assert [quote.text for quote in new.quotes] == ["سنبدأ بعد غد", "سننتهي قريبا"]
    assert new.lead == new.blocks[0].text == "قال الوزير: “سنبدأ بعد غد” ثم “سننتهي قريبا”."
    assert rules.changes(ARTICLE, new) == (Change(Field.QUOTE, "سنبدأ غدا", "سنبدأ بعد غد"),)


def test_a_paragraph_keeps_the_quotes_that_still_stand_in_it() -> None:
    new = rules.change_paragraph(ARTICLE, 0, "وقال الوزير أمس: “سننتهي قريبا”.")
    assert stand(new)
    assert [quote.text for quote in new.quotes] == ["سننتهي قريبا"]
    assert new.lead == new.blocks[0].text


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (ARTICLE, ()),
        (rules.change_title(ARTICLE, "عنوان"), (Change(Field.TITLE, ARTICLE.title, "عنوان"),)),
        (replace(ARTICLE, sections=("رياضة", "صحة")), (Change(Field.SECTIONS, "سياسة", "رياضة، صحة"),)),
        (rules.change_urgency(ARTICLE, Urgency.FLASH), (Change(Field.URGENCY, "urgent", "flash"),)),
        (rules.change_speaker(ARTICLE, 1, "النائب"), (Change(Field.SPEAKER, "الوزير", "النائب"),)),
        (rules.change_speaker(ARTICLE, 1, None), (Change(Field.SPEAKER, "الوزير", ""),)),
        (
            rules.change_paragraph(ARTICLE, 1, "ولم يصب سوى اثنين."),
            (Change(Field.PARAGRAPH, "يصب أحد.", "يصب سوى اثنين."),),
        ),
        (
            rules.change_title(rules.change_urgency(ARTICLE, Urgency.NORMAL), "عنوان"),
            (Change(Field.TITLE, ARTICLE.title, "عنوان"), Change(Field.URGENCY, "urgent", "normal")),
        ),
    ],
)
def test_what_differs_is_told(new: Article, expected: tuple[Change, ...]) -> None:
    assert rules.changes(ARTICLE, new) == expected


def test_a_lead_of_its_own_can_be_corrected_too() -> None:
    article = replace(ARTICLE, lead="مقدمة فيها خطأ واحد")
    assert rules.paragraphs(article)[0] == (-1, "مقدمة فيها خطأ واحد")
    new = rules.change_lead(article, "مقدمة فيها صواب واحد")
    assert rules.changes(article, new) == (Change(Field.PARAGRAPH, "فيها خطأ واحد", "فيها صواب واحد"),)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("قتل 12 شخصا", "أصيب 12 شخصا", ("قتل 12", "أصيب 12")),
        ("في يوم الأحد قتل 12 شخصا", "في يوم الأحد قتل 7 أشخاص", ("قتل 12 شخصا", "قتل 7 أشخاص")),
        ("واحد", "اثنان", ("واحد", "اثنان")),
        ("", "اثنان", ("", "اثنان")),
    ],
)
def test_of_a_long_text_only_what_differs_is_told(old: str, new: str, expected: tuple[str, str]) -> None:
    assert rules.differing(old, new) == expected
