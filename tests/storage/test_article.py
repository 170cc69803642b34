"""The shared vocabulary."""

import pytest

from storage.article import Article, Block, BlockKind, Fault, Section, UnreadableError


def test_an_article_tells_its_subheadings_and_paragraphs_apart() -> None:
    blocks = (
        Block(BlockKind.PARAGRAPH, "فقرة أولى"),
        Block(BlockKind.SUBHEADING, "عنوان"),
        Block(BlockKind.PARAGRAPH, "فقرة ثانية"),
    )
    article = Article(title="خبر", sections=("سياسة",), breaking=False, blocks=blocks)
    assert article.subheadings == ("عنوان",)
    assert article.paragraphs == ("فقرة أولى", "فقرة ثانية")


def test_an_unreadable_input_says_why() -> None:
    assert UnreadableError(Fault.NO_TITLE).fault is Fault.NO_TITLE


@pytest.mark.parametrize("slug", ["", "a" * 61, "a b", "رياضة", "a:b", "a\n"])
def test_a_slug_has_room_in_a_button(slug: str) -> None:
    with pytest.raises(ValueError, match="a section's slug is 1 to 60"):
        Section("رياضة", slug)
    assert Section("رياضة", "a" * 60).slug
