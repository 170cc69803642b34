"""The composition root: builds everything, starts it in order, stops it in order. The only wiring there is."""

import asyncio
import logging
import random
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot import ingest, schedule
from bot.config import Settings, SettingsError
from bot.delivery.budget import SendBudget
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.limiter import ReplyLimiter
from bot.delivery.render import Renderer
from bot.delivery.telegram_api import TelegramApi
from bot.delivery.transport import AiohttpRequest, environment_proxy
from bot.sources import notices
from bot.sources.fetch import Fetcher
from bot.sources.poller import Poller
from bot.updates import ChatOrderedProcessor, PatientBot
from handlers import routes
from handlers.context import Context, Services, context_types
from handlers.texts import Texts
from storage import admins, paid
from storage.article import Article
from storage.opening import open_database

logger = logging.getLogger(__name__)

# People who are answered at the same time.
_CONCURRENT_UPDATES = 64
_UPDATES = ["message", "callback_query", "inline_query", "my_chat_member"]
# While Telegram cannot be reached at start: doubled, up to the limit.
_RECONNECT_S = 1.0
_LONGEST_RECONNECT_S = 30.0

App = Application[ExtBot[None], Context, Any, Any, Any, None]


def utc_now() -> datetime:
    """Return the time. Everything that asks for the time is given a function such as this one."""
    return datetime.now(UTC)


@asynccontextmanager
async def running(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> AsyncIterator[asyncio.Task[None]]:
    """Run the bot inside the block. The value is the dispatcher's task, which ends only when it fails.

    Raise `SettingsError` where the token is missing or refused, `DatabaseError` where the database cannot be used.
    """
    token = settings.token
    async with AsyncExitStack() as stack:
        database = await open_database(settings.database_url)
        stack.push_async_callback(database.close)
        async with database.write() as connection:
            await admins.set_owners(connection, settings.owner_ids, now=now())
        texts = Texts.load(settings.default_language)
        pays = settings.paid_broadcast
        budget = SendBudget(
            settings.send_rate, clock=time.monotonic, paid_rate=settings.paid_send_rate if pays else None
        )
        proxy = environment_proxy(settings.bot_api_url)
        request, updates_request = (AiohttpRequest(proxy=proxy) for _use in ("calls", "updates"))
        dispatcher = Dispatcher(
            database,
            TelegramApi(request, settings.bot_api_url, token),
            budget,
            Renderer(database, texts),
            max_in_flight=settings.max_in_flight,
            now=now,
            paid_a_day=settings.max_stars_per_day * paid.MESSAGES_PER_STAR if pays else 0,
        )

        async def read_article(data: bytes | str) -> Article:
            return await ingest.read_one(database, data)

        services = Services(
            database=database,
            texts=texts,
            read_article=read_article,
            wake=dispatcher.wake,
            clock=now,
            default_timezone=settings.default_timezone,
            default_language=settings.default_language,
            alert_ttl=settings.alert_ttl,
        )
        bot: ExtBot[None] = PatientBot(
            token,
            base_url=f"{settings.bot_api_url}/bot",
            base_file_url=f"{settings.bot_api_url}/file/bot",
            request=request,
            get_updates_request=updates_request,
            rate_limiter=ReplyLimiter(budget),
        )
        telegram = (
            ApplicationBuilder()
            .bot(bot)
            .context_types(context_types(services))
            .concurrent_updates(ChatOrderedProcessor(_CONCURRENT_UPDATES))
            .job_queue(None)
            .build()
        )
        routes.register(telegram)
        # The application closes them only once it has been initialized.
        stack.push_async_callback(request.shutdown)
        stack.push_async_callback(updates_request.shutdown)
        await _connect(telegram)
        stack.push_async_callback(telegram.shutdown)
        await routes.announce_commands(telegram.bot, texts, settings.owner_ids)

        sending = asyncio.create_task(dispatcher.run(), name="dispatcher")
        stack.push_async_callback(_finish, dispatcher, sending)
        clock = schedule.build(database, dispatcher.wake, now)
        poller = Poller(
            database,
            await stack.enter_async_context(Fetcher(allow_private=settings.allow_private_addresses)),
            ingest.Policy(settings.alert_ttl, settings.keep_unflagged),
            owed=dispatcher.wake,
            now=now,
            jitter=lambda: random.uniform(-1, 1),  # noqa: S311 - it spreads the polls, and hides nothing
        )
        polling = asyncio.create_task(poller.run(), name="poller")
        stack.push_async_callback(_cancel, polling)

        async def follow_sources() -> None:
            poller.wake()
            await notices.tell_newsroom(database, texts, notices.by(telegram.bot), now=now())

        schedule.add(clock, follow_sources, schedule.SOURCES_TICK_S)
        clock.start()
        stack.callback(clock.shutdown, wait=False)
        await telegram.start()
        stack.push_async_callback(telegram.stop)
        updater = telegram.updater
        assert updater is not None  # noqa: S101  # the builder makes one unless it is told not to
        await updater.start_polling(allowed_updates=_UPDATES, bootstrap_retries=-1, error_callback=_note_polling_error)
        stack.push_async_callback(updater.stop)
        logger.info("@%s is running", telegram.bot.username)
        yield sending
        logger.info("stopping")


@asynccontextmanager
async def until_signal() -> AsyncIterator[None]:
    """Let SIGINT and SIGTERM end the block in order; a second one cuts its end short."""
    main = asyncio.current_task()
    assert main is not None  # noqa: S101  # a coroutine always runs in a task
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, main.cancel)
    with suppress(asyncio.CancelledError):
        yield


async def run(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> None:
    """Run the bot until SIGINT or SIGTERM. What is under way then is finished first."""
    async with until_signal(), running(settings, now=now) as sending:
        # Not `await sending`: a signal would cancel it before it has recorded what is under way.
        await asyncio.wait({sending})
        sending.result()
    logger.info("stopped")


async def _connect(telegram: App) -> None:
    """Ask Telegram who we are, again and again while it cannot be reached."""
    wait = _RECONNECT_S
    while True:
        try:
            await telegram.initialize()
            return
        except InvalidToken:
            raise SettingsError(
                "BOT_TOKEN: Telegram refuses this token; copy it again from @BotFather, or ask there for a new one"
            ) from None
        except NetworkError as error:
            logger.warning("Telegram cannot be reached, next try in %.0f s: %s", wait, error.message)
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_RECONNECT_S)


async def _finish(dispatcher: Dispatcher, sending: asyncio.Task[None]) -> None:
    dispatcher.stop()
    await asyncio.wait({sending})


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


def _note_polling_error(error: TelegramError) -> None:
    logger.warning("no updates from Telegram, trying again: %s", error.message)
