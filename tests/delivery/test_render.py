"""What a chat is told, rendered from claims."""

import json
from datetime import timedelta

import pytest

from bot.delivery.render import Renderer
from handlers.texts import Texts
from storage import digests, owing_digests, publishing, sections, subscribers
from storage.article import Article, Urgency
from storage.claims import claim
from storage.database import Database
from tests.databases import Clock
from tests.storage.builders import an_article, publish, subscribe


@pytest.fixture
def renderer(sqlite_database: Database) -> Renderer:
    return Renderer(sqlite_database, Texts.load())


async def test_the_buttons_of_a_digest_are_in_the_order_of_its_lines(
    renderer: Renderer, sqlite_database: Database, clock: Clock
) -> None:
    async with sqlite_database.write() as connection:
        await subscribers.start(connection, 7, language="ar", timezone="Asia/Riyadh", now=clock())
        ids = [row.id for row in await sections.every(connection) if row.name in ("سياسة", "رياضة")]
        await subscribers.choose(connection, 7, ids, chosen=True, now=clock())
        for number, section in enumerate(("رياضة", "سياسة", "رياضة", "سياسة"), start=1):
            story = Article(title=f"خبر فريد {'ابجد'[number - 1]}", sections=(section,), breaking=True, blocks=())
            await publishing.keep(connection, story, now=clock.advance(minutes=1))
        due = await digests.turn_on(connection, 7, minute=20 * 60, timezone="Asia/Riyadh", now=clock())
        clock.now = due.next_due_at + timedelta(seconds=1)
        await owing_digests.owe_due(connection, now=clock())
        [parcel] = (await claim(connection, limit=1, now=clock())).parcels

    [message] = (await renderer(parcel)).messages

    fields = json.loads(b"{" + message)
    lines = [line for line in fields["text"].splitlines() if "خبر فريد" in line]
    buttons = [button for row in fields["reply_markup"]["inline_keyboard"] for button in row]
    assert len(lines) == len(buttons) == 4
    for line, button in zip(lines, buttons, strict=True):
        number = "ابجد".index(line.partition("خبر فريد ")[2][0]) + 1
        assert button["callback_data"] == f"sum:{number}"


@pytest.mark.parametrize(
    ("ranks", "silent"),
    [
        ((Urgency.NORMAL,), True),
        ((Urgency.URGENT,), False),
        ((Urgency.FLASH,), False),
        ((Urgency.NORMAL, Urgency.NORMAL), True),
        ((Urgency.NORMAL, Urgency.URGENT), False),
    ],
)
async def test_only_what_is_pressing_makes_a_sound(
    renderer: Renderer, sqlite_database: Database, clock: Clock, ranks: tuple[Urgency, ...], silent: bool
) -> None:
    async with sqlite_database.write() as connection:
        await subscribe(connection, 7, "سياسة", now=clock())
        for number, urgency in enumerate(ranks):
            story = an_article(f"خبر فريد {'ابجد'[number]}", urgency=urgency)
            await publish(connection, story, clock())
        [parcel] = (await claim(connection, limit=1, now=clock())).parcels

    [message] = (await renderer(parcel)).messages

    assert json.loads(b"{" + message).get("disable_notification", False) is silent
