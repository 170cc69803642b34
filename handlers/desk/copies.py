"""The copies of a draft's preview: shown to whoever has to see it, and kept to what the draft is.

A copy is two messages: the alert exactly as subscribers will see it, and the card with what the newsroom decides on.
Copies are a courtesy: one that cannot be sent or changed is logged, and holds nothing up.
"""

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import Bot, InlineKeyboardMarkup
from telegram.error import TelegramError

from handlers import messages
from handlers.context import Services
from handlers.desk import buttons
from handlers.desk.card import Facts, card, published
from handlers.replies import edit_at, send_to
from handlers.texts import Words
from storage import admins, drafts, intake, owing_alerts, previews, subscribers
from storage.admins import Member
from storage.drafts import Draft, State
from storage.previews import Preview
from storage.publishing import Published
from storage.roles import Permission, may

logger = logging.getLogger(__name__)

_NO_KEYBOARDS: Mapping[tuple[int, int], InlineKeyboardMarkup] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Viewer:
    """A chat in which a copy stands: how it is spoken to, and who looks at it (anybody, in a group)."""

    chat_id: int
    words: Words
    zone: ZoneInfo
    member: Member | None

    @property
    def releases(self) -> bool:
        """Whether the button that releases is shown; who may press it is asked at the press."""
        return self.chat_id < 0 or (self.member is not None and may(self.member.role, Permission.RELEASE))


async def show(
    bot: Bot, services: Services, draft: Draft, chat_id: int, *, language: str, thread_id: int | None = None
) -> None:
    """Show the draft in a chat. An earlier copy there loses its buttons. Raise what Telegram answers."""
    facts = await gather_facts(services, draft)
    viewer = await _viewer(services, chat_id, language)
    alert = messages.alert(draft.article, draft.published_at, viewer.zone, viewer.words)
    silent = messages.is_quiet(draft.article)
    upper = await send_to(
        bot, chat_id, alert, buttons.alert_keyboard(draft, viewer.words), thread_id=thread_id, silent=silent
    )
    text, keyboard = _card(draft, facts, viewer)
    lower = await send_to(bot, chat_id, text, keyboard, thread_id=thread_id)
    async with services.database.write() as connection:
        earlier = await previews.forget(connection, draft.id, chat_id=chat_id)
        copy = Preview(chat_id, upper.message_id, lower.message_id, language)
        await previews.add(connection, draft.id, copy)
    for old in earlier:
        await _quietly(edit_at(bot, chat_id, old.card_message_id, viewer.words.say("preview.replaced")))


async def show_editors(bot: Bot, services: Services, draft: Draft) -> None:
    """Show the draft to everyone who may release it and has no copy of it yet."""
    async with services.database.read() as connection:
        people = await admins.who_may(connection, Permission.RELEASE)
        shown = {copy.chat_id for copy in await previews.every(connection, draft.id)}
    language = services.default_language
    await asyncio.gather(
        *(_quietly(show(bot, services, draft, person, language=language)) for person in people if person not in shown)
    )


async def show_brought(bot: Bot, services: Services) -> None:
    """Show the editors what sources brought for them to approve, and what has changed of it since."""
    async with services.database.read() as connection:
        waiting = await drafts.brought(connection)
    for draft in waiting:
        await refresh(bot, services, draft, alerts=True)
        await show_editors(bot, services, draft)
        # Afterwards: what a crash leaves unshown is shown again, perhaps twice, but never not at all.
        async with services.database.write() as connection:
            await drafts.note_shown(connection, draft)


