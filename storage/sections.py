"""Sections, and the words that name them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.arabic import fold
from storage.article import Section
from storage.tables import section_aliases, sections


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section as it is stored. The order of rows is the order in which people see them."""

    id: int
    name: str
    slug: str


async def ensure(connection: AsyncConnection, defaults: Iterable[Section]) -> None:
    """Fill an empty database with `defaults`. Where sections exist already, nothing is changed."""
    await dialect.serialize(connection, "create the sections")
    if await connection.scalar(select(func.count()).select_from(sections)):
        return
    for position, section in enumerate(defaults):
        section_id = await connection.scalar(
            sections.insert().values(name=section.name, slug=section.slug, position=position).returning(sections.c.id)
        )
        await connection.execute(
            dialect.insert(connection, section_aliases).on_conflict_do_nothing(),
            [
                {"alias": fold(word), "section_id": section_id, "word": word}
                for word in (section.name, *section.aliases)
            ],
        )


async def every(connection: AsyncConnection) -> tuple[SectionRow, ...]:
    """Return all sections in their order."""
    rows = await connection.execute(
        select(sections.c.id, sections.c.name, sections.c.slug).order_by(sections.c.position, sections.c.id)
    )
    return tuple(SectionRow(*row) for row in rows)


async def index(connection: AsyncConnection) -> Mapping[str, str]:
    """Return folded name or alias → canonical name, as `bot.extract` wants it."""
    rows = await connection.execute(
        select(section_aliases.c.alias, sections.c.name).join(sections, sections.c.id == section_aliases.c.section_id)
    )
    return {row.alias: row.name for row in rows}
