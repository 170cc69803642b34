"""/retract: say why, see what it will meet, confirm. Then nothing of the story goes out any more."""

from dataclasses import replace

from telegram import CallbackQuery, Message

from handlers import stories
from handlers.context import Context
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.repair import buttons, cards
from handlers.repair.buttons import HandleAmendment, Verb
from handlers.replies import answer, edit, edit_keyboard, reply
from handlers.split import shorten
from handlers.texts import Words, clean
from storage import amendments, articles, audit, corrections, dialogs, retractions
from storage.amendments import Amendment, Kind, State
from storage.article import Article
from storage.articles import StoredArticle
from storage.audit import Act
from storage.roles import Permission

REASON = "retract_reason"
_MOST_UNITS = 500


def usual_reasons(words: Words) -> tuple[str, ...]:
    """The reasons that a button offers."""
    return (
        words.plain("retract.reason_false"),
        words.plain("retract.reason_unconfirmed"),
        words.plain("retract.reason_mistake"),
    )


async def retract(message: Message, context: Context, reader: Reader) -> None:
    """Ask why the story is taken back whose number stands behind the command, or whose alert is replied to."""
    words, services = reader.words, context.services
    if not await admitted(reader, context, "/retract", Permission.RETRACT):
        await reply(message, words.say("newsroom.refused"))
        return
    number, *reason = context.args or [""]
    wanted = await stories.meant(message, context, [number] if number else ())
    if wanted is None:
        await reply(message, words.say("retract.how"))
        return
    async with services.database.write() as connection:
        stored = await articles.get(connection, wanted)
        if stored is not None:
            author_id, now = reader.user.id if reader.user else reader.chat.id, services.clock()
            amendment = await amendments.begin(
                connection, Kind.RETRACTION, wanted, stored.revision, author_id=author_id, now=now
            )
            await dialogs.ask(connection, reader.chat.id, author_id, topic=REASON, subject=str(amendment.id), now=now)
    if stored is None:
        await reply(message, words.say("summary.unknown", id=wanted))
        return
    if reason:
        await _take_reason(message, context, reader, amendment, stored, " ".join(reason))
        return
    await reply(
        message,
        words.say("retract.why", id=wanted, title=cards.title_of(stored.article)),
        keyboard=buttons.reasons_keyboard(amendment, usual_reasons(words), words),
    )


async def take_reason(message: Message, context: Context, reader: Reader, subject: str) -> None:
    """Take the message for the reason."""
    words = reader.words
    if not await admitted(reader, context, "/retract", Permission.RETRACT):
        await reply(message, words.say("newsroom.refused"))
        return
    async with context.services.database.read() as connection:
        amendment = await amendments.get(connection, int(subject))
        stored = await articles.get(connection, amendment.article_id) if amendment else None
    if amendment is None or stored is None or amendment.state is not State.OPEN:
        await reply(message, words.say("repair.outdated"))
        return
    await _take_reason(message, context, reader, amendment, stored, message.text or "")


async def press(
    query: CallbackQuery, context: Context, reader: Reader, amendment: Amendment, action: HandleAmendment
) -> None:
    """Do what the button of an open retraction says, which shows its last version."""
    words = reader.words
    async with context.services.database.read() as connection:
        stored = await articles.get(connection, amendment.article_id)
    reasons = usual_reasons(words)
    match action.verb:
        case _ if stored is None:
            await answer(query, words.plain("repair.outdated"), alert=True)
            await edit_keyboard(query, None)
        case Verb.REASON if action.number < len(reasons):
            await answer(query)
            await edit_keyboard(query, None)
            if isinstance(query.message, Message):
                await _take_reason(query.message, context, reader, amendment, stored, reasons[action.number])
        case Verb.CONFIRM if amendment.content.reason:
            await _confirm(query, context, reader, amendment, stored.article)
        case _:
            await answer(query, words.plain("common.stale_button"), alert=True)


async def _take_reason(
    message: Message,
    context: Context,
    reader: Reader,
    amendment: Amendment,
    stored: StoredArticle,
    given: str,
) -> None:
    services, words = context.services, reader.words
    reason = shorten(clean(given), _MOST_UNITS)
    if not reason:
        await reply(message, words.say("draft.no_answer"))
        return
    async with services.database.write() as connection:
        changed = await amendments.change(connection, amendment, replace(amendment.content, reason=reason))
        reach = await corrections.reach(connection, stored.id, now=services.clock())
        if reader.user:  # a reason was given: no message is one any more
            await dialogs.take(connection, reader.chat.id, reader.user.id, now=services.clock())
    if changed is None:
        await reply(message, words.say("repair.outdated"))
        return
    card = cards.retraction(stored.id, stored.article, reason, reach, words)
    await reply(message, card, keyboard=buttons.retract_keyboard(changed, words))


async def _confirm(
    query: CallbackQuery, context: Context, reader: Reader, amendment: Amendment, article: Article
) -> None:
    services, words, by = context.services, reader.words, query.from_user.id
    done = None
    async with services.database.write() as connection:
        now = services.clock()
        if await amendments.end(connection, amendment, State.RELEASED):
            done = await retractions.retract(
                connection, amendment.article_id, amendment.content.reason, author_id=by, now=now
            )
        if done:
            detail = f"{article.title}: {amendment.content.reason}"
            await audit.record(connection, by, Act.RETRACT, article_id=amendment.article_id, detail=detail, now=now)
    if done is None:
        await answer(query, words.plain("repair.outdated"), alert=True)
        await edit_keyboard(query, None)
        return
    services.recall()  # before anybody is told that it is done
    await answer(query)
    await edit(query, cards.retracted(amendment.article_id, done, words), buttons.progress_keyboard(amendment, words))
