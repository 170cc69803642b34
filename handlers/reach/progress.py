"""How a broadcast goes: a message that edits itself while it runs, with a button to stop it and to let it go on.

Which messages these are stands in rows, and so does all that they tell: a restart goes on where the last run ended.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import timedelta

from markupsafe import Markup, escape
from telegram import Bot, CallbackQuery
from telegram.error import BadRequest, Forbidden, TelegramError

from handlers.context import Context, Services
from handlers.newsroom import admitted
from handlers.reach.buttons import Brake, HandleBroadcast, progress_keyboard
from handlers.reach.stats import by_state
from handlers.readers import Reader
from handlers.replies import answer, edit_at, edit_keyboard, send_to
from handlers.split import shorten
from handlers.texts import Words, clean
from storage import audit, deliveries, progress, reach, subscribers
from storage.audit import Act
from storage.progress import Progress
from storage.reach import Pace
from storage.roles import Permission

logger = logging.getLogger(__name__)

# Over which time the rate is measured: long enough to be steady, short enough to follow a stop.
_WINDOW = timedelta(seconds=10)
_SHORTEST_WINDOW = timedelta(seconds=1)
# Counting that takes longer is followed by a rest of so many times as long.
_LONG_S, _REST = 0.3, 10
_TITLE = 200
_BAR = 12


class Board:
    """Keeps the messages up to date. What it remembers only spares requests: it may be forgotten at any time."""

    def __init__(self, services: Services, *, steady: Callable[[], float] = time.monotonic) -> None:
        """`steady` gives seconds that never go back."""
        self._services = services
        self._steady = steady
        self._rests_until = float("-inf")
        self._shown: dict[int, Markup] = {}  # by row, the one that was shown last at the end

    async def refresh(self, bot: Bot) -> None:
        """Send what is new and edit what has changed, one message a chat. Call it every few seconds.

        Where counting takes long, since very many are owed the story, most of these calls do nothing.
        """
        if self._steady() < self._rests_until:
            return
        async with self._services.database.read() as connection:
            rows = await progress.every(connection)
        open_rows = {row.id for row in rows}
        self._shown = {key: text for key, text in self._shown.items() if key in open_rows}
        # Of several in one chat, all have their turn: the one that was shown is the last one next time.
        first_of_chat: dict[int, Progress] = {}
        for row in sorted(rows, key=self._turn):
            first_of_chat.setdefault(row.chat_id, row)
        await asyncio.gather(*(self._show_safely(bot, row) for row in first_of_chat.values()))

    def _turn(self, row: Progress) -> int:
        """Rows that were shown longest ago, or never, come first."""
        order = list(self._shown)
        return order.index(row.id) if row.id in self._shown else -1

    async def _show_safely(self, bot: Bot, row: Progress) -> None:
        try:
            await self._show(bot, row)
        except (Forbidden, BadRequest) as error:
            logger.warning("user %d cannot be shown how a broadcast goes: %s", row.chat_id, error.message)
            await self._end(row)
        except TelegramError as error:
            logger.info("how a broadcast goes is shown to user %d later: %s", row.chat_id, error.message)

    async def _show(self, bot: Bot, row: Progress) -> None:
        services, now = self._services, self._services.clock()
        begun = self._steady()
        async with services.database.read() as connection:
            window = min(_WINDOW, max(now - row.begun_at, _SHORTEST_WINDOW))
            pace = await reach.pace(connection, row.article_id, now=now, window=window)
            subscriber = await subscribers.get(connection, row.chat_id)
        if (took := self._steady() - begun) > _LONG_S:
            self._rests_until = self._steady() + _REST * took
        if pace is None:
            await self._end(row)
            return
        words = services.texts.of(row.language)
        if subscriber:
            words = services.texts.of(subscriber.language, subscriber.digits)
        text = describe(row.article_id, pace, words)
        goes_on = pace.counts.left > 0
        keyboard = progress_keyboard(row.article_id, held=pace.held, words=words) if goes_on else None
        shown = self._shown.pop(row.id, None)
        if row.message_id is None:
            sent = await send_to(bot, row.chat_id, text, keyboard, silent=True)
            async with services.database.write() as connection:
                await progress.note_sent(connection, row.id, sent.message_id)
        elif text != shown and not await edit_at(bot, row.chat_id, row.message_id, text, keyboard):
            goes_on = False  # somebody has deleted it
        self._shown[row.id] = text
        if not goes_on:
            await self._end(row)

    async def _end(self, row: Progress) -> None:
        async with self._services.database.write() as connection:
            await progress.end(connection, row.id)


async def press(query: CallbackQuery, context: Context, reader: Reader, action: HandleBroadcast) -> None:
    """Stop a story's broadcast at once, or let it go on."""
    services, words = context.services, reader.words
    if not await admitted(reader, context, f"bro:{action.verb}", Permission.RELEASE):
        await answer(query, words.plain("newsroom.refused"), alert=True)
        return
    stops = action.verb is Brake.STOP
    async with services.database.write() as connection:
        pace = await reach.pace(connection, action.article_id, now=services.clock(), window=_WINDOW)
        changes = pace is not None and pace.counts.left > 0 and pace.held is not stops
        if changes:
            turn = deliveries.hold if stops else deliveries.resume
            number = await turn(connection, action.article_id)
            await audit.record(
                connection,
                query.from_user.id,
                Act.PAUSE if stops else Act.RESUME,
                article_id=action.article_id,
                detail=str(number),
                now=services.clock(),
            )
    if not changes:
        over = pace is None or pace.counts.left == 0
        key = "broadcast.over" if over else "broadcast.held_before" if stops else "broadcast.runs_before"
        await answer(query, words.plain(key), alert=True)
        return
    if stops:
        services.recall()
    else:
        services.wake()
    await answer(query, words.plain("broadcast.held" if stops else "broadcast.resumed"))
    # What the message says follows by itself, where it is one that does.
    await edit_keyboard(query, progress_keyboard(action.article_id, held=stops, words=words))


