"""/correct: choose what was wrong, send what is right, see it as subscribers will, confirm.

What is chosen and sent waits as a row (`storage.amendments`), so its buttons outlive a restart. Confirming is one
transaction. Who may do so is asked at every press.
"""

from collections.abc import Sequence
from dataclasses import replace

from telegram import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import amended, stories, story_buttons
from handlers.amended import Told
from handlers.context import Context
from handlers.desk.rules import toggle_section
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.repair import buttons, cards
from handlers.repair.buttons import HandleAmendment, Verb
from handlers.repair.questions import ask, asks
from handlers.replies import answer, edit, edit_keyboard, reply
from handlers.texts import clean
from storage import amendments, articles, audit, corrections, merge, proposals, sections
from storage import changes as rules
from storage.amendments import Amendment, Kind, State
from storage.article import Article
from storage.articles import StoredArticle
from storage.audit import Act
from storage.changes import Change
from storage.proposals import Proposal
from storage.roles import Permission
from storage.source_changes import described


async def correct(message: Message, context: Context, reader: Reader) -> None:
    """Ask what is wrong in the story whose number stands behind the command, or whose alert is replied to."""
    words, services = reader.words, context.services
    if not await admitted(reader, context, "/correct", Permission.CORRECT):
        await reply(message, words.say("newsroom.refused"))
        return
    wanted = await stories.meant(message, context, context.args or ())
    if wanted is None:
        await reply(message, words.say("correct.how"))
        return
    async with services.database.write() as connection:
        stored = await articles.get(connection, wanted)
        if stored is not None:
            author_id = reader.user.id if reader.user else reader.chat.id
            amendment = await amendments.begin(
                connection, Kind.CORRECTION, wanted, stored.revision, author_id=author_id, now=services.clock()
            )
    if stored is None:
        await reply(message, words.say("summary.unknown", id=wanted))
        return
    card = cards.choose(wanted, stored.article, words)
    await reply(message, card, keyboard=buttons.fields_keyboard(amendment, stored.article, words))


async def press(
    query: CallbackQuery, context: Context, reader: Reader, amendment: Amendment, action: HandleAmendment
) -> None:
    """Do what the button of an open correction says, which shows its last version."""
    words = reader.words
    async with context.services.database.read() as connection:
        stored = await articles.get(connection, amendment.article_id)
        rows = await sections.every(connection)
        proposed = await proposals.get(connection, amendment.id)
    if proposed:
        await _press_proposal(query, context, reader, proposed, stored, action)
        return
    if stored is None or stored.revision != amendment.revision:
        await answer(query, words.plain("repair.outdated"), alert=True)
        await edit_keyboard(query, None)
        return
    article = amendment.content.article or stored.article
    if asks(action, article):
        await ask(query, context, reader, amendment, article, action)
        return
    match action.verb:
        case Verb.SECTIONS:
            await answer(query)
            await edit_keyboard(query, buttons.sections_keyboard(amendment, article, rows, words))
        case Verb.SECTION:
            name = next((row.name for row in rows if row.id == action.number), None)
            if name is None:
                await answer(query, words.plain("sections.unknown"), alert=True)
            elif changed := await _change(query, context, reader, amendment, toggle_section(article, name)):
                await answer(query)
                new = changed.content.article or article
                await edit_keyboard(query, buttons.sections_keyboard(changed, new, rows, words))
        case Verb.URGENCIES:
            await answer(query)
            await edit_keyboard(query, buttons.urgencies_keyboard(amendment, article, words))
        case Verb.URGENCY if action.number < len(buttons.RANKS):
            ranked = rules.change_urgency(article, buttons.RANKS[action.number])
            if changed := await _change(query, context, reader, amendment, ranked):
                await _show(query, context, reader, changed, stored)
        case Verb.NOBODY if action.number < len(article.quotes):
            nobody = rules.change_speaker(article, action.number, None)
            if changed := await _change(query, context, reader, amendment, nobody):
                await _show(query, context, reader, changed, stored)
        case Verb.PARAGRAPHS | Verb.QUOTES | Verb.SPEAKERS:
            await answer(query)
            await edit_keyboard(query, _choices(amendment, article, action.verb, reader))
        case Verb.FIELDS:
            await answer(query)
            await edit_keyboard(query, buttons.fields_keyboard(amendment, article, words))
        case Verb.PREVIEW:
            await _show(query, context, reader, amendment, stored)
        case Verb.FOLLOW_UP:
            content = replace(amendment.content, follow_up=not amendment.content.follow_up)
            async with context.services.database.write() as connection:
                toggled = await amendments.change(connection, amendment, content)
            if toggled is None:
                await answer(query, words.plain("repair.outdated"), alert=True)
                return
            await answer(query)
            await edit_keyboard(query, buttons.confirm_keyboard(toggled, words, offers_follow_up=True))
        case Verb.CONFIRM:
            await _confirm(query, context, reader, amendment, stored)
        case _:
            await answer(query, words.plain("common.stale_button"), alert=True)


