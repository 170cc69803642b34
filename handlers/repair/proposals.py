"""What sources propose: shown to everyone who may correct, and kept to what stands.

Which messages show it stands in rows, so a restart goes on where the last run ended. A message that cannot be sent or
changed is logged, and holds nothing up.
"""

import asyncio
import logging
from collections.abc import Awaitable

from telegram import Bot
from telegram.error import TelegramError

from handlers.context import Services
from handlers.repair import buttons, cards
from handlers.replies import edit_at, send_to
from handlers.texts import Words
from storage import admins, articles, corrections, merge, proposals, source_changes, subscribers
from storage.amendments import State
from storage.proposals import Card, Proposal, Settled
from storage.roles import Permission

logger = logging.getLogger(__name__)


async def look_after(bot: Bot, services: Services) -> None:
    """Show the desk what is new or has changed, and how the rest ended. Call it again and again."""
    async with services.database.read() as connection:
        stale = await proposals.stale(connection)
    for proposal in stale:
        async with services.database.write() as connection:
            await source_changes.compare_again(connection, proposal, now=services.clock())
    async with services.database.read() as connection:
        unshown = await proposals.unshown(connection)
        settled = await proposals.settled_cards(connection)
    for proposal in unshown:
        await _show(bot, services, proposal)
    await asyncio.gather(*(_settle(bot, services, one) for one in settled))


async def _show(bot: Bot, services: Services, proposal: Proposal) -> None:
    async with services.database.read() as connection:
        people = await admins.who_may(connection, Permission.CORRECT)
        shown = {card.chat_id: card for card in await proposals.cards(connection, proposal.amendment.id)}
    await asyncio.gather(*(_quietly(_show_to(bot, services, proposal, person, shown.get(person))) for person in people))
    # Afterwards: what a crash leaves unshown is shown again.
    async with services.database.write() as connection:
        await proposals.note_shown(connection, proposal)


async def _show_to(bot: Bot, services: Services, proposal: Proposal, person: int, card: Card | None) -> None:
    amendment = proposal.amendment
    words = await _words(services, person)
    async with services.database.read() as connection:
        stored = await articles.get(connection, amendment.article_id)
        reach = await corrections.reach(connection, amendment.article_id, now=services.clock())
    if stored is None:
        return
    changes = merge.changes(stored.article, proposal.article)
    text = cards.proposal(proposal, changes, stored.article.title, reach, words)
    keyboard = buttons.proposal_keyboard(amendment, words)
    if card and await edit_at(bot, person, card.message_id, text, keyboard):
        return
    sent = await send_to(bot, person, text, keyboard)
    async with services.database.write() as connection:
        await proposals.add_card(connection, Card(amendment.id, person, sent.message_id))


async def _settle(bot: Bot, services: Services, settled: Settled) -> None:
    """Let a message say how its proposal ended, a last time."""
    card = settled.card
    words = await _words(services, card.chat_id)
    if settled.state is State.RELEASED:
        text = words.say("proposal.applied", id=settled.article_id)
    else:
        text = words.say("proposal.over", command=f"/audit {settled.article_id}")
    await _quietly(edit_at(bot, card.chat_id, card.message_id, text))
    async with services.database.write() as connection:
        await proposals.forget_card(connection, card.amendment_id, card.chat_id)


async def _words(services: Services, person: int) -> Words:
    async with services.database.read() as connection:
        subscriber = await subscribers.get(connection, person)
    if subscriber is None:
        return services.texts.of(services.default_language)
    return services.texts.of(subscriber.language, subscriber.digits)


async def _quietly(request: Awaitable[object]) -> None:
    try:
        await request
    except TelegramError as error:
        logger.warning("a proposal could not be shown: %s", error.message)
