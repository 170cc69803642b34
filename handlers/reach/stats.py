"""/stats: figures for the newsroom, in words at once, and in pictures for the period that is asked for."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape
from telegram import CallbackQuery, Message

from handlers.context import Context
from handlers.newsroom import admitted
from handlers.reach import figures
from handlers.reach.buttons import ShowStats, stats_keyboard
from handlers.readers import Reader
from handlers.replies import answer, reply, reply_photo
from handlers.texts import Words, clean
from storage import stats
from storage.deliveries import State
from storage.roles import Permission
from storage.stats import Stats
from storage.subscribers import Status

_DELIVERIES = {
    State.SENT: "delivery.sent",
    State.PENDING: "delivery.pending",
    State.HELD: "delivery.held",
    State.SENDING: "delivery.sending",
    State.FAILED: "delivery.failed",
    State.GONE: "delivery.gone",
    State.EXPIRED: "delivery.expired",
    State.UNKNOWN: "delivery.unknown",
}


async def show_stats(message: Message, context: Context, reader: Reader) -> None:
    """Tell how many subscribe, and what came and went since midnight in the newsroom's time zone."""
    if not await admitted(reader, context, "/stats", Permission.REPORT):
        await reply(message, reader.words.say("newsroom.refused"))
        return
    services = context.services
    here = services.clock().astimezone(ZoneInfo(services.default_timezone))
    async with services.database.read() as connection:
        found = await stats.collect(connection, since=here.replace(hour=0, minute=0, second=0, microsecond=0))
    await reply(message, describe(found, reader.words), keyboard=stats_keyboard(None, reader.words))


async def press(query: CallbackQuery, context: Context, reader: Reader, action: ShowStats) -> None:
    """Send the pictures of a period, each with its figures in words."""
    words = reader.words
    if not await admitted(reader, context, f"fig:{action.period}", Permission.REPORT):
        await answer(query, words.plain("newsroom.refused"), alert=True)
        return
    await answer(query)
    if query.message is None:
        return
    services = context.services
    now, zone = services.clock(), ZoneInfo(services.default_timezone)
    pieces = figures.buckets(action.period, now, zone, words)
    async with services.database.read() as connection:
        activity = await stats.activity(connection, since=pieces.starts[0])
    people, news = figures.pictures(activity, action.period, now, zone, words)
    said = figures.captions(activity, action.period, now, zone, words)
    await reply_photo(query.message, await services.draw(people), said[0])
    keyboard = stats_keyboard(action.period, words)
    await reply_photo(query.message, await services.draw(news), said[1], keyboard=keyboard)


def describe(found: Stats, words: Words) -> Markup:
    """Return the figures as a message."""

    def number(n: int) -> Markup:
        return escape(words.number(n))

    people = [
        words.say("stats.title"),
        words.say("stats.active", number=number(found.subscribers.get(Status.ACTIVE, 0))),
        words.say("stats.stopped", number=number(found.subscribers.get(Status.STOPPED, 0))),
        words.say("stats.unreachable", number=number(found.subscribers.get(Status.GONE, 0))),
    ]
    by_section = [
        words.say("stats.sections"),
        *(
            # No isolate around the name: it gives the line its direction.
            words.say("stats.section", section=escape(clean(name)), number=number(count))
            for name, count in found.sections.items()
        ),
    ]
    sent = [
        words.say("stats.articles", number=number(found.articles)),
        words.say("stats.deliveries"),
        *by_state(found.deliveries, words),
    ]
    if not any(found.deliveries.values()):
        sent.append(words.say("stats.none_sent"))
    return Markup("\n\n").join(Markup("\n").join(lines) for lines in (people, by_section, sent))


def by_state(deliveries: Mapping[State, int], words: Words) -> list[Markup]:
    """Return a line for each state in which there are deliveries."""
    return [
        words.say(key, number=escape(words.number(deliveries[state])))
        for state, key in _DELIVERIES.items()
        if deliveries.get(state)
    ]
