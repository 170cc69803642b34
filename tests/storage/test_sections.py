"""Sections are created once and found by every word that names them."""

import asyncio

from storage import sections
from storage.arabic import fold
from storage.article import DEFAULT_SECTIONS, Section, section_index
from storage.database import Database


async def test_the_first_start_creates_the_default_sections_in_their_order(database: Database) -> None:
    async with database.read() as connection:
        rows = await sections.every(connection)
    assert [(row.name, row.slug) for row in rows] == [(section.name, section.slug) for section in DEFAULT_SECTIONS]


async def test_a_later_start_changes_nothing(database: Database) -> None:
    async with database.write() as connection:
        await sections.ensure(connection, [Section("طقس", "weather")])
        assert [row.name for row in await sections.every(connection)] == [section.name for section in DEFAULT_SECTIONS]


async def test_processes_that_start_at_once_create_them_once(empty_database: Database, empty_database_url: str) -> None:
    await empty_database.migrate()
    bots = [Database(empty_database_url) for _ in range(4)]

    async def ensure(bot: Database) -> None:
        async with bot.write() as connection:
            await sections.ensure(connection, DEFAULT_SECTIONS)

    try:
        await asyncio.gather(*(ensure(bot) for bot in bots))
    finally:
        for bot in bots:
            await bot.close()
    async with empty_database.read() as connection:
        assert len(await sections.every(connection)) == len(DEFAULT_SECTIONS)


async def test_every_name_and_alias_leads_to_its_section(database: Database) -> None:
    async with database.read() as connection:
        index = await sections.index(connection)
    assert index == section_index(DEFAULT_SECTIONS)
    assert index[fold("دُوَلِيّ")] == "أخبار عالمية"


def test_no_word_names_two_of_the_default_sections() -> None:
    owners: dict[str, set[str]] = {}
    for section in DEFAULT_SECTIONS:
        for word in (section.name, *section.aliases):
            owners.setdefault(fold(word), set()).add(section.name)
    assert {word: names for word, names in owners.items() if len(names) > 1} == {}


def test_slugs_fit_into_a_deep_link() -> None:
    slugs = [section.slug for section in DEFAULT_SECTIONS]
    assert len(set(slugs)) == len(slugs)
    assert all(slug.isascii() and slug.replace("_", "").replace("-", "").isalnum() for slug in slugs)
