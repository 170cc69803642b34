"""Everything that a database keeps, row by row: on its way into another database, or into a file.

The rows of the index of words have a form of their own in each database; here they are a sorted list.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import ARRAY, Table, Text, bindparam, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import (
    amendments,
    article_words,
    articles,
    chats,
    deliveries,
    dialogs,
    digest_messages,
    draft_previews,
    drafts,
    hub_subscriptions,
    leaders,
    metadata,
    paid_days,
    progress,
    proposal_cards,
    proposals,
    received_updates,
    section_aliases,
    sections,
    sources,
    subscribers,
)

Cells = dict[str, Any]

# What a row refers to stands before it.
TABLES: tuple[Table, ...] = tuple(metadata.sorted_tables)
# What means nothing to a bot with another token: these hold ids of messages, what waits for their buttons, and the
# chats that the bot was added to.
_OF_ONE_BOT = (
    deliveries,
    amendments,
    chats,
    dialogs,
    digest_messages,
    drafts,
    draft_previews,
    hub_subscriptions,
    leaders,
    paid_days,
    progress,
    proposal_cards,
    proposals,
    received_updates,
)
# What outlives a token.
PORTABLE: tuple[Table, ...] = tuple(table for table in TABLES if table not in _OF_ONE_BOT)
# A database that holds none of these has only been set up.
_IN_USE = (subscribers, articles, sources)


async def is_in_use(connection: AsyncConnection) -> bool:
    """Whether the database holds more than what the first start puts there."""
    for table in _IN_USE:
        if (await connection.execute(select(table).limit(1))).first() is not None:
            return True
    return False


async def clear(connection: AsyncConnection) -> None:
    """Delete what the first start has put there."""
    for table in (section_aliases, sections):
        await connection.execute(delete(table))


async def rows(connection: AsyncConnection, table: Table) -> AsyncIterator[Cells]:
    """Yield the table's rows in the order of its key; memory does not grow with their number."""
    query = select(table).order_by(*table.primary_key.columns)
    if table is article_words and connection.dialect.name == "postgresql":
        array = func.tsvector_to_array(table.c.words, type_=ARRAY(Text)).label("words")
        query = query.with_only_columns(*(column for column in table.c if column is not table.c.words), array)
    async for row in await connection.stream(query):
        cells = dict(row._mapping)
        if table is article_words:
            words = cells["words"]
            cells["words"] = sorted(words.split() if isinstance(words, str) else words)
        yield cells


async def insert(connection: AsyncConnection, table: Table, batch: Sequence[Cells]) -> None:
    """Insert rows as `rows` yields them."""
    statement, cells = table.insert(), list(batch)
    if table is article_words and connection.dialect.name == "postgresql":
        statement = statement.values(words=func.array_to_tsvector(bindparam("terms", type_=ARRAY(Text))))
        cells = [{"terms": row["words"], **{key: row[key] for key in row if key != "words"}} for row in batch]
    elif table is article_words:
        cells = [{**row, "words": " ".join(row["words"])} for row in batch]
    if cells:
        await connection.execute(statement, cells)


async def renumber(connection: AsyncConnection) -> None:
    """Let new rows get numbers beyond those that were inserted with theirs. Only PostgreSQL has to be told."""
    if connection.dialect.name != "postgresql":
        return
    for table in TABLES:
        column = table.autoincrement_column
        if column is not None:
            await connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'),"  # noqa: S608 - our own names
                    f" (SELECT coalesce(max({column.name}), 0) + 1 FROM {table.name}), false)"
                )
            )
