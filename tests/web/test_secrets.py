"""The token stands in no output, whatever goes wrong and however much is logged."""

from pathlib import Path

import pytest
from aiohttp import web

from bot.emulator import Emulator
from tests.waiting import until
from tests.web.conftest import READER
from tests.whole.programs import TOKEN, bot, command

PATIENCE = 30.0
SECRET = TOKEN.partition(":")[2]
FLASH = "عاجل سياسة\n\nإغلاق جسر الميناء أمام الشاحنات\n\nأعلنت البلدية إغلاق الجسر أسبوعا.\n"


@pytest.mark.parametrize(("style", "updates"), [("text", "webhook"), ("json", "polling")])
async def test_a_noisy_run_full_of_failures_never_shows_the_token(
    style: str, updates: str, emulator: Emulator, hooked: dict[str, str], tmp_path: Path
) -> None:
    settings = {**hooked, "UPDATES": updates, "LOG_LEVEL": "DEBUG", "LOG_FORMAT": style}
    faults = emulator.faults
    for method in ("getMe", "setMyCommands", "setWebhook", "getUpdates", "sendMessage", "getWebhookInfo"):
        faults.fail(500, f"Internal Server Error: /bot{TOKEN}/{method}", method=method, times=1)
    for method in ("setMyCommands", "getUpdates", "sendMessage"):
        faults.drop_before_accept(method=method, times=1)
        faults.drop_after_accept(method=method, times=1)
        faults.fail(429, "Too Many Requests", retry_after=0, method=method, times=1)
    faults.fail(401, "Unauthorized", method="getUpdates", times=1)
    async with bot(settings, tmp_path) as running:
        for _ in range(5):  # most answers are lost
            await emulator.say(READER, "/start")
        welcome = await emulator.wait_for(READER, lambda message: bool(message.buttons), timeout=PATIENCE)
        await (await emulator.press(READER, welcome.message_id, text="سياسة")).answered(PATIENCE)
        ingested = await command("ingest", "-", settings=settings, folder=tmp_path, given=FLASH.encode())
        await emulator.wait_for(READER, "جسر الميناء", timeout=PATIENCE)
        emulator.push_update("message", {"message_id": TOKEN})
        faults.down()
        await emulator.say(READER, "/latest")
        await until(lambda: any("no connection to Telegram" in line or "no answer" in line for line in running.log))
        faults.up()
        assert await running.stop() == 0
    checked = await command("check", settings=settings, folder=tmp_path)

    output = "".join(running.log) + ingested.out + ingested.err + checked.out + checked.err
    assert SECRET not in output
    assert "[secret]" in output  # it was about to be shown


async def test_a_telegram_that_answers_nonsense_ends_the_bot_without_showing_the_token(
    hooked: dict[str, str], port: int, tmp_path: Path
) -> None:
    async def nonsense(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": {"url": str(request.url)}})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", nonsense)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api = f"http://127.0.0.1:{runner.addresses[0][1]}"
    ended = await command("run", settings={**hooked, "BOT_API_URL": api, "LOG_LEVEL": "DEBUG"}, folder=tmp_path)
    await runner.cleanup()

    assert ended.code == 1
    assert "Traceback" in ended.err
    assert SECRET not in ended.out + ended.err


@pytest.mark.parametrize("name", ["run", "check"])
async def test_a_refused_token_is_not_repeated(name: str, hooked: dict[str, str], tmp_path: Path) -> None:
    wrong = {**hooked, "BOT_TOKEN": "42:another-made-up-one", "LOG_LEVEL": "DEBUG"}
    refused = await command(name, settings=wrong, folder=tmp_path)

    assert refused.code == 1
    assert "BOT_TOKEN: " in refused.out + refused.err
    assert "another-made-up-one" not in refused.out + refused.err
