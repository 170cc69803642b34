"""What may be wrong before the bot runs: settings, database, token, permissions. One line for each."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from telegram import Bot, WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.config import Settings
from bot.delivery.transport import AiohttpRequest, environment_proxy
from bot.web.webhook import PATH as WEBHOOK_PATH
from storage.database import DatabaseUnavailableError
from storage.opening import open_database


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `advice` says what to do where it is not well."""

    name: str
    well: bool
    text: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at each thing in turn."""
    yield Finding("settings", True, f"time zone {settings.default_timezone}, language {settings.default_language}")
    yield (
        Finding("OWNER_IDS", True, f"{len(settings.owner_ids)} may publish")
        if settings.owner_ids
        else Finding("OWNER_IDS", False, "nobody may publish; write your own Telegram id into .env")
    )
    try:
        database = await open_database(settings.database_url)
        await database.close()
        yield Finding("database", True, "can be written to, and is up to date")
    except DatabaseUnavailableError as error:
        yield Finding("database", False, f"cannot be used: {error}; see DATABASE_URL in .env")
    if settings.bot_token is None:
        yield Finding("BOT_TOKEN", False, "missing; get one from @BotFather and write it into .env")
        return
    async for finding in _examine_telegram(settings):
        yield finding


async def _examine_telegram(settings: Settings) -> AsyncIterator[Finding]:
    proxy = environment_proxy(settings.bot_api_url)
    bot = Bot(
        settings.token,
        base_url=f"{settings.bot_api_url}/bot",
        request=AiohttpRequest(proxy=proxy),
        get_updates_request=AiohttpRequest(proxy=proxy),
    )
    try:
        await bot.initialize()
        yield Finding("BOT_TOKEN", True, f"belongs to @{bot.username}")
        yield _judge_updates(await bot.get_webhook_info(), settings)
        yield (
            Finding("groups", True, "the bot may be added to groups")
            if bot.can_join_groups
            else Finding("groups", True, "the bot may not be added to groups (@BotFather, /setjoingroups)")
        )
    except InvalidToken:
        yield Finding("BOT_TOKEN", False, "Telegram refuses it; copy it again from @BotFather")
    except TelegramError as error:
        # What a server answers may hold the address that it was asked at, and so the token.
        reason = error.message.replace(settings.token, "[secret]")
        yield Finding("Telegram", False, f"cannot be reached: {reason}; see BOT_API_URL and the network")
    finally:
        await bot.shutdown()


def _judge_updates(hook: WebhookInfo, settings: Settings) -> Finding:
    ours = f"{settings.public_url}{WEBHOOK_PATH}" if settings.updates == "webhook" else ""
    if hook.url not in ("", ours):
        return Finding("updates", False, "a webhook is set elsewhere; `run` puts it right")
    if hook.url and hook.last_error_message:
        return Finding(
            "updates", False, f"Telegram could not post to PUBLIC_URL: {hook.last_error_message}; see the reverse proxy"
        )
    return Finding("updates", True, f"{hook.pending_update_count} are waiting")
