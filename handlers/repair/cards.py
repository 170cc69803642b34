"""What the newsroom is shown of a correction or retraction. Pure."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from handlers import amended
from handlers.split import shorten
from handlers.texts import Words, clean
from storage.article import Article
from storage.changes import Change
from storage.corrections import Corrected, Reach
from storage.deliveries import State
from storage.proposals import Proposal
from storage.retractions import Progress, Retracted

_TITLE = 300
_NAME = 64
# Changes that a proposal lists; each cites up to 400 UTF-16 units, and all must fit in one message.
_CHANGES = 6
# Why a copy was not reached; what Telegram said stands in its row.
_RESTS = {State.GONE: "repair.rest_gone", State.FAILED: "repair.rest_failed"}


def title_of(article: Article) -> Markup:
    """A story's title on a line of its own, to be copied."""
    return escape(shorten(clean(article.title), _TITLE))


def choose(article_id: int, article: Article, words: Words) -> Markup:
    """Ask what is to be corrected."""
    return words.say("correct.choose", id=article_id, title=title_of(article))


def correction(reach: Reach, words: Words) -> Markup:
    """Say what the correction that stands above will meet."""
    lines = [words.say("correct.above"), words.count("correct.edits", reach.sent)]
    if reach.queued:
        lines.append(words.count("correct.queued", reach.queued))
    if reach.unknown:
        lines.append(words.count("repair.unknown", reach.unknown))
    if reach.read_long_ago:
        lines.append(words.count("correct.read_long_ago", reach.read_long_ago))
    return Markup("\n").join(lines)


def proposal(proposed: Proposal, changes: Sequence[Change], title: str, reach: Reach, words: Words) -> Markup:
    """Say what a source would correct, field by field, and what the correction will meet; always one message.

    `title` is that of the story as it stands.
    """
    head = words.say(
        "proposal.head",
        id=proposed.amendment.article_id,
        outlet=shorten(clean(proposed.outlet), _NAME),
        title=escape(shorten(clean(title), _TITLE)),
    )
    lines = [amended.note(change, words) for change in changes[:_CHANGES]]
    if len(changes) > _CHANGES:
        lines.append(words.count("proposal.more", len(changes) - _CHANGES))
    meets = [words.count("correct.edits", reach.sent)]
    if reach.queued:
        meets.append(words.count("correct.queued", reach.queued))
    if proposed.by_hand:
        meets.append(words.say("proposal.by_hand"))
    return Markup("\n\n").join((head, Markup("\n").join(lines), Markup("\n").join(meets)))


def corrected(article_id: int, done: Corrected, words: Words) -> Markup:
    """Say that it is done."""
    lines = [words.count("correct.done", done.edits, id=article_id)]
    if done.follow_ups:
        lines.append(words.count("correct.followed_up", done.follow_ups))
    return Markup("\n").join(lines)


def retraction(article_id: int, article: Article, reason: str, reach: Reach, words: Words) -> Markup:
    """Say what the retraction will meet, and what will stand in the place of old copies."""
    lines = [
        words.say("retract.preview", id=article_id, title=title_of(article), reason=shorten(reason, _TITLE)),
        words.count("retract.copies", reach.sent),
    ]
    if reach.queued:
        lines.append(words.count("retract.queued", reach.queued))
    if reach.unknown:
        lines.append(words.count("repair.unknown", reach.unknown))
    return Markup("\n").join(lines)


def retracted(article_id: int, done: Retracted, words: Words) -> Markup:
    """Say that it is done."""
    lines = [words.count("retract.done", done.owed, id=article_id)]
    if done.stopped:
        lines.append(words.count("retract.stopped", done.stopped))
    if done.digests:
        lines.append(words.count("retract.digests", done.digests))
    return Markup("\n").join(lines)


def progress(found: Progress, words: Words) -> Markup:
    """Say how far the edits have got, and what could not be reached."""
    done, left = escape(words.number(found.done)), escape(words.number(found.left))
    lines = [words.say("repair.progress", done=done, left=left)]
    for state, key in _RESTS.items():
        if number := sum(copies for one, _, copies in found.rest if one is state):
            lines.append(words.count(key, number))
    if found.unknown:
        lines.append(words.count("repair.unknown", found.unknown))
    return Markup("\n").join(lines)
