"""Forums and channels, from being added to a story that goes on: the bot as a process, set up by buttons."""

from pathlib import Path

from bot.emulator import Emulator, Message
from tests.whole.conftest import SPORT, WORLD
from tests.whole.programs import bot, command

FORUM, CHANNEL = -1001112223334445, -1005556667778889
FIRST = """عاجل رياضة

انهيار مدرج في ملعب الواحة خلال المباراة

انهار مدرج في ملعب الواحة خلال المباراة، وهرعت فرق الإنقاذ إلى الملعب، وما زال بعض المتفرجين تحت الأنقاض.
"""
SECOND = """عاجل رياضة

ارتفاع حصيلة انهيار مدرج ملعب الواحة إلى سبعة قتلى

ارتفعت حصيلة انهيار المدرج في ملعب الواحة إلى سبعة قتلى، وقالت فرق الإنقاذ إن بعض المتفرجين ما زالوا تحت الأنقاض.
"""
PATIENCE = 15.0


async def press(emulator: Emulator, user_id: int, message: Message, label: str) -> None:
    def has_button(shown: Message) -> bool:
        return shown is message and any(label in text for text in shown.button_texts())

    await emulator.wait_for(message.chat_id, has_button, timeout=PATIENCE)  # the last press may still change it
    pressed = await emulator.press(user_id, message.message_id, text=label, chat_id=message.chat_id)
    await pressed.answered(PATIENCE)


async def test_a_story_goes_on_in_the_topic_of_its_section_and_in_a_channel(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path):
        await emulator.say(SPORT, "/start")
        forum = emulator.add_group(FORUM, "منتدى", [WORLD], admins=[SPORT], forum=True, added_by=SPORT)
        emulator.promote(FORUM, by=SPORT)
        greeting = await emulator.wait_for(FORUM, "أهلًا بكم", timeout=PATIENCE)
        await press(emulator, SPORT, greeting, "رياضة")
        await press(emulator, SPORT, greeting, "موضوع لكل قسم")
        (topic,) = forum.topics

        emulator.add_group(CHANNEL, "قناة الرياضة", kind="channel", admins=[SPORT], added_by=SPORT)
        panel = await emulator.wait_for(SPORT, "قناة الرياضة", timeout=PATIENCE)
        await press(emulator, SPORT, panel, "رياضة")
        for label in ("الإعدادات", "اللغة", "English"):
            await press(emulator, SPORT, panel, label)

        alerts: dict[int, list[Message]] = {FORUM: [], CHANNEL: []}
        for story, title in ((FIRST, "انهيار مدرج في ملعب"), (SECOND, "ارتفاع حصيلة")):
            done = await command("ingest", "-", settings=settings, folder=tmp_path, given=story.encode())
            assert done.code == 0, done.err
            for chat_id, told in alerts.items():
                told.append(await emulator.wait_for(chat_id, title, timeout=PATIENCE))

    for chat_id, place in ((FORUM, topic), (CHANNEL, None)):
        first, second = alerts[chat_id]
        assert [first.thread_id, second.thread_id] == [place, place]
        assert [first.reply_to, second.reply_to] == [None, first.message_id]
    assert "Summary" in alerts[CHANNEL][0].button_texts()[0]
    assert [message.text for message in emulator.messages(SPORT) if "انهيار" in message.text] == []
