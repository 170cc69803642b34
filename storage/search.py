"""Finding stories: the newest ones, and those that hold certain words, page by page.

A page begins behind an article rather than at an offset, so that new stories do not move what somebody reads. Articles
are found by the index of `storage.search_index`: FTS5 in SQLite, a tsvector in PostgreSQL.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, column, false, literal, select, table, tuple_
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect, stems
from storage.articles import Headline, Status, headlines, of_chat
from storage.stems import Wanted
from storage.tables import article_words, articles

_fts = table("article_search", column("rowid", article_words.c.position.type), column("article_search"))


class Direction(StrEnum):
    """Which way a page is turned."""

    OLDER = "older"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class Turn:
    """The page that begins behind the article with this number, in this direction."""

    direction: Direction
    article_id: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some headlines, the newest first, and whether there are others before and behind them."""

    headlines: tuple[Headline, ...] = ()
    has_newer: bool = False
    has_older: bool = False


async def search(connection: AsyncConnection, query: str, *, limit: int, turn: Turn | None = None) -> Page:
    """Return the stories that hold every word of `query`, the last word perhaps only begun; the newest ones first.

    Spelling, article and common endings do not matter (see `storage.stems`). Any text may be asked for: one without a
    word, and a `turn` at an article that does not exist, find nothing.
    """
    wanted = stems.wanted(query)
    if not wanted:
        return Page()
    if connection.dialect.name == "sqlite":
        # SQLite reads matches by their rowid, forwards or backwards, and does not sort.
        key = _fts.c.rowid
        found = (
            select(articles.c.id)
            .select_from(_fts)
            .join(article_words, article_words.c.position == _fts.c.rowid)
            .where(_fts.c.article_search.op("MATCH")(_fts5(wanted)))
        )
    else:
        key = article_words.c.position
        # Written into the statement, since how often these words occur decides which plan is fast.
        query_value = cast(dialect.inline(_tsquery(wanted)), TSQUERY)
        found = select(articles.c.id).where(article_words.c.words.op("@@")(query_value))
    found = found.join(articles, articles.c.id == article_words.c.article_id)
    found = found.where(articles.c.status != Status.RETRACTED)
    if turn:
        place = select(article_words.c.position).where(article_words.c.article_id == turn.article_id)
        found = found.where(_behind(turn, (key,), (await connection.execute(place)).one_or_none()))
    return await _page(connection, found, (key,), limit, turn)


async def latest(connection: AsyncConnection, *, chat_id: int | None, limit: int, turn: Turn | None = None) -> Page:
    """Return the newest stories: those of the chat's sections, or of every section where `chat_id` is None."""
    keys = (articles.c.published_at, articles.c.id)
    found = of_chat(select(articles.c.id), chat_id)
    if turn:
        place = select(*keys).where(articles.c.id == turn.article_id)
        found = found.where(_behind(turn, keys, (await connection.execute(place)).one_or_none()))
    return await _page(connection, found, keys, limit, turn)


def _behind(turn: Turn, keys: Sequence[ColumnElement[Any]], place: Sequence[Any] | None) -> ColumnElement[bool]:
    """The condition for what lies beyond `place`, the values of `keys` at which the page is turned."""
    if place is None:
        return false()
    here = tuple_(*(literal(value, key.type) for value, key in zip(place, keys, strict=True)))
    return tuple_(*keys) < here if turn.direction is Direction.OLDER else tuple_(*keys) > here


async def _page(
    connection: AsyncConnection,
    found: Select[tuple[int]],
    keys: Sequence[ColumnElement[Any]],
    limit: int,
    turn: Turn | None,
) -> Page:
    backwards = turn is not None and turn.direction is Direction.NEWER
    found = found.order_by(*(key.asc() if backwards else key.desc() for key in keys)).limit(limit + 1)
    rows = await headlines(connection, found)
    shown, has_more = rows[:limit], len(rows) > limit
    if backwards:
        return Page(tuple(reversed(shown)), has_newer=has_more, has_older=True)
    return Page(shown, has_newer=turn is not None, has_older=has_more)


def _fts5(wanted: Iterable[Wanted]) -> str:
    return _expression(wanted, quote='"', begun="*", either=" OR ", both=" AND ")


def _tsquery(wanted: Iterable[Wanted]) -> str:
    return _expression(wanted, quote="'", begun=":*", either=" | ", both=" & ")


def _expression(wanted: Iterable[Wanted], *, quote: str, begun: str, either: str, both: str) -> str:
    words = []
    for word in wanted:
        choices = [f"{quote}{term}{quote}" for term in word.terms]
        choices += [f"{quote}{prefix}{quote}{begun}" for prefix in word.prefixes]
        words.append(f"({either.join(choices)})")
    return both.join(words)
