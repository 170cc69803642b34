"""Finding stories: the newest ones, and those that hold certain words, page by page.

A page begins behind an article rather than at an offset, so that new stories do not move what somebody reads. Articles
are found by the index of `storage.search_index`: FTS5 in SQLite, a tsvector in PostgreSQL.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Text,
    cast,
    column,
    false,
    func,
    literal,
    or_,
    select,
    table,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import headlines, stems
from storage.articles import Status
from storage.headlines import Headline, of_chat
from storage.search_index import position_of
from storage.stems import Wanted
from storage.tables import article_words, articles

# Stories that are looked through one by one before all are asked for: some milliseconds.
_NEAR = 200
_NEAR_FTS5 = 100  # in SQLite, which has to read their words
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
        return await _filled(partial(_search_fts5, connection, wanted, limit), limit, turn)
    return await _filled(partial(_search_tsvector, connection, _tsquery(wanted), limit), limit, turn)


async def alerts_with(
    connection: AsyncConnection, wanted: Sequence[Wanted], *, since: datetime, limit: int
) -> list[int]:
    """Return the newest alerts published since then that hold every one of the words, by number."""
    if not wanted:
        return []
    key = article_words.c.position
    found = (
        select(articles.c.id)
        .select_from(article_words)
        .join(articles, articles.c.id == article_words.c.article_id)
        .where(articles.c.status == Status.PUBLISHED, articles.c.breaking, key >= position_of(since, 0))
        .order_by(key.desc())
        .limit(limit)
    )
    if connection.dialect.name == "sqlite":
        found = found.join(_fts, _fts.c.rowid == key).where(_matches(wanted))
    else:
        found = found.where(article_words.c.words.op("@@")(cast(_tsquery(wanted), TSQUERY)))
    return list(await connection.scalars(found))


async def latest(connection: AsyncConnection, *, chat_id: int | None, limit: int, turn: Turn | None = None) -> Page:
    """Return the newest stories: those of the chat's sections, or of every section where `chat_id` is None."""
    return await _filled(partial(_latest, connection, chat_id, limit), limit, turn)


async def _filled(look: Callable[[Turn | None], Awaitable[Page]], limit: int, turn: Turn | None) -> Page:
    """Return the page, or where turning to newer ones ends in the middle of one, the first page, which is full."""
    page = await look(turn)
    return await look(None) if _is_backwards(turn) and 0 < len(page.headlines) < limit else page


async def _search_fts5(connection: AsyncConnection, wanted: Sequence[Wanted], limit: int, turn: Turn | None) -> Page:
    """Look through the nearest stories that hold all words but the one that is only begun; then ask for all at once.

    FTS5 finds whole words story by story, in both directions, so nothing is sorted. But before it tells the first story
    that holds the beginning of a word, it gathers all that hold any word which begins so: of a frequent one, nearly all
    there are. Such a word fills the page from the stories at hand.
    """
    place = await _position(connection, turn) if turn else None
    *whole, begun = wanted
    if begun.prefixes:
        key = _fts.c.rowid if whole else article_words.c.position
        candidates = select(key).where(_matches(whole)) if whole else select(key)
        candidates = _ordered(_turned(candidates, (key,), place, turn), (key,), turn)
        edge = await connection.scalar(candidates.offset(_NEAR_FTS5 - 1).limit(1))
        near = _turned(_stories_fts5(whole), (key,), place, turn).where(_holds(begun))
        if edge is not None:
            near = near.where(key <= edge if _is_backwards(turn) else key >= edge)
        page = await _page(connection, near, (key,), limit, turn)
        if edge is None or (page.has_newer if _is_backwards(turn) else page.has_older):
            return page
    key = _fts.c.rowid
    return await _page(connection, _turned(_stories_fts5(wanted), (key,), place, turn), (key,), limit, turn)


def _stories_fts5(wanted: Sequence[Wanted]) -> Select[tuple[int]]:
    """Select the articles that stand and in which FTS5 finds all of these words, every article where there are none."""
    found = select(articles.c.id).where(articles.c.status != Status.RETRACTED)
    if not wanted:
        return found.select_from(article_words).join(articles, articles.c.id == article_words.c.article_id)
    return (
        found.select_from(_fts)
        .join(article_words, article_words.c.position == _fts.c.rowid)
        .join(articles, articles.c.id == article_words.c.article_id)
        .where(_matches(wanted))
    )


def _matches(wanted: Sequence[Wanted]) -> ColumnElement[bool]:
    return _fts.c.article_search.op("MATCH", is_comparison=True)(_fts5(wanted))