def describe(number: int, pace: Pace, words: Words) -> Markup:
    """Return how a broadcast goes, or how it went where nothing is left."""
    counts = pace.counts
    title = escape(shorten(clean(pace.title), _TITLE))

    def figure(n: int) -> Markup:
        return escape(words.number(n))

    if not counts.left:
        head = words.say("broadcast.done", number=number, title=title)
        lines = by_state(counts.by_state, words)
        if counts.spared:
            lines.append(words.say("report.spared", number=figure(counts.spared)))
        lines.append(words.say("broadcast.to_report", command=f"/report {number}"))
        return Markup("\n").join((head, Markup(), *lines))
    failed = counts.total - counts.sent - counts.left
    done = (counts.total - counts.left) / counts.total
    lines = [
        words.say("broadcast.running", number=number, title=title),
        Markup(),
        words.say("broadcast.bar", bar=Markup(_bar(done)), percent=escape(words.percent(int(100 * done)))),  # noqa: S704 - our own
        words.say("broadcast.sent", number=figure(counts.sent), total=figure(counts.total)),
        words.say("broadcast.left", number=figure(counts.left)),
        words.say("broadcast.refused", number=figure(failed)),
    ]
    if pace.held:
        lines.append(words.say("broadcast.is_held"))
    elif pace.paused:
        lines.append(words.say("broadcast.is_paused"))
    elif pace.rate:
        lines.append(words.say("broadcast.rate", number=figure(max(1, round(pace.rate)))))
        span = timedelta(seconds=max(1.0, counts.left / pace.rate))
        lines.append(words.say("broadcast.time_left", span=escape(words.plain_span(span))))
    else:
        lines.append(words.say("broadcast.waits"))
    return Markup("\n").join(lines)


def _bar(done: float) -> str:
    """Return a bar of which a share is full. Its characters have no direction: it fills as the line runs."""
    full = int(_BAR * done)
    return "▓" * full + "░" * (_BAR - full)