async def _press_proposal(
    query: CallbackQuery,
    context: Context,
    reader: Reader,
    proposed: Proposal,
    stored: StoredArticle | None,
    action: HandleAmendment,
) -> None:
    """Do what the button under a source's proposal says."""
    words, amendment = reader.words, proposed.amendment
    if stored is None or stored.revision != amendment.revision:
        # The clock compares it anew, and brings the card up to date.
        await answer(query, words.plain("proposal.outdated"), alert=True)
    elif action.verb is Verb.CONFIRM:
        await _confirm(query, context, reader, amendment, stored, source=proposed)
    elif action.verb is Verb.PREVIEW:
        await answer(query)
        if isinstance(query.message, Message):
            found = merge.changes(stored.article, proposed.article)
            await _preview(query.message, context, reader, stored, proposed.article, found)
    else:
        await answer(query, words.plain("common.stale_button"), alert=True)


async def take_answer(message: Message, context: Context, reader: Reader, amendment: Amendment, new: Article) -> None:
    """Keep what an answer has made of the story, and show how it will look."""
    words = reader.words
    async with context.services.database.write() as connection:
        stored = await articles.get(connection, amendment.article_id)
        changed = await amendments.change(connection, amendment, replace(amendment.content, article=new))
    if stored is None or changed is None or stored.revision != amendment.revision:
        await reply(message, words.say("repair.outdated"))
        return
    await show(message, context, reader, changed, stored)


async def show(message: Message, context: Context, reader: Reader, amendment: Amendment, stored: StoredArticle) -> None:
    """Show the message as subscribers will see it, and below it what can be done."""
    words, services = reader.words, context.services
    new = amendment.content.article or stored.article
    found = rules.changes(stored.article, new)
    if not found:
        card = cards.choose(stored.id, stored.article, words)
        await reply(message, card, keyboard=buttons.fields_keyboard(amendment, new, words))
        return
    async with services.database.read() as connection:
        reach = await corrections.reach(connection, stored.id, now=services.clock())
    await _preview(message, context, reader, stored, new, found)
    await reply(
        message,
        cards.correction(reach, words),
        keyboard=buttons.confirm_keyboard(amendment, words, offers_follow_up=reach.read_long_ago > 0),
    )


async def _preview(
    message: Message, context: Context, reader: Reader, stored: StoredArticle, new: Article, found: Sequence[Change]
) -> None:
    async with context.services.database.read() as connection:
        earlier = await corrections.notes(connection, [stored.id])
    told = Told(new, stored.published_at, (*found, *(note.change for note in earlier[stored.id])))
    await reply(
        message,
        amended.rewritten([told], reader.zone, reader.words),
        keyboard=story_buttons.alert_keyboard(stored.id, new.url, reader.words),
    )


async def _show(
    query: CallbackQuery, context: Context, reader: Reader, amendment: Amendment, stored: StoredArticle
) -> None:
    await answer(query)
    await edit_keyboard(query, None)  # what is shown below has buttons of its own
    if isinstance(query.message, Message):
        await show(query.message, context, reader, amendment, stored)


async def _change(
    query: CallbackQuery, context: Context, reader: Reader, amendment: Amendment, new: Article
) -> Amendment | None:
    async with context.services.database.write() as connection:
        changed = await amendments.change(connection, amendment, replace(amendment.content, article=new))
    if changed is None:
        await answer(query, reader.words.plain("repair.outdated"), alert=True)
    return changed


async def _confirm(
    query: CallbackQuery,
    context: Context,
    reader: Reader,
    amendment: Amendment,
    stored: StoredArticle,
    *,
    source: Proposal | None = None,
) -> None:
    services, words = context.services, reader.words
    new = amendment.content.article
    compare = merge.changes if source else rules.changes
    found = compare(stored.article, new) if new else ()
    if new is None or not found:
        await answer(query, words.plain("correct.nothing"), alert=True)
        return
    done = None
    async with services.database.write() as connection:
        if await amendments.end(connection, amendment, State.RELEASED):
            done = await corrections.correct(
                connection,
                stored.id,
                new,
                found,
                base=amendment.revision,
                author_id=query.from_user.id,
                now=services.clock(),
                ttl=services.alert_ttl,
                follow_up=amendment.content.follow_up,
                told=source.told if source else None,
            )
        if done and source:
            await proposals.forget_card(connection, amendment.id, reader.chat.id)
        if done:
            detail = f"{source.outlet}: {described(found)}" if source else described(found)
            await audit.record(
                connection,
                query.from_user.id,
                Act.CORRECT,
                article_id=stored.id,
                detail=detail,
                now=services.clock(),
            )
    if done is None:
        await answer(query, words.plain("repair.outdated"), alert=True)
        await edit_keyboard(query, None)
        return
    services.recall()
    await answer(query)
    await edit(query, cards.corrected(stored.id, done, words), buttons.progress_keyboard(amendment, words))


def _choices(amendment: Amendment, article: Article, verb: Verb, reader: Reader) -> InlineKeyboardMarkup:
    if verb is Verb.PARAGRAPHS:
        labels = [text for _, text in rules.paragraphs(article)]
        return buttons.choices_keyboard(amendment, Verb.PARAGRAPH, labels, reader.words)
    one = Verb.QUOTE if verb is Verb.QUOTES else Verb.SPEAKER
    labels = [clean(quote.text) for quote in article.quotes]
    return buttons.choices_keyboard(amendment, one, labels, reader.words)
