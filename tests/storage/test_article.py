"""The shared vocabulary."""

from storage.article import Article, Block, BlockKind, Fault, UnreadableError


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
