"""The buttons of corrections and retractions, and answers to what they ask. Who may is asked every time."""

from telegram import CallbackQuery, Message

from handlers.context import Context
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.repair import buttons, cards, correct, questions, retract
from handlers.repair.buttons import HandleAmendment, Verb
from handlers.replies import answer, edit, edit_keyboard, reply
from storage import amendments, articles, audit, proposals, retractions
from storage.amendments import Amendment, Kind, State
from storage.audit import Act
from storage.deliveries import Kind as Delivery
from storage.roles import Permission

_PERMISSIONS = {Kind.CORRECTION: Permission.CORRECT, Kind.RETRACTION: Permission.RETRACT}


async def press(query: CallbackQuery, context: Context, reader: Reader, action: HandleAmendment) -> None:
    """Do what the button says, if it shows what is so now."""
    words = reader.words
    async with context.services.database.read() as connection:
        amendment = await amendments.get(connection, action.amendment_id)
    needed = _PERMISSIONS[amendment.kind] if amendment else Permission.CORRECT
    if not await admitted(reader, context, f"amd:{action.verb}", needed):
        await answer(query, words.plain("newsroom.refused"), alert=True)
        return
    match action.verb:
        case _ if amendment is None:
            await answer(query, words.plain("common.stale_button"), alert=True)
        case Verb.PROGRESS if amendment.state is State.RELEASED:
            await _show_progress(query, context, reader, amendment)
        case _ if amendment.state is not State.OPEN:
            await answer(query, words.plain("repair.closed"), alert=True)
            await edit_keyboard(query, None)
        case _ if amendment.content.version != action.version:
            await answer(query, words.plain("repair.old_preview"), alert=True)
            await edit_keyboard(query, None)
        case Verb.DROP:
            await _drop(query, context, reader, amendment)
        case _ if amendment.kind is Kind.CORRECTION:
            await correct.press(query, context, reader, amendment, action)
        case _:
            await retract.press(query, context, reader, amendment, action)


async def take_answer(message: Message, context: Context, reader: Reader, subject: str) -> None:
    """Take the message for what is right."""
    words = reader.words
    if not await admitted(reader, context, "/correct", Permission.CORRECT):
        await reply(message, words.say("newsroom.refused"))
        return
    amendment_id, version, verb, number = subject.split(":")
    async with context.services.database.read() as connection:
        amendment = await amendments.get(connection, int(amendment_id))
        stored = await articles.get(connection, amendment.article_id) if amendment else None
    is_current = amendment is not None and amendment.state is State.OPEN and amendment.content.version == int(version)
    if amendment is None or stored is None or not is_current:
        await reply(message, words.say("repair.outdated"))
        return
    article = amendment.content.article or stored.article
    new = questions.understood(message, article, Verb(verb), int(number))
    if new is None:
        await reply(message, words.say("draft.no_answer"))
        return
    await correct.take_answer(message, context, reader, amendment, new)


async def _drop(query: CallbackQuery, context: Context, reader: Reader, amendment: Amendment) -> None:
    services = context.services
    async with services.database.write() as connection:
        dropped = await amendments.end(connection, amendment, State.DROPPED)
        proposed = await proposals.get(connection, amendment.id) if dropped else None
        if proposed:
            await proposals.forget_card(connection, amendment.id, reader.chat.id)
            await audit.record(
                connection,
                query.from_user.id,
                Act.DISMISS,
                article_id=amendment.article_id,
                detail=f"{proposed.outlet}: {proposed.article.title}",
                now=services.clock(),
            )
    if not dropped:
        await answer(query, reader.words.plain("repair.closed"), alert=True)
        return
    await answer(query)
    key = "proposal.dismissed" if proposed else "repair.dropped"
    await edit(query, reader.words.say(key, id=amendment.article_id))


async def _show_progress(query: CallbackQuery, context: Context, reader: Reader, amendment: Amendment) -> None:
    kind = Delivery.RETRACTION if amendment.kind is Kind.RETRACTION else Delivery.CORRECTION
    async with context.services.database.read() as connection:
        found = await retractions.progress(connection, amendment.article_id, kind)
    await answer(query)
    await edit(query, cards.progress(found, reader.words), buttons.progress_keyboard(amendment, reader.words))
