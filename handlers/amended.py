"""How a message looks once one of its stories was corrected or taken back. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from markupsafe import Markup

from handlers import messages
from handlers.split import shorten, split
from handlers.texts import Words
from storage.article import Article, Urgency
from storage.changes import Change, Field

# What was wrong and what is right, in UTF-16 units each.
_CITED = 200
# Corrections of one story that a message tells; the newest come first.
_NOTES = 5
_REASON = 500
_TITLE = 300
_SENTENCES = {
    Field.TITLE: "correction.title",
    Field.SECTIONS: "correction.sections",
    Field.URGENCY: "correction.urgency",
    Field.PARAGRAPH: "correction.paragraph",
    Field.QUOTE: "correction.quote",
    Field.SPEAKER: "correction.speaker",
}
URGENCIES = {
    Urgency.FLASH: "urgency.flash",
    Urgency.URGENT: "urgency.urgent",
    Urgency.NORMAL: "urgency.normal",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A story in a message. `changes` are what was corrected since the chat was told it, the newest first."""

    article: Article
    published_at: datetime
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of a story is shown. `title` and `cited` are in UTF-16 units."""

    title: int
    lead: bool
    notes: int
    cited: int
    sections: int


# What the message would be too long with is left out: first the leads, then the ends of titles and notes. What is left
# by the last of these fits in one message for as many stories as one ever holds.
_ROOMS = (
    _Room(title=1000, lead=True, notes=_NOTES, cited=_CITED, sections=8),
    _Room(title=1000, lead=False, notes=_NOTES, cited=_CITED, sections=8),
    _Room(title=300, lead=False, notes=2, cited=80, sections=2),
    _Room(title=200, lead=False, notes=1, cited=60, sections=1),
)


def alert(story: Told, zone: tzinfo, words: Words) -> Markup:
    """Return the push message for a story; always one message. One that was corrected says so, and what."""
    if not story.changes:
        return messages.alert(story.article, story.published_at, zone, words)
    return rewritten([story], zone, words)


def rewritten(stories: Sequence[Told], zone: tzinfo, words: Words) -> Markup:
    """Return a message that was sent as it must look now: always one message, with all of its stories."""
    for room in _ROOMS:
        shown = [_story(story, room, zone, words) for story in stories]
        if len(shown) > 1:
            shown = [words.say("alert.numbered", number=number, alert=one) for number, one in enumerate(shown, start=1)]
        text = _paragraphs(shown)
        if len(split(text)) == 1:
            break
    return text


def follow_up(article: Article, changes: Sequence[Change], words: Words) -> Markup:
    """Return the message that tells of a correction by itself, in reply to the copy that it corrects."""
    title = words.say("correction.of", title=shorten(article.title, _TITLE))
    return _paragraphs([words.say("correction.mark"), title, _lines(_notes(changes, _ROOMS[0], words))])


def notice(reason: str, words: Words) -> Markup:
    """Return what stands in the place of a story that was taken back."""
    return words.say("retraction.notice", reason=shorten(reason, _REASON))


def note(change: Change, words: Words, cited: int = _CITED) -> Markup:
    """Return one sentence that tells what was wrong and what is right."""
    key, wrong, right = _SENTENCES[change.field], change.wrong, change.right
    if change.field is Field.URGENCY:
        wrong, right = (words.plain(URGENCIES[Urgency(rank)]) for rank in (wrong, right))
    elif change.field is Field.SPEAKER and not (wrong and right):
        key = "correction.speaker_named" if right else "correction.speaker_unknown"
    elif change.field is Field.PARAGRAPH and not right:
        key = "correction.paragraph_removed"
    return words.say(key, wrong=shorten(wrong, cited), right=shorten(right, cited))


def _story(story: Told, room: _Room, zone: tzinfo, words: Words) -> Markup:
    article = replace(
        story.article,
        title=shorten(story.article.title, room.title),
        sections=story.article.sections[: room.sections],
    )
    if not room.lead:
        article = replace(article, lead=None, blocks=(), quotes=())
    shown = messages.alert(article, story.published_at, zone, words)
    if not story.changes:
        return shown
    return _paragraphs([words.say("correction.mark"), shown, _lines(_notes(story.changes, room, words))])


def _notes(changes: Sequence[Change], room: _Room, words: Words) -> list[Markup]:
    return [note(change, words, room.cited) for change in changes[: room.notes]]


def _lines(parts: Iterable[Markup]) -> Markup:
    return Markup("\n").join(parts)


def _paragraphs(parts: Iterable[Markup]) -> Markup:
    return Markup("\n\n").join(part for part in parts if part)
