"""Articles as JSON, for rows that hold one whole. Pure."""

from pydantic import TypeAdapter

from storage.article import Article


def dump(article: Article) -> str:
    """Return the article as JSON; the same for articles that are equal."""
    return TypeAdapter(Article).dump_json(article).decode()


def load(text: str) -> Article:
    """Return what `dump` was given."""
    return TypeAdapter(Article).validate_json(text)
