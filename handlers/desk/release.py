"""Letting a story out: at once, or when the time to think again is over.

That a story is on its way stands in its draft's row, so a restart neither forgets nor repeats it: whoever publishes it
takes the draft and owes the alerts in one transaction.
"""

import logging
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Bot, CallbackQuery

from handlers.context import Context, Services
from handlers.desk import copies
from handlers.desk.buttons import HandleDraft
from handlers.desk.rules import Step, next_step
from handlers.readers import Reader
from handlers.replies import answer, edit_keyboard
from storage import audit, drafts, previews, progress, publishing
from storage.article import Urgency
from storage.audit import Act
from storage.drafts import Draft, State
from storage.publishing import Published

logger = logging.getLogger(__name__)

_REFUSALS = {
    Step.CLOSED: "draft.closed",
    Step.UNDER_WAY: "draft.under_way",
    Step.OUTDATED: "draft.outdated",
    Step.NEEDS_FLAG: "draft.needs_flag",
    Step.OWN_APPROVAL: "draft.own_approval",
}


async def release(query: CallbackQuery, context: Context, reader: Reader, action: HandleDraft) -> None:
    """Let a draft out, or note the first of two approvals.

    The press is answered when that stands in the database, so that what was answered survives a crash, and before
    anything is owed, which may take a moment.
    """
    services, now, by = context.services, context.services.clock(), query.from_user.id
    async with services.database.write() as connection:
        draft = await drafts.get(connection, action.draft_id)
        step = next_step(draft, version=action.version, by=by, two_person=services.two_person)
        if draft and step is Step.APPROVE:
            draft = await drafts.approve(connection, draft, by)
        elif draft and step is Step.RELEASE:
            # A flash has no time to think again: its minute is the news.
            wait = timedelta() if draft.article.urgency is Urgency.FLASH else services.undo_window
            draft = await drafts.schedule(connection, draft, by, now + wait)
        if draft and step not in _REFUSALS:
            act = Act.APPROVE if step is Step.APPROVE else Act.RELEASE
            await audit.record(connection, by, act, draft_id=draft.id, now=now)
    if step in _REFUSALS or draft is None:
        await refuse(query, context, reader, action.draft_id, step)
        return
    await answer(query, reader.words.plain("draft.approved") if step is Step.APPROVE else "")
    if draft.due_at is not None and draft.due_at <= now:
        await publish_due(context.bot, services)
        return
    await copies.refresh(context.bot, services, draft)
    if step is Step.APPROVE:
        await copies.show_editors(context.bot, services, draft)


async def undo(query: CallbackQuery, context: Context, reader: Reader, action: HandleDraft) -> None:
    """Hold a draft that is about to go out."""
    services = context.services
    async with services.database.write() as connection:
        draft = await drafts.hold(connection, action.draft_id)
        if draft:
            await audit.record(connection, query.from_user.id, Act.UNDO, draft_id=draft.id, now=services.clock())
    if draft is None:
        await answer(query, reader.words.plain("draft.too_late"), alert=True)
        return
    await answer(query, reader.words.plain("draft.held"))
    await copies.refresh(context.bot, services, draft)


async def refuse(
    query: CallbackQuery, context: Context, reader: Reader, draft_id: int, step: Step = Step.CLOSED
) -> None:
    """Say why nothing is done, and let the message show how the draft stands now."""
    await answer(query, reader.words.plain(_REFUSALS.get(step, "draft.closed")), alert=True)
    async with context.services.database.read() as connection:
        draft = await drafts.get(connection, draft_id)
    if draft is None or draft.state in (State.RELEASED, State.DROPPED):
        # Its message tells how it ended, so only dead buttons go.
        await edit_keyboard(query, None)
    elif step is Step.OUTDATED:
        await edit_keyboard(query, None)
        await copies.refresh(context.bot, context.services, draft, alerts=True)


async def publish_due(bot: Bot, services: Services) -> None:
    """Publish every draft whose moment has come, once, whoever else does the same; then tell the newsroom."""
    async with services.database.read() as connection:
        due = await drafts.due(connection, now=services.clock(), window=services.undo_window)
    # First all of them, since telling takes requests.
    for out in [await _publish(services, draft_id) for draft_id in due]:
        if out is not None:
            await copies.tell_published(bot, services, *out)


async def _publish(services: Services, draft_id: int) -> tuple[Draft, Published] | None:
    now = services.clock()
    async with services.database.write() as connection:
        draft = await drafts.take_due(connection, draft_id, now=now, window=services.undo_window)
        if draft is None:
            return None
        # With the date that its preview shows.
        article = replace(draft.article, published_at=draft.published_at)
        published = await publishing.publish(
            connection, article, now=now, ttl=services.alert_ttl, outlet=draft.outlet, told=draft.told
        )
        story = published.stored.id
        await drafts.note_article(connection, draft_id, story)
        if published.owed and draft.released_by is not None:
            await _follow(connection, services, draft, draft.released_by, story)
        title = draft.article.title
        await audit.record(
            connection, draft.released_by, Act.PUBLISH, article_id=story, draft_id=draft_id, detail=title, now=now
        )
    services.wake()
    return draft, published


async def _follow(connection: AsyncConnection, services: Services, draft: Draft, by: int, story: int) -> None:
    """Let whoever released the story see how its broadcast goes."""
    copies_of_theirs = [copy for copy in await previews.every(connection, draft.id) if copy.chat_id == by]
    language = copies_of_theirs[0].language if copies_of_theirs else services.default_language
    await progress.follow(connection, story, by, language=language, now=services.clock())