def _holds(word: Wanted) -> ColumnElement[bool]:
    """Whether a story's terms, which stand in SQLite as text, answer to the word."""
    terms = literal(" ") + cast(article_words.c.words, Text) + literal(" ")
    looked_for = [f" {term} " for term in word.terms] + [f" {prefix}" for prefix in word.prefixes]
    return or_(*(func.instr(terms, what) > 0 for what in looked_for))


async def _search_tsvector(connection: AsyncConnection, query: str, limit: int, turn: Turn | None) -> Page:
    """Look through the stories next to where the page begins, and only if they do not fill it ask the index.

    PostgreSQL cannot be left to choose: it knows how often frequent words occur only, and not what it costs to fetch a
    tsvector. A frequent word fills the page from the stories at hand, and the others have few matches to sort.
    """
    place = await _position(connection, turn) if turn else None
    holds = article_words.c.words.op("@@")(cast(query, TSQUERY))
    key = article_words.c.position
    stories = select(key, article_words.c.article_id)
    beside = _turned(stories.add_columns(holds.label("holds")), (key,), place, turn)
    near = _ordered(beside, (key,), turn).limit(_NEAR).subquery()
    page = await _page(connection, _standing(near).where(near.c.holds), (near.c.position,), limit, turn)
    if page.has_newer if _is_backwards(turn) else page.has_older:
        return page
    # Within the index no other condition may stand, or PostgreSQL would rather look at every story that fulfils it.
    matches = select(stories.where(holds).cte().prefix_with("MATERIALIZED"))
    keys = (matches.selected_columns.position,)
    far = _ordered(_turned(matches, keys, place, turn), keys, turn).offset(0).subquery()
    await connection.execute(text("SET LOCAL enable_seqscan = off"))
    page = await _page(connection, _standing(far), (far.c.position,), limit, turn)
    await connection.execute(text("SET LOCAL enable_seqscan TO DEFAULT"))
    return page


def _standing(source: Subquery) -> Select[tuple[int]]:
    """Select the articles of `source`, which is ordered and limited, that are not retracted.

    Not by a join, for which PostgreSQL would read every article: it asks for those only that fill the page.
    """
    status = select(articles.c.status).where(articles.c.id == source.c.article_id).scalar_subquery()
    return select(source.c.article_id.label("id")).where(status != Status.RETRACTED)


async def _position(connection: AsyncConnection, turn: Turn) -> Sequence[Any] | None:
    place = select(article_words.c.position).where(article_words.c.article_id == turn.article_id)
    return (await connection.execute(place)).one_or_none()


async def _latest(connection: AsyncConnection, chat_id: int | None, limit: int, turn: Turn | None) -> Page:
    keys = (articles.c.published_at, articles.c.id)
    found = of_chat(select(articles.c.id), chat_id)
    place = None
    if turn:
        place = (await connection.execute(select(*keys).where(articles.c.id == turn.article_id))).one_or_none()
    return await _page(connection, _turned(found, keys, place, turn), keys, limit, turn)


def _turned(
    found: Select[Any], keys: Sequence[ColumnElement[Any]], place: Sequence[Any] | None, turn: Turn | None
) -> Select[Any]:
    """Select what lies beyond `place`, the values of `keys` at the article of `turn`, or None where there is none."""
    if turn is None:
        return found
    if place is None:
        return found.where(false())
    here = tuple_(*(literal(value, key.type) for value, key in zip(place, keys, strict=True)))
    return found.where(tuple_(*keys) > here if _is_backwards(turn) else tuple_(*keys) < here)


async def _page(
    connection: AsyncConnection,
    found: Select[tuple[int]],
    keys: Sequence[ColumnElement[Any]],
    limit: int,
    turn: Turn | None,
) -> Page:
    rows = await headlines.load(connection, _ordered(found, keys, turn).limit(limit + 1))
    shown, has_more = rows[:limit], len(rows) > limit
    if _is_backwards(turn):
        return Page(tuple(reversed(shown)), has_newer=has_more, has_older=True)
    return Page(shown, has_newer=turn is not None, has_older=has_more)


def _ordered(found: Select[Any], keys: Sequence[ColumnElement[Any]], turn: Turn | None) -> Select[Any]:
    return found.order_by(*(key.asc() if _is_backwards(turn) else key.desc() for key in keys))


def _is_backwards(turn: Turn | None) -> bool:
    return turn is not None and turn.direction is Direction.NEWER


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
