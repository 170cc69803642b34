"""The buttons of a draft. Who may press them is asked at every press."""

from dataclasses import replace

from telegram import CallbackQuery
from telegram.error import BadRequest, Forbidden

from handlers import messages
from handlers.context import Context
from handlers.desk import buttons, copies, rules
from handlers.desk.buttons import RANKS, HandleDraft, Verb
from handlers.desk.questions import SPEAKER, TITLE, ask
from handlers.desk.release import refuse, release, undo
from handlers.desk.rules import Step
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.replies import answer, edit_at, edit_keyboard, reply, send_to
from handlers.texts import clean
from storage import audit, dialogs, drafts, sections
from storage.article import Article
from storage.audit import Act
from storage.drafts import Draft, State
from storage.roles import Permission

_LETS_OUT = (Verb.SEND, Verb.UNDO)


async def press(query: CallbackQuery, context: Context, reader: Reader, action: HandleDraft) -> None:
    """Do what the button says. Who does not release may touch their own drafts only."""
    attempt = f"pub:{action.verb}"
    async with context.services.database.read() as connection:
        draft = await drafts.get(connection, action.draft_id)
    own = draft is not None and draft.author_id == query.from_user.id
    needed = Permission.PROPOSE if own and action.verb not in _LETS_OUT else Permission.RELEASE
    if not await admitted(reader, context, attempt, needed):
        await answer(query, reader.words.plain("newsroom.refused"), alert=True)
        return
    match action.verb:
        case Verb.SEND:
            await release(query, context, reader, action)
        case Verb.UNDO:
            await undo(query, context, reader, action)
        case Verb.KEEP:
            await _keep(query, context, reader)
        case Verb.SUMMARY if draft is not None:  # also of one that is out
            await _summarise(query, reader, draft)
        case _ if draft is None or draft.state in (State.RELEASED, State.DROPPED):
            await refuse(query, context, reader, action.draft_id)
        case _ if draft.state is State.SCHEDULED:
            await refuse(query, context, reader, action.draft_id, Step.UNDER_WAY)
        case _ if draft.version != action.version:
            await refuse(query, context, reader, action.draft_id, Step.OUTDATED)
        case _:
            await _work(query, context, reader, draft, action)


async def _work(query: CallbackQuery, context: Context, reader: Reader, draft: Draft, action: HandleDraft) -> None:
    """Do something with a draft that waits, and is as it is shown."""
    words, article, place = reader.words, draft.article, action.number
    if action.verb in (Verb.QUOTE, Verb.UNQUOTE, Verb.SPEAKER) and not buttons.offered(article, place):
        await answer(query, words.plain("common.stale_button"), alert=True)
        return
    match action.verb:
        case Verb.DROP:
            await _drop(query, context, reader, draft)
        case Verb.TEST:
            await _test(query, context, reader, draft)
        case Verb.TITLE:
            await ask(query, context, reader, draft, TITLE)
        case Verb.SPEAKER:
            await ask(query, context, reader, draft, SPEAKER, place or 0)
        case Verb.CARD:
            await answer(query)
            await copies.refresh(context.bot, context.services, draft)
        case Verb.SECTIONS:
            async with context.services.database.read() as connection:
                rows = await sections.every(connection)
            await answer(query)
            await edit_keyboard(query, buttons.sections_keyboard(draft, rows, words))
        case Verb.QUOTES:
            await answer(query)
            await edit_keyboard(query, buttons.quotes_keyboard(draft, words))
        case Verb.QUOTE:
            assert place is not None  # noqa: S101  # `offered` says so
            await answer(query, clean(article.quotes[place].text), alert=True)
            await edit_keyboard(query, buttons.quote_keyboard(draft, place, words))
        case Verb.FLAG:
            detail = words.plain("draft.flagged")
            await _change(query, context, reader, draft, replace(article, breaking=True), Act.FLAG, "", said=detail)
        case Verb.FLASH | Verb.URGENT | Verb.NORMAL:
            ranked = replace(article, urgency=RANKS[action.verb])
            await _change(
                query, context, reader, draft, ranked, Act.EDIT_URGENCY, f"{article.urgency} → {ranked.urgency}"
            )
        case Verb.UNQUOTE:
            assert place is not None  # noqa: S101  # `offered` says so
            left = rules.drop_quote(article, place)
            await _change(query, context, reader, draft, left, Act.EDIT_QUOTE, f"− {article.quotes[place].text}")
        case Verb.SECTION:
            await _toggle_section(query, context, reader, draft, place or 0)


