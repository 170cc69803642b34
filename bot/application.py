"""The composition root: builds everything, starts it in order, stops it in order. The only wiring there is."""

import asyncio
import logging
import random
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import uuid4

from prometheus_client import CollectorRegistry

from bot import collector, conversation, incoming, ingest, schedule
from bot.alarms import Alarms, disk_probe
from bot.config import Settings
from bot.delivery.budget import SendBudget
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.limiter import ReplyLimiter
from bot.delivery.render import Renderer
from bot.delivery.telegram_api import TelegramApi
from bot.delivery.transport import AiohttpRequest, environment_proxy
from bot.drawing_thread import drawing
from bot.following import following
from bot.metrics import Metrics, counted
from bot.notifier import notifier
from bot.sources import linked_page, notices
from bot.sources.fetch import Fetcher
from bot.sources.ingester import Ingester
from bot.sources.looking import Looker
from bot.sources.poller import Poller
from bot.sources.roster import Roster
from bot.sources.websub import WebSub
from bot.updates import PatientBot
from bot.web import callbacks
from bot.web.health import Vitals
from bot.web.scrape import Scrape
from bot.web.server import serving
from bot.web.webhook import Webhook
from handlers import menus, routes
from handlers.context import Services
from handlers.desk import copies, release
from handlers.reach.progress import Board
from handlers.repair import proposals
from handlers.texts import Texts
from storage import admins, paid
from storage.alarms import Alarm
from storage.article import Article
from storage.leadership import Leadership
from storage.opening import open_database
from storage.retention import Policy

