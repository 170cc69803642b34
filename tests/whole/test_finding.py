"""Search, inline mode and sharing, in the bot as a process of its own: through its own transport and update kinds."""

from pathlib import Path

from bot.emulator import Emulator
from handlers.share import qr_picture
from tests.whole.conftest import STRANGER
from tests.whole.programs import bot, command

PATIENCE = 15.0
STORY = "عاجل رياضة\n\nتأجيل نهائي الكأس أسبوعا بسبب الأمطار\n\nأعلن الاتحاد تأجيل المباراة النهائية أسبوعا."


async def test_a_story_is_found_and_a_section_is_shared(
    emulator: Emulator, settings: dict[str, str], tmp_path: Path
) -> None:
    async with bot(settings, tmp_path):
        await emulator.say(STRANGER, "/start")
        await emulator.wait_for(STRANGER, timeout=PATIENCE)
        # Stored by another process, while this one runs.
        assert (await command("ingest", "-", settings=settings, folder=tmp_path, given=STORY.encode())).code == 0

        asked = await emulator.say(STRANGER, "بحث كأس الاتحاد")
        found = await emulator.wait_for(STRANGER, after=asked.message_id, timeout=PATIENCE)
        assert "تأجيل نهائي الكأس" in found.text
        (result,) = await emulator.ask_inline(STRANGER, "امطار", timeout=PATIENCE)
        assert result["title"] == "تأجيل نهائي الكأس أسبوعا بسبب الأمطار"

        asked = await emulator.say(STRANGER, "/sections")
        mine = await emulator.wait_for(STRANGER, after=asked.message_id, timeout=PATIENCE)
        await emulator.press(STRANGER, mine.message_id, text="مشاركة")
        choice = await emulator.wait_for(STRANGER, after=mine.message_id, timeout=PATIENCE)
        await emulator.press(STRANGER, choice.message_id, text="رياضة")
        shared = await emulator.wait_for(STRANGER, after=choice.message_id, timeout=PATIENCE)
        assert shared.file is not None
        assert shared.file.data == qr_picture(shared.text.splitlines()[-1])
