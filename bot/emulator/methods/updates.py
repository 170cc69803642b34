"""How the bot gets its updates."""

from __future__ import annotations

from typing import Any

from bot.emulator.core import Core
from bot.emulator.errors import bad_request, conflict
from bot.emulator.params import Params


async def get_updates(core: Core, params: Params) -> Any:
    if core.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    _allow(core, params)
    limit = params.integer("limit", 100)
    return await core.updates.poll(
        params.integer("offset"), limit if 1 <= limit <= 100 else 100, params.number("timeout")
    )


async def set_webhook(core: Core, params: Params) -> Any:
    _allow(core, params)
    core.webhook.set(params.text("url"), params.text("secret_token"), params.integer("max_connections", 40))
    if params.boolean("drop_pending_updates"):
        core.updates.clear()
    return True


async def delete_webhook(core: Core, params: Params) -> Any:
    core.webhook.set("", "", 40)
    if params.boolean("drop_pending_updates"):
        core.updates.clear()
    return True


async def get_webhook_info(core: Core, params: Params) -> Any:
    return core.webhook.info()


async def log_out(core: Core, params: Params) -> Any:
    return True


def _allow(core: Core, params: Params) -> None:
    kinds = params.json("allowed_updates")
    if kinds is None:
        return
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise bad_request("can't parse allowed updates JSON object")
    core.updates.allow(kinds)


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "logOut": log_out,
    "close": log_out,
}
