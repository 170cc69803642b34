"""/report: how far one story got, and while it is under way a button to stop it."""

from datetime import datetime, tzinfo

from markupsafe import Markup, escape
from telegram import Message

from handlers import stories
from handlers.context import Context
from handlers.newsroom import admitted
from handlers.reach.buttons import progress_keyboard
from handlers.reach.stats import by_state
from handlers.readers import Reader, member_of
from handlers.replies import reply
from handlers.split import shorten
from handlers.texts import Words, clean
from storage import reach
from storage.reach import Reach
from storage.roles import Permission, may

_TITLE = 300


async def report(message: Message, context: Context, reader: Reader) -> None:
    """Report on the story whose number stands behind the command, or whose alert is replied to."""
    words = reader.words
    if not await admitted(reader, context, "/report", Permission.REPORT):
        await reply(message, words.say("newsroom.refused"))
        return
    wanted = await stories.meant(message, context, context.args or ())
    if wanted is None:
        await reply(message, words.say("report.how"))
        return
    async with context.services.database.read() as connection:
        found = await reach.report(connection, wanted)
    if found is None:
        await reply(message, words.say("summary.unknown", id=wanted))
        return
    keyboard = None
    member = await member_of(reader, context)
    if found.counts.left and member and may(member.role, Permission.RELEASE):
        keyboard = progress_keyboard(wanted, held=found.held, words=words)
    await reply(message, describe(wanted, found, reader.zone, words), keyboard=keyboard)


def describe(number: int, found: Reach, zone: tzinfo, words: Words) -> Markup:
    """Return the report as a message. Times of deliveries are told from when the story came in."""
    head = [
        words.say("report.title", number=number, title=escape(shorten(clean(found.title), _TITLE))),
        Markup(),
        words.say("report.published", time=words.short_moment(found.published_at, zone)),
        words.say("report.received", span=_span(found.published_at, found.received_at, words)),
    ]
    if found.first_at and found.median_at and found.last_at:
        head += [
            words.say("report.first", span=_span(found.received_at, found.first_at, words)),
            words.say("report.median", span=_span(found.received_at, found.median_at, words)),
            words.say("report.last", span=_span(found.received_at, found.last_at, words)),
        ]
    copies = [words.say("report.copies", number=escape(words.number(found.counts.total)))]
    copies += by_state(found.counts.by_state, words) or [words.say("report.nobody")]
    if found.counts.spared:
        copies.append(words.say("report.spared", number=escape(words.number(found.counts.spared))))
    parts = [head, copies, [words.say("report.reads", number=escape(words.number(found.reads)))]]
    if found.counts.total:
        parts.append(
            [
                words.say("report.sections"),
                *(
                    words.say(
                        "report.section",
                        section=escape(clean(name)),  # no isolate: it gives the line its direction
                        sent=escape(words.number(counts.sent)),
                        total=escape(words.number(counts.total)),
                    )
                    for name, counts in found.sections.items()
                ),
            ]
        )
    return Markup("\n\n").join(Markup("\n").join(lines) for lines in parts)


def _span(since: datetime, until: datetime, words: Words) -> Markup:
    return escape(words.plain_span(until - since))
