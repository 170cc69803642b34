"""A shift that goes wrong, in the bot as a process of its own: correct, stop everything, retract."""

from pathlib import Path

from bot.emulator import Emulator, Message
from tests.whole.conftest import EDITOR, STRANGER
from tests.whole.programs import bot, command

PATIENCE = 15.0
WRONG, RIGHT = "مقتل 12 في انفجار بمرفأ الصيادين", "إصابة 12 في انفجار بمرفأ الصيادين"
STORY = f"عاجل أخبار محلية\n\n{WRONG}\n\nوقع الانفجار فجر اليوم، وأخمد رجال الإطفاء الحريق."
LATER = "عاجل أخبار محلية\n\nإعادة فتح المرفأ أمام القوارب\n\nأعلنت البلدية فتح المرفأ مساء اليوم."


class Desk:
    """The editor's chat."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def say(self, text: str, answer: str) -> Message:
        sent = await self._emulator.say(EDITOR, text)
        return await self._emulator.wait_for(EDITOR, answer, after=sent.message_id, timeout=PATIENCE)

    async def press(self, message: Message, label: str, answer: str, after: int = 0) -> Message:
        press = await self._emulator.press(EDITOR, message.message_id, text=label)
        await press.answered()
        return await self._emulator.wait_for(EDITOR, answer, after=after, timeout=PATIENCE)


async def test_a_copy_in_a_readers_chat_is_corrected_and_then_taken_back(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path):
        desk = Desk(emulator)
        await emulator.say(STRANGER, "/start local")
        await emulator.wait_for(STRANGER, timeout=PATIENCE)
        await desk.say("/start", "")
        assert (await command("ingest", "-", settings=settings, folder=tmp_path, given=STORY.encode())).code == 0
        copy = await emulator.wait_for(STRANGER, WRONG, timeout=PATIENCE)

        card = await desk.say("/correct 1", WRONG)
        await desk.press(card, "العنوان", "أرسل العنوان الصحيح")
        card = await desk.say(RIGHT, "هكذا ستبدو")
        await desk.press(card, "تأكيد", "صُحِّح الخبر رقم 1")
        await emulator.wait_for(STRANGER, lambda message: RIGHT in message.text, timeout=PATIENCE)
        assert "تصحيح" in copy.text
        assert copy.edited

        await desk.say("/pause", "توقف كل ما يُرسل")
        assert (await command("ingest", "-", settings=settings, folder=tmp_path, given=LATER.encode())).code == 0
        card = await desk.say("/retract 1 لم يتأكد", "السبب")
        await desk.press(card, "تأكيد", "سُحب الخبر رقم 1")
        assert copy in emulator.messages(STRANGER), "everything that goes out waits"

        await desk.say("/resume", "استُؤنف")
        await emulator.wait_for(STRANGER, "إعادة فتح المرفأ", timeout=PATIENCE)
        await desk.press(card, "أين وصل", "تم 1، وبقي 0")
        assert copy not in emulator.messages(STRANGER)