async def refresh(
    bot: Bot,
    services: Services,
    draft: Draft,
    *,
    alerts: bool = False,
    keyboards: Mapping[tuple[int, int], InlineKeyboardMarkup] = _NO_KEYBOARDS,
) -> None:
    """Let every copy show the draft as it is now; with `alerts` the upper messages too.

    `keyboards` are for cards, by chat and message, in which somebody is choosing something.
    """
    facts = await gather_facts(services, draft)

    async def change(copy: Preview) -> None:
        viewer = await _viewer(services, copy.chat_id, copy.language)
        text, keyboard = _card(draft, facts, viewer)
        keyboard = keyboards.get((copy.chat_id, copy.card_message_id), keyboard)
        await _quietly(edit_at(bot, copy.chat_id, copy.card_message_id, text, keyboard))
        if alerts:
            alert = messages.alert(draft.article, draft.published_at, viewer.zone, viewer.words)
            above = buttons.alert_keyboard(draft, viewer.words)
            await _quietly(edit_at(bot, copy.chat_id, copy.alert_message_id, alert, above))

    await asyncio.gather(*map(change, await _copies(services, draft)))
    if draft.state is State.DROPPED:
        async with services.database.write() as connection:
            await previews.forget(connection, draft.id)


async def tell_published(bot: Bot, services: Services, draft: Draft, done: Published) -> None:
    """Let every copy say that the story is out, a last time."""

    async def change(copy: Preview) -> None:
        viewer = await _viewer(services, copy.chat_id, copy.language)
        text = published(draft.article, done, viewer.zone, viewer.words)
        await _quietly(edit_at(bot, copy.chat_id, copy.card_message_id, text))

    await asyncio.gather(*map(change, await _copies(services, draft)))
    async with services.database.write() as connection:
        await previews.forget(connection, draft.id)


async def gather_facts(services: Services, draft: Draft) -> Facts:
    """Return what a card says beside the draft."""
    article, now = draft.article, services.clock()
    async with services.database.read() as connection:
        reach = await owing_alerts.reach(connection, article, now=now)
        by_section = {
            name: await owing_alerts.reach(connection, replace(article, sections=(name,)), now=now)
            for name in article.sections
        }
        known = await intake.find_known(connection, article, outlet=draft.outlet, now=now) if draft.is_waiting else None
        people: Mapping[int, Member] = {member.user_id: member for member in await admins.every(connection)}
    editors = [member.user_id for member in people.values() if may(member.role, Permission.RELEASE)]
    # Before one of them has released it, the second is anybody but that first one.
    seconders = len(editors) - (draft.approved_by is None or draft.approved_by in editors)
    return Facts(
        reach=reach,
        by_section=by_section,
        rate=services.send_rate,
        window=services.undo_window,
        known_id=known,
        author=_name(people, draft.author_id),
        approver=_name(people, draft.approved_by),
        seconders=seconders if services.two_person else None,
    )


def _card(draft: Draft, facts: Facts, viewer: Viewer) -> tuple[Markup, InlineKeyboardMarkup | None]:
    own = draft.author_id == viewer.chat_id
    shown = replace(facts, author="") if own else facts
    text = card(draft, shown, viewer.zone, viewer.words, proposes=own and not viewer.releases)
    keyboard = buttons.card_keyboard(draft, viewer.words, releases=viewer.releases, user_id=viewer.chat_id)
    return text, keyboard


async def _copies(services: Services, draft: Draft) -> tuple[Preview, ...]:
    async with services.database.read() as connection:
        return await previews.every(connection, draft.id)


async def _viewer(services: Services, chat_id: int, language: str) -> Viewer:
    async with services.database.read() as connection:
        subscriber = await subscribers.get(connection, chat_id)
        member = await admins.find(connection, chat_id)
    if subscriber is None:
        return Viewer(chat_id, services.texts.of(language), ZoneInfo(services.default_timezone), member)
    words = services.texts.of(subscriber.language, subscriber.digits)
    return Viewer(chat_id, words, ZoneInfo(subscriber.timezone), member)


def _name(people: Mapping[int, Member], user_id: int | None) -> str:
    member = people.get(user_id) if user_id is not None else None
    return member.name or str(member.user_id) if member else ""


async def _quietly(request: Awaitable[object]) -> None:
    try:
        await request
    except TelegramError as error:
        logger.warning("an editor's preview could not be brought up to date: %s", error.message)
