"""What a correction asks for: the person's next message is what is right."""

from telegram import CallbackQuery, Message

from handlers.context import Context
from handlers.readers import Reader
from handlers.repair import buttons
from handlers.repair.buttons import HandleAmendment, Verb
from handlers.replies import answer, reply
from handlers.split import shorten, units
from handlers.texts import clean
from storage import changes as rules
from storage import dialogs
from storage.amendments import Amendment
from storage.article import Article

TOPIC = "amendment"
# Longer answers are pastes that went astray.
_MOST_UNITS = {Verb.TITLE: 300, Verb.PARAGRAPH: 3_500, Verb.QUOTE: 1_500, Verb.SPEAKER: 150}
_QUESTIONS = {
    Verb.TITLE: "correct.ask_title",
    Verb.PARAGRAPH: "correct.ask_paragraph",
    Verb.QUOTE: "correct.ask_quote",
    Verb.SPEAKER: "correct.ask_speaker",
}
_SHOWN = 1_500


def asks(action: HandleAmendment, article: Article) -> bool:
    """Whether the button asks for a text, of something that is there."""
    return _now(article, action.verb, action.number) is not None


async def ask(
    query: CallbackQuery,
    context: Context,
    reader: Reader,
    amendment: Amendment,
    article: Article,
    action: HandleAmendment,
) -> None:
    """Show what stands there now, and ask for what is right."""
    services, words = context.services, reader.words
    async with services.database.write() as connection:
        await dialogs.ask(
            connection,
            reader.chat.id,
            query.from_user.id,
            topic=TOPIC,
            subject=f"{amendment.id}:{amendment.content.version}:{action.verb}:{action.number}",
            now=services.clock(),
        )
    await answer(query)
    now = _now(article, action.verb, action.number) or ""
    nobody = action.number if action.verb is Verb.SPEAKER and article.quotes[action.number].speaker else None
    if query.message:
        await reply(
            query.message,
            words.say(_QUESTIONS[action.verb], text=shorten(clean(now), _SHOWN)),
            keyboard=buttons.question_keyboard(amendment, words, nobody=nobody),
        )


def understood(message: Message, article: Article, verb: Verb, number: int) -> Article | None:
    """Return the story with the message's text where `verb` says; None where it is no answer."""
    given = clean(message.text or "")
    if not given or units(given) > _MOST_UNITS[verb] or _now(article, verb, number) is None:
        return None
    match verb:
        case Verb.TITLE:
            return rules.change_title(article, given)
        case Verb.QUOTE:
            return rules.change_quote(article, number, given.strip('«»“”"'))
        case Verb.SPEAKER:
            return rules.change_speaker(article, number, given)
    place, _ = rules.paragraphs(article)[number]
    return rules.change_lead(article, given) if place < 0 else rules.change_paragraph(article, place, given)


def _now(article: Article, verb: Verb, number: int) -> str | None:
    """What stands there; None where nothing can be asked for."""
    match verb:
        case Verb.TITLE:
            return article.title
        case Verb.PARAGRAPH:
            found = rules.paragraphs(article)
            return found[number][1] if number < len(found) else None
        case Verb.QUOTE:
            return article.quotes[number].text if number < len(article.quotes) else None
        case Verb.SPEAKER:
            return article.quotes[number].speaker or "؟" if number < len(article.quotes) else None
    return None