async def _change(
    query: CallbackQuery,
    context: Context,
    reader: Reader,
    draft: Draft,
    article: Article,
    act: Act,
    detail: str,
    *,
    said: str = "",
) -> Draft | None:
    """Let the draft hold `article` from now on, unless somebody else was faster; `said` is answered to the press."""
    services, by = context.services, query.from_user.id
    if article == draft.article:
        await answer(query)
        return None
    async with services.database.write() as connection:
        changed = await drafts.revise(connection, draft, article, by)
        if changed:
            await audit.record(connection, by, act, draft_id=draft.id, detail=detail, now=services.clock())
    if changed is None:
        await refuse(query, context, reader, draft.id, Step.OUTDATED)
        return None
    await answer(query, said)
    if act is not Act.EDIT_SECTIONS:
        await copies.refresh(context.bot, services, changed, alerts=True)
    return changed


async def _toggle_section(
    query: CallbackQuery, context: Context, reader: Reader, draft: Draft, section_id: int
) -> None:
    async with context.services.database.read() as connection:
        rows = await sections.every(connection)
    name = next((row.name for row in rows if row.id == section_id), None)
    if name is None:
        await answer(query, reader.words.plain("sections.unknown"), alert=True)
        return
    article = rules.toggle_section(draft.article, name)
    detail = f"{'، '.join(draft.article.sections)} → {'، '.join(article.sections)}"
    changed = await _change(query, context, reader, draft, article, Act.EDIT_SECTIONS, detail)
    if changed and query.message:
        # Whoever chooses goes on choosing.
        choosing = {
            (query.message.chat.id, query.message.message_id): buttons.sections_keyboard(changed, rows, reader.words)
        }
        await copies.refresh(context.bot, context.services, changed, alerts=True, keyboards=choosing)


async def _drop(query: CallbackQuery, context: Context, reader: Reader, draft: Draft) -> None:
    services = context.services
    async with services.database.write() as connection:
        dropped = await drafts.drop(connection, draft)
        if dropped:
            await audit.record(
                connection,
                query.from_user.id,
                Act.DROP,
                draft_id=draft.id,
                detail=draft.article.title,
                now=services.clock(),
            )
    if dropped is None:
        await refuse(query, context, reader, draft.id, Step.OUTDATED)
        return
    await answer(query)
    await copies.refresh(context.bot, services, dropped)


async def _test(query: CallbackQuery, context: Context, reader: Reader, draft: Draft) -> None:
    """Send the alert to whoever presses, as subscribers will get it, and to nobody else."""
    services, article, now = context.services, draft.article, context.services.clock()
    alert = messages.alert(article, draft.published_at, reader.zone, reader.words)
    keyboard = buttons.alert_keyboard(draft, reader.words)
    try:
        await send_to(context.bot, query.from_user.id, alert, keyboard, silent=messages.is_quiet(article))
    except (Forbidden, BadRequest):
        await answer(query, reader.words.plain("draft.test_needs_start"), alert=True)
        return
    async with services.database.write() as connection:
        await audit.record(connection, query.from_user.id, Act.TEST, draft_id=draft.id, now=now)
    await answer(query, reader.words.plain("draft.tested"))


async def _summarise(query: CallbackQuery, reader: Reader, draft: Draft) -> None:
    """Show what the summary button will answer."""
    parts = messages.summary(draft.article, draft.published_at, reader.zone, reader.words)
    await answer(query)
    if query.message:
        await reply(query.message, *parts)


async def _keep(query: CallbackQuery, context: Context, reader: Reader) -> None:
    """Ask no more; the message that asked says so."""
    async with context.services.database.write() as connection:
        await dialogs.take(connection, reader.chat.id, query.from_user.id, now=context.services.clock())
    await answer(query)
    if query.message:
        await edit_at(context.bot, reader.chat.id, query.message.message_id, reader.words.say("draft.kept"))
