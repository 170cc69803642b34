"""How updates come in: asked for, or posted by Telegram."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from bot import schedule
from bot.config import Settings, SettingsError
from bot.conversation import UPDATES
from bot.metrics import Metrics
from bot.polling import Polling
from bot.updates import PatientBot
from bot.web.health import Vitals
from bot.web.webhook import Webhook, WebhookRefusedError
from storage.database import Database


def way_in(
    settings: Settings,
    bot: PatientBot,
    database: Database,
    queue: asyncio.Queue[object],
    now: Callable[[], datetime],
    leads: Callable[[], bool],
) -> Polling | Webhook:
    """Return what puts updates into the queue, as the settings wish; it does not do so yet.

    `leads` says whether this process is the one that handles them.
    """
    if settings.updates == "polling" or settings.public_url is None:
        return Polling(bot, queue, kinds=UPDATES)
    return Webhook(
        bot,
        database,
        queue,
        public_url=settings.public_url,
        secret=settings.webhook_token,
        kinds=UPDATES,
        now=now,
        leads=leads,
    )


@asynccontextmanager
async def receiving(
    way: Polling | Webhook, clock: schedule.Clock, vitals: Vitals, metrics: Metrics
) -> AsyncIterator[None]:
    """Let updates come in inside the block. Raise `SettingsError` for an address that Telegram does not take."""
    async with AsyncExitStack() as stack:
        if isinstance(way, Webhook):
            stack.callback(way.close)
            try:
                await way.open()
            except WebhookRefusedError as error:
                raise SettingsError(f"PUBLIC_URL: Telegram does not take this webhook: {error}") from None
            schedule.add(clock, way.check_webhook, schedule.WEBHOOK_TICK_S)
            schedule.add(clock, way.take_up, schedule.TAKE_UP_TICK_S)
        else:
            asking = asyncio.create_task(way.run(), name="polling")
            stack.push_async_callback(_finish, way, asking)
            vitals.watch("polling", asking)
        vitals.add("updates", way.problem)
        metrics.silence.set_function(lambda: way.silence_s)
        yield


async def _finish(polling: Polling, asking: asyncio.Task[None]) -> None:
    polling.stop()
    await asyncio.wait({asking})
