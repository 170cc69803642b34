"""Words and phrases that a chat follows or mutes.

They are literal: compared with an article's words as search compares them (`storage.stems`), never as patterns. Whoever
follows a phrase is told of alerts that hold it anywhere; whoever mutes one is spared those that hold it where an alert
shows it, in the title or the lead. An article is matched by its own words: how many chats there are does not matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect, search, stems
from storage.arabic import fold
from storage.article import Article, Block, BlockKind
from storage.stems import TermIndex
from storage.tables import article_blocks, articles, chat_phrases, phrase_terms, phrases

# More would follow everything; and longer ones are sentences.
MAX_PHRASES = 30
MAX_LENGTH = 60
MAX_WORDS = 5
WEEK = timedelta(days=7)
# Alerts of a week that are read for a count, the newest first.
_MOST_COUNTED = 500
# So that no crowd can make a statement longer than databases take.
_MOST_HELD = 10_000
_UNUSED = ~select(1).where(chat_phrases.c.phrase_id == phrases.c.id).exists()
# Terms that are looked up in one statement.
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a chat, as the chat spells it."""

    id: int
    text: str
    muted: bool


@dataclass(frozen=True, slots=True)
class Held:
    """Which phrases, by id, an article holds: anywhere, and where its alert shows them."""

    anywhere: tuple[int, ...] = ()
    shown: tuple[int, ...] = ()


NOTHING = Held()


class TooManyError(ValueError):
    """The chat has `MAX_PHRASES` already."""


def is_phrase(text: str) -> bool:
    """Whether `text` can be followed: one to `MAX_WORDS` words, at most `MAX_LENGTH` characters."""
    return len(text) <= MAX_LENGTH and 0 < len(stems.phrase(text)) <= MAX_WORDS


async def put(connection: AsyncConnection, chat_id: int, text: str, *, muted: bool) -> None:
    """Let the chat follow a phrase, or mute it; one that it has already changes sides.

    Raise `TooManyError`, and `ValueError` for what is no phrase.
    """
    if not is_phrase(text):
        raise ValueError("no phrase")
    await dialect.serialize(connection, "change phrases")  # what nobody follows any more is deleted
    key = " ".join(fold(text).split())
    mine = await of_chat(connection, chat_id)
    phrase_id = await _phrase(connection, key)
    if len(mine) >= MAX_PHRASES and phrase_id not in {phrase.id for phrase in mine}:
        raise TooManyError
    values = {"muted": muted, "typed": text}
    await connection.execute(
        dialect.insert(connection, chat_phrases)
        .values(chat_id=chat_id, phrase_id=phrase_id, **values)
        .on_conflict_do_update(index_elements=["chat_id", "phrase_id"], set_=values)
    )


async def remove(connection: AsyncConnection, chat_id: int, phrase_id: int) -> bool:
    """Neither follow nor mute the phrase any more; return whether the chat did."""
    await dialect.serialize(connection, "change phrases")
    removed = await connection.execute(
        delete(chat_phrases).where(chat_phrases.c.chat_id == chat_id, chat_phrases.c.phrase_id == phrase_id)
    )
    await connection.execute(delete(phrases).where(phrases.c.id == phrase_id, _UNUSED))
    return removed.rowcount > 0


async def drop_unused(connection: AsyncConnection) -> None:
    """Delete the phrases that nobody follows or mutes any more."""
    await dialect.serialize(connection, "change phrases")
    await connection.execute(delete(phrases).where(_UNUSED))


async def of_chat(connection: AsyncConnection, chat_id: int) -> tuple[Phrase, ...]:
    """Return what the chat follows and mutes, in the order of the alphabet."""
    rows = await connection.execute(
        select(chat_phrases.c.phrase_id, chat_phrases.c.typed, chat_phrases.c.muted)
        .join(phrases, phrases.c.id == chat_phrases.c.phrase_id)
        .where(chat_phrases.c.chat_id == chat_id)
        .order_by(phrases.c.text)
    )
    return tuple(Phrase(*row) for row in rows)


