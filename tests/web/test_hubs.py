"""From a hub to the subscriber's phone: the bot as a process of its own, its feed and hub on loopback."""

from pathlib import Path

from bot.emulator import Emulator
from tests.sources.feeds import Item, rss
from tests.sources.hub import running_hub
from tests.sources.web import serving
from tests.waiting import until
from tests.web.conftest import READER
from tests.whole.programs import bot, command

PATIENCE = 15.0


async def test_an_alert_arrives_by_a_hub_without_the_feed_being_asked(
    emulator: Emulator, listening: dict[str, str], port: int, tmp_path: Path
) -> None:
    settings = {**listening, "PUBLIC_URL": f"http://127.0.0.1:{port}", "ALLOW_PRIVATE_ADDRESSES": "true"}
    async with serving() as outside, running_hub() as hub, bot(settings, tmp_path) as running:
        topic = outside.url("/feed")
        links = f'<{hub.url}>; rel="hub", <{topic}>; rel="self"'
        outside.serve("/feed", rss([Item("خبر قديم", guid="0")]), headers={"Link": links})
        await emulator.say(READER, "/start")
        welcome = await emulator.wait_for(READER, lambda message: bool(message.buttons), timeout=PATIENCE)
        await (await emulator.press(READER, welcome.message_id, text="سياسة")).answered(PATIENCE)
        added = await command("sources", "add", topic, settings=settings, folder=tmp_path)
        assert added.code == 0, added.err
        await until(lambda: bool(hub.subscribers))
        asked = len(outside.requests)

        assert await hub.push(topic, rss([Item("عاجل | إغلاق جسر الميناء", guid="1")]).encode()) == [202]
        await emulator.wait_for(READER, lambda message: "جسر الميناء" in message.text, timeout=PATIENCE)
        assert len(outside.requests) == asked
        assert await running.stop() == 0
    log = "".join(running.log)
    assert "Traceback" not in log
    assert next(iter(hub.subscribers.values()))[1] not in log
