"""Alembic's scripts: one file a change, oldest first."""

# FTS5 tables with their shadows, and the index that PostgreSQL has in their stead. Alembic cannot describe the former,
# and would miss the latter in SQLite.
_SEARCH = "article_search"


def is_compared(_item: object, name: str | None, _kind: str, _reflected: bool, _other: object) -> bool:
    """Whether Alembic compares this with the tables: its `include_object`."""
    return name is None or not name.startswith(_SEARCH)
