"""What a source has changed, put together with what the desk has changed by hand."""

from dataclasses import replace

import pytest

from storage import changes as rules
from storage.article import Article, Block, BlockKind, Quote, Urgency
from storage.changes import Change, Field
from storage.merge import changes, merge

FIRST, SECOND, THIRD = (
    "قال الوزير: “سنبدأ غدا” ثم انصرف.",
    "ولم يصب أحد في الحادث.",
    "وتستمر الأعمال حتى نهاية العام.",
)


def told(*paragraphs: str, title: str = "الوزير: نبدأ غدا", speaker: str | None = "الوزير") -> Article:
    """A story as a source tells it; whatever holds «سنبدأ غدا» holds a quote."""
    blocks = tuple(Block(BlockKind.PARAGRAPH, text) for text in paragraphs)
    quotes = tuple(
        Quote("سنبدأ غدا", speaker, place, start, start + len("سنبدأ غدا"))
        for place, text in enumerate(paragraphs)
        if (start := text.find("سنبدأ غدا")) >= 0
    )
    return Article(title=title, sections=("سياسة",), breaking=True, blocks=blocks, quotes=quotes, lead=paragraphs[0])


STORY = told(FIRST, SECOND)
FIRE = "وقع حريق صغير في المخزن."


def stand(article: Article) -> bool:
    """Whether each quote stands where the article says."""
    return all(article.blocks[quote.block].text[quote.start : quote.end] == quote.text for quote in article.quotes)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(STORY, (), id="nothing"),
        pytest.param(told(FIRST + "  ", SECOND.replace(" ", "  ")), (), id="spaces"),
        pytest.param(told(FIRST, SECOND, "آخر تحديث: 14:30"), (), id="when it was touched"),
        pytest.param(told(FIRST, SECOND, THIRD), (), id="a paragraph more"),
        pytest.param(
            told(FIRST, SECOND, title="الوزير: نبدأ بعد غد"),
            (Change(Field.TITLE, STORY.title, "الوزير: نبدأ بعد غد"),),
            id="title",
        ),
        pytest.param(
            told(FIRST, THIRD, "ولم يصب سوى اثنين في الحادث."),
            (Change(Field.PARAGRAPH, "يصب أحد في", "يصب سوى اثنين في"),),
            id="a paragraph, behind one that is new",
        ),
        pytest.param(told(FIRST), (Change(Field.PARAGRAPH, SECOND, ""),), id="a paragraph less"),
        pytest.param(told(FIRST, FIRE), (Change(Field.PARAGRAPH, SECOND, ""),), id="another paragraph"),
        pytest.param(told(FIRST, SECOND, speaker="النائب"), (Change(Field.SPEAKER, "الوزير", "النائب"),), id="speaker"),
        pytest.param(told(FIRST, SECOND, speaker=None), (Change(Field.SPEAKER, "الوزير", ""),), id="no speaker"),
    ],
)
def test_what_was_wrong_is_told_and_nothing_else(new: Article, expected: tuple[Change, ...]) -> None:
    merged = merge(STORY, STORY, new)
    assert merged.changes == expected
    assert not merged.by_hand
    assert stand(merged.article)


def test_a_lead_of_its_own_counts_too() -> None:
    story = replace(STORY, lead="مقدمة فيها خطأ واحد")
    assert changes(story, replace(story, lead="مقدمة فيها صواب واحد")) == (
        Change(Field.PARAGRAPH, "فيها خطأ واحد", "فيها صواب واحد"),
    )


def test_what_the_newsroom_decides_stays_as_it_is() -> None:
    story = replace(STORY, sections=("رياضة",), urgency=Urgency.FLASH)
    new = replace(told(FIRST, THIRD), sections=("صحة",), breaking=False, url="https://news.example/2", byline="سلمى")
    article = merge(story, story, new).article
    assert (article.sections, article.urgency, article.breaking) == (("رياضة",), Urgency.FLASH, True)
    assert (article.url, article.byline) == ("https://news.example/2", "سلمى")


@pytest.mark.parametrize(
    ("standing", "new", "title", "texts", "by_hand"),
    [
        pytest.param(
            rules.change_title(STORY, "عنوان المكتب"),
            told(FIRST, "ولم يصب سوى اثنين في الحادث."),
            "عنوان المكتب",
            [FIRST, "ولم يصب سوى اثنين في الحادث."],
            False,
            id="the desk another title, the source another paragraph",
        ),
        pytest.param(
            rules.change_title(STORY, "عنوان المكتب"),
            told(FIRST, SECOND, title="عنوان المصدر"),
            "عنوان المصدر",
            [FIRST, SECOND],
            True,
            id="both another title",
        ),
        pytest.param(
            rules.change_title(STORY, "عنوان متفق عليه"),
            told(FIRST, SECOND, title="عنوان متفق عليه!"),
            "عنوان متفق عليه",
            [FIRST, SECOND],
            False,
            id="both the same title",
        ),
        pytest.param(
            rules.change_paragraph(STORY, 1, "ولم يصب أحد قط."),
            told(THIRD, FIRST, SECOND),
            STORY.title,
            [THIRD, FIRST, "ولم يصب أحد قط."],
            False,
            id="the desk a paragraph, which the source has only moved",
        ),
        pytest.param(
            rules.change_paragraph(STORY, 1, "ولم يصب أحد قط."),
            told(FIRST, "ولم يصب سوى اثنين."),
            STORY.title,
            [FIRST, "ولم يصب سوى اثنين."],
            True,
            id="both the same paragraph",
        ),
        pytest.param(
            rules.change_paragraph(STORY, 1, "ولم يصب أحد قط."),
            told(FIRST),
            STORY.title,
            [FIRST],
            True,
            id="the source has taken out what the desk has corrected",
        ),
    ],
)
def test_what_only_one_has_changed_is_taken_from_that_one(
    standing: Article, new: Article, title: str, texts: list[str], by_hand: bool
) -> None:
    merged = merge(standing, STORY, new)
    assert merged.article.title == title
    assert [block.text for block in merged.article.blocks] == texts
    assert merged.by_hand is by_hand
    assert stand(merged.article)


def test_a_speaker_whom_the_desk_has_named_is_kept_and_not_renamed_unasked() -> None:
    named = rules.change_speaker(STORY, 0, "سلمى حداد")
    assert merge(named, STORY, told(FIRST, THIRD)).article.quotes[0].speaker == "سلمى حداد"
    renamed = merge(named, STORY, told(FIRST, SECOND, speaker="النائب"))
    assert (renamed.article.quotes[0].speaker, renamed.by_hand) == ("النائب", True)


def test_where_nobody_knows_which_paragraph_is_which_the_desk_is_asked() -> None:
    assert merge(told(FIRST), STORY, told(FIRST, THIRD)).by_hand


def test_a_text_of_one_line_again_and_again_costs_little() -> None:
    many = told(FIRST, *(["سطر يتكرر"] * 3_000))
    assert merge(many, many, told(FIRST, *(["سطر آخر"] * 3_000))).changes