logger = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Return the time. Everything that asks for the time is given a function such as this one."""
    return datetime.now(UTC)


@asynccontextmanager
async def running(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> AsyncIterator[asyncio.Task[None]]:
    """Run the bot inside the block, once this process leads. The value is the dispatcher's task.

    It ends when it fails, and when another process has come to lead.
    Raise `SettingsError` where the token is missing or refused, `DatabaseError` where the database cannot be used.
    """
    token = settings.token
    async with AsyncExitStack() as stack:
        registry = CollectorRegistry()
        metrics = Metrics(registry)
        stack.enter_context(counted(metrics.log_records))
        database = await open_database(
            settings.database_url, name=f"news bot {uuid4().hex[:12]}", observe=metrics.note_transaction
        )
        stack.push_async_callback(database.close)
        leadership = Leadership(database)
        vitals = Vitals(database)
        async with database.write() as connection:
            await admins.set_owners(connection, settings.owner_ids, now=now())
        texts = Texts.load(settings.default_language)
        pays = settings.paid_broadcast
        budget = SendBudget(
            settings.send_rate, clock=time.monotonic, paid_rate=settings.paid_send_rate if pays else None
        )
        proxy = environment_proxy(settings.bot_api_url)
        request = AiohttpRequest(proxy=proxy, may_send=leadership.is_held, observe=metrics.note_request)
        updates_request = AiohttpRequest(proxy=proxy, may_send=leadership.is_held)
        dispatcher = Dispatcher(
            database,
            TelegramApi(request, settings.bot_api_url, token),
            budget,
            Renderer(database, texts),
            max_in_flight=settings.max_in_flight,
            now=now,
            paid_a_day=settings.max_stars_per_day * paid.MESSAGES_PER_STAR if pays else 0,
            leads=leadership.is_held,
            observe=metrics.note_delivery,
            observe_ended=metrics.note_ended,
        )

        # Of its own, so that an editor's look that is under way at the end is cut short, and no poll with it.
        desk_fetcher = Fetcher(allow_private=settings.allow_private_addresses)

        async def read_article(data: bytes | str) -> Article:
            return await ingest.read_one(database, data)

        services = Services(
            database=database,
            texts=texts,
            read_article=read_article,
            read_url=linked_page.reader(database, desk_fetcher),
            wake=dispatcher.wake,
            recall=dispatcher.recall,
            clock=now,
            default_timezone=settings.default_timezone,
            default_language=settings.default_language,
            rich_summaries=settings.rich_summaries,
            alert_ttl=settings.alert_ttl,
            sources=Roster(database, desk_fetcher, now=now),
            send_rate=settings.send_rate,
            undo_window=settings.undo_window,
            two_person=settings.two_person_release,
            draw=stack.enter_context(drawing()),
        )
        bot = PatientBot(
            token,
            base_url=f"{settings.bot_api_url}/bot",
            base_file_url=f"{settings.bot_api_url}/file/bot",
            request=request,
            get_updates_request=updates_request,
            rate_limiter=ReplyLimiter(budget),
        )
        queue: asyncio.Queue[object] = asyncio.Queue()
        way_in = incoming.way_in(settings, bot, database, queue, now, leadership.is_held)
        webhook = way_in if isinstance(way_in, Webhook) else None
        telegram = conversation.build(
            bot, services, queue, begin=webhook.begin if webhook else None, observe=metrics.note_update
        )
        # The application closes them only once it has been initialized.
        stack.push_async_callback(request.shutdown)
        stack.push_async_callback(updates_request.shutdown)
        fetcher = await stack.enter_async_context(Fetcher(allow_private=settings.allow_private_addresses))
        looker = Looker(database, fetcher, now)
        ingester = Ingester(
            database,
            ingest.Policy(settings.alert_ttl, settings.keep_unflagged, settings.default_language),
            owed=dispatcher.wake,
            recall=dispatcher.recall,
            now=now,
        )
        websub = (
            WebSub(database, fetcher, looker, ingester, public_url=settings.public_url, now=now)
            if settings.public_url
            else None
        )
        poller = Poller(
            database,
            looker,
            ingester,
            now=now,
            jitter=lambda: random.uniform(-1, 1),  # noqa: S311 - it spreads the polls, and hides nothing
            websub=websub,
        )
        if settings.listen_address:
            # Before Telegram is there, so that whoever asks is told what is being waited for.
            endpoints = vitals.routes()
            endpoints += Scrape(registry, metrics, database, vitals, budget, paid=pays, now=now).routes()
            endpoints += webhook.routes() if webhook else []
            endpoints += callbacks.routes(websub) if websub else []
            await stack.enter_async_context(serving(settings.listen_address, endpoints))
        stack.push_async_callback(leadership.release)
        vitals.standing_by()
        await leadership.acquire()
        vitals.starting()
        keeping = asyncio.create_task(leadership.keep(), name="leadership")
        stack.push_async_callback(_cancel, keeping)
        keeping.add_done_callback(lambda _done: dispatcher.stop())
        await conversation.connect(telegram)
        stack.push_async_callback(telegram.shutdown)
        async with database.read() as connection:
            newsroom = {member.user_id: member.role for member in await admins.every(connection)}
        await menus.announce(telegram.bot, texts, routes.menu_lines(), newsroom)

        sending = asyncio.create_task(dispatcher.run(), name="dispatcher")
        stack.push_async_callback(_finish, dispatcher, sending)
        vitals.watch("dispatcher", sending)
        clock = schedule.build(
            database,
            dispatcher.wake,
            now,
            keeping=Policy(settings.keep_deliveries, settings.keep_articles),
            observe_ended=metrics.note_ended,
        )
        await stack.enter_async_context(following(poller, websub, clock, vitals))

        async def tell_of_sources() -> None:
            await notices.tell_newsroom(database, texts, notifier(telegram.bot, "a source"), now=now())

        async def look_after_drafts() -> None:
            await release.publish_due(telegram.bot, services)
            await copies.show_brought(telegram.bot, services)

        async def look_after_proposals() -> None:
            await proposals.look_after(telegram.bot, services)

        board = Board(services)

        async def show_progress() -> None:
            await board.refresh(telegram.bot)

        schedule.add(clock, show_progress, schedule.PROGRESS_TICK_S)
        schedule.add(clock, tell_of_sources, schedule.SOURCES_TICK_S)
        schedule.add(clock, look_after_drafts, schedule.DRAFTS_TICK_S)
        schedule.add(clock, look_after_proposals, schedule.DRAFTS_TICK_S)
        clock.start()
        stack.push_async_callback(clock.stop)
        await telegram.start()
        stack.push_async_callback(conversation.finish, telegram)
        await stack.enter_async_context(desk_fetcher)
        await stack.enter_async_context(incoming.receiving(way_in, clock, vitals, metrics))
        probes = {Alarm.UPDATES: way_in.problem}
        if database.file:
            probes[Alarm.DISK] = disk_probe(database.file)
        watch = Alarms(database, settings.owner_ids, notifier(bot, "what is wrong"), texts.of(None), probes, now=now)
        schedule.add(clock, watch.look_for_trouble, schedule.ALARMS_TICK_S)
        vitals.started()
        stack.callback(vitals.stopping)
        # What is under way is answered while everything else ends.
        stack.callback(dispatcher.stop)
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
    collector.relax()
    async with until_signal():
        await _lead_again_and_again(settings, now)
    logger.info("stopped")


async def _lead_again_and_again(settings: Settings, now: Callable[[], datetime]) -> None:
    # More than once only where another process has come to lead: this one begins again to stand by.
    while True:
        async with running(settings, now=now) as sending:
            # Not `await sending`: a signal would cancel it before it has recorded what is under way.
            await asyncio.wait({sending})
            sending.result()


async def _finish(dispatcher: Dispatcher, sending: asyncio.Task[None]) -> None:
    dispatcher.stop()
    await asyncio.wait({sending})


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
