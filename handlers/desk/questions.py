"""What the desk asks for: the person's next message is the title, or the speaker of a quote."""

from dataclasses import replace

from markupsafe import escape
from telegram import CallbackQuery, Message

from handlers.context import Context
from handlers.desk import buttons, copies, rules
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.replies import answer, reply, topic_of
from handlers.split import shorten, units
from handlers.texts import clean
from storage import audit, dialogs, drafts
from storage.article import Article
from storage.audit import Act
from storage.drafts import Draft, State
from storage.roles import Permission

TITLE, SPEAKER = "draft_title", "draft_speaker"
# Longer ones are no title and no name, but a paste that went astray.
_MOST_UNITS = {TITLE: 300, SPEAKER: 150}
_SHOWN = 200


async def ask(query: CallbackQuery, context: Context, reader: Reader, draft: Draft, topic: str, place: int = 0) -> None:
    """Ask for a title, or for who said the quote at `place`."""
    services, words = context.services, reader.words
    async with services.database.write() as connection:
        await dialogs.ask(
            connection,
            reader.chat.id,
            query.from_user.id,
            topic=topic,
            subject=f"{draft.id}:{draft.version}:{place}",
            now=services.clock(),
        )
    await answer(query)
    if topic == TITLE:
        # Without isolates: it stands on a line of its own, and is to be copied.
        question = words.say("draft.ask_title", title=escape(shorten(clean(draft.article.title), _SHOWN)))
    else:
        question = words.say("draft.ask_speaker", text=shorten(clean(draft.article.quotes[place].text), _SHOWN))
    if query.message:
        await reply(query.message, question, keyboard=buttons.question_keyboard(draft, words))


async def take_title(message: Message, context: Context, reader: Reader, subject: str) -> None:
    """Take the message for the new title."""
    await _take(message, context, reader, subject, TITLE)


async def take_speaker(message: Message, context: Context, reader: Reader, subject: str) -> None:
    """Take the message for who said the quote."""
    await _take(message, context, reader, subject, SPEAKER)


async def _take(message: Message, context: Context, reader: Reader, subject: str, topic: str) -> None:
    services, words, user = context.services, reader.words, reader.user
    draft_id, version, place = map(int, subject.split(":"))
    async with services.database.read() as connection:
        draft = await drafts.get(connection, draft_id)
    own = draft is not None and user is not None and draft.author_id == user.id
    if user is None or not await admitted(reader, context, topic, Permission.PROPOSE if own else Permission.RELEASE):
        await reply(message, words.say("newsroom.refused"))
        return
    given = clean(message.text or "")
    if not given or units(given) > _MOST_UNITS[topic]:
        await reply(message, words.say("draft.no_answer"))
        return
    if draft is None or not draft.is_waiting:
        under_way = draft is not None and draft.state is State.SCHEDULED
        await reply(message, words.say("draft.under_way" if under_way else "draft.closed"))
        return
    if topic == SPEAKER and draft.version != version:  # the places of the quotes may be others now
        await reply(message, words.say("draft.outdated"))
        return
    article, act, detail = _changed(draft.article, topic, place, given)
    async with services.database.write() as connection:
        changed = await drafts.revise(connection, draft, article, user.id)
        if changed:
            await audit.record(connection, user.id, act, draft_id=draft_id, detail=detail, now=services.clock())
    if changed is None:
        await reply(message, words.say("draft.outdated"))
        return
    # Where it was asked, the preview comes again below the answer; elsewhere it changes in its place.
    await copies.show(
        context.bot, services, changed, message.chat.id, language=words.language, thread_id=topic_of(message)
    )
    await copies.refresh(context.bot, services, changed, alerts=True)


def _changed(article: Article, topic: str, place: int, given: str) -> tuple[Article, Act, str]:
    if topic == TITLE:
        return replace(article, title=given), Act.EDIT_TITLE, f"{article.title} → {given}"
    before = article.quotes[place].speaker or "؟"
    return rules.name_speaker(article, place, given), Act.EDIT_QUOTE, f"{before} → {given}"