async def held_by(connection: AsyncConnection, article: Article) -> Held:
    """Return which of all the phrases that anybody follows or mutes the article holds."""
    if await connection.scalar(select(phrases.c.id).limit(1)) is None:
        return NOTHING
    text = _Text(article.title, article.lead, article.blocks)
    anywhere, shown = TermIndex(text.anywhere), TermIndex(text.shown)
    candidates: dict[int, str] = {}
    terms = list(anywhere.terms)
    for start in range(0, len(terms), _BATCH):
        rows = await connection.execute(
            select(phrases.c.id, phrases.c.text)
            .join(phrase_terms, phrase_terms.c.phrase_id == phrases.c.id)
            .where(phrase_terms.c.term.in_(terms[start : start + _BATCH]))
        )
        candidates.update((row.id, row.text) for row in rows)
    wanted = {key: stems.phrase(candidates[key]) for key in sorted(candidates)[:_MOST_HELD]}
    return Held(
        tuple(key for key, phrase in wanted.items() if anywhere.holds(phrase)),
        tuple(key for key, phrase in wanted.items() if shown.holds(phrase)),
    )


async def muted_among(connection: AsyncConnection, chat_id: int, article_ids: Iterable[int]) -> frozenset[int]:
    """Return those of the articles that hold, where an alert shows it, a phrase that the chat mutes."""
    muted = [stems.phrase(phrase.text) for phrase in await of_chat(connection, chat_id) if phrase.muted]
    if not muted:
        return frozenset()
    found = await _texts(connection, list(article_ids))
    return frozenset(key for key, text in found.items() if _holds_any(text.shown, muted))


async def count_week(connection: AsyncConnection, text: str, *, now: datetime) -> int:
    """Return how many alerts of the last seven days hold the phrase; `_MOST_COUNTED` at most."""
    phrase = stems.phrase(text)
    ids = await search.alerts_with(connection, phrase, since=now - WEEK, limit=_MOST_COUNTED)
    if len(phrase) == 1:
        return len(ids)
    found = await _texts(connection, ids)  # the index knows which words an article holds, not in which order
    return sum(_holds_any(text.anywhere, [phrase]) for text in found.values())


async def _phrase(connection: AsyncConnection, key: str) -> int:
    await connection.execute(dialect.insert(connection, phrases).values(text=key).on_conflict_do_nothing())
    phrase_id: int = (await connection.execute(select(phrases.c.id).where(phrases.c.text == key))).scalar_one()
    await connection.execute(
        dialect.insert(connection, phrase_terms).on_conflict_do_nothing(),
        [{"term": term, "phrase_id": phrase_id} for term in stems.phrase(key)[0].terms],
    )
    return phrase_id


@dataclass(frozen=True, slots=True)
class _Text:
    title: str
    lead: str | None
    blocks: tuple[Block, ...]

    @property
    def anywhere(self) -> tuple[str, ...]:
        return (self.title, self.lead or "", *(block.text for block in self.blocks))

    @property
    def shown(self) -> tuple[str, ...]:
        """What an alert shows: where there is no lead the first paragraph leads."""
        first = next((block.text for block in self.blocks if block.kind is BlockKind.PARAGRAPH), "")
        return (self.title, self.lead or first)


async def _texts(connection: AsyncConnection, article_ids: Sequence[int]) -> dict[int, _Text]:
    blocks: dict[int, list[Block]] = {}
    rows = await connection.execute(
        select(article_blocks.c.article_id, article_blocks.c.kind, article_blocks.c.text)
        .where(article_blocks.c.article_id.in_(article_ids))
        .order_by(article_blocks.c.article_id, article_blocks.c.position)
    )
    for article_id, kind, text in rows:
        blocks.setdefault(article_id, []).append(Block(BlockKind(kind), text))
    heads = await connection.execute(
        select(articles.c.id, articles.c.title, articles.c.lead).where(articles.c.id.in_(article_ids))
    )
    return {row.id: _Text(row.title, row.lead, tuple(blocks.get(row.id, ()))) for row in heads}


def _holds_any(texts: Iterable[str], wanted: Iterable[stems.Phrase]) -> bool:
    index = TermIndex(texts)
    return any(index.holds(phrase) for phrase in wanted)
