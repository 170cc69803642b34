"""An article as a person reads it in a terminal. Pure."""

from collections.abc import Iterator

from bot.extract import Reading
from storage.article import Article


def as_text(reading: Reading) -> str:
    """Return everything that was understood of each article, an empty line between two."""
    return "\n\n".join("\n".join(_lines(article)) for article in reading.articles)


def one_line(article: Article) -> str:
    """Return the flag, the date, the headline and the sections."""
    moment = f"{article.published_at:%Y-%m-%d %H:%M}" if article.published_at else "no date"
    return f"{'🔴' if article.breaking else '  '} {moment:<16}  {article.title}  [{'، '.join(article.sections)}]"


def _lines(article: Article) -> Iterator[str]:
    yield f"{'🔴 عاجل | ' if article.breaking else ''}{article.title}"
    yield f"sections: {'، '.join(article.sections)}"
    if article.published_at:
        yield f"published: {article.published_at:%Y-%m-%d %H:%M} UTC"
    for name, value in (("by", article.byline), ("url", article.url), ("guid", article.guid), ("lead", article.lead)):
        if value:
            yield f"{name}: {value}"
    for subheading in article.subheadings:
        yield f"▪ {subheading}"
    for quote in article.quotes:
        yield f"«{quote.text}» — {quote.speaker or '?'}"
    yield f"{len(article.paragraphs)} paragraphs, {sum(len(text.split()) for text in article.paragraphs)} words"
