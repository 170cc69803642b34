"""What happens in the demo: two readers subscribe, an editor publishes, and what must follow follows."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from bot.emulator import Emulator, Message

READER_OF_WORLD = 101
READER_OF_SPORT = 102
EDITOR = 103
CAST = {
    READER_OF_WORLD: ("قارئة أخبار عالمية", "reader"),
    READER_OF_SPORT: ("قارئ رياضة", "reader"),
    EDITOR: ("غرفة الأخبار", "admin"),
}
_PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that had to happen, and whether it did."""

    text: str
    happened: bool


def article() -> str:
    """The article that is published."""
    return (resources.files("bot.demo") / "article.txt").read_text(encoding="utf-8")


def expected() -> dict[str, Any]:
    """What the bot has to understand of the article, written by hand."""
    text = (resources.files("bot.demo") / "article.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def meet(emulator: Emulator) -> None:
    """Let the people come in."""
    for user_id, (name, role) in CAST.items():
        emulator.add_person(user_id, name, role=role)


async def perform(emulator: Emulator, *, pause: float) -> AsyncIterator[Step]:
    """Play the whole job; yield each step when it is over. `pause` (seconds) is for people who look on."""
    gold = expected()
    title = gold["title"]
    try:
        for user_id, section in ((READER_OF_WORLD, "أخبار عالمية"), (READER_OF_SPORT, "رياضة")):
            await _subscribe(emulator, user_id, section)
            await asyncio.sleep(pause)
            yield Step(f"{CAST[user_id][0]} chooses «{section}» by its button", True)

        preview = await _preview(emulator)
        await asyncio.sleep(pause)
        yield Step("the editor pastes the article and sees what was understood", title in preview.text)

        await (await emulator.press(EDITOR, preview.message_id, text="نشر")).answered(_PATIENCE_S)
        alert = await emulator.wait_for(
            READER_OF_WORLD, lambda message: title in message.text and "عاجل" in message.text, timeout=_PATIENCE_S
        )
        yield Step("it is flagged «عاجل», stored, and pushed to the reader of world news", True)
        await asyncio.sleep(pause)

        await (await emulator.press(READER_OF_WORLD, alert.message_id, text="ملخص")).answered(_PATIENCE_S)
        first_quote = gold["quotes"][0]["text"]
        await emulator.wait_for(
            READER_OF_WORLD, lambda message: first_quote in message.text, timeout=_PATIENCE_S, after=alert.message_id
        )
        yield Step("the button under the alert answers with a summary", True)
        await asyncio.sleep(pause)

        asked = await emulator.say(READER_OF_WORLD, "/summary")
        await emulator.wait_for(
            READER_OF_WORLD, lambda message: first_quote in message.text, timeout=_PATIENCE_S, after=asked.message_id
        )
        summary = "\n".join(
            message.text
            for message in emulator.messages(READER_OF_WORLD)
            if message.from_bot and message.message_id > asked.message_id
        )
        headings = [heading for heading in gold["subheadings"] if heading in summary]
        yield Step(f"/summary holds its {len(headings)} subheadings", headings == gold["subheadings"])
        quotes = [quote for quote in gold["quotes"] if _is_told(quote, summary)]
        yield Step(f"/summary holds its {len(quotes)} key quotes, each with who said it", quotes == gold["quotes"])
        reached_sport = any(title in message.text for message in emulator.messages(READER_OF_SPORT))
        yield Step("the reader of sport is left in peace", not reached_sport)
    except (AssertionError, LookupError) as error:
        yield Step(str(error), False)


async def _subscribe(emulator: Emulator, user_id: int, section: str) -> None:
    await emulator.say(user_id, "/start")
    welcome = await emulator.wait_for(
        user_id, lambda message: any(section in text for text in message.button_texts()), timeout=_PATIENCE_S
    )
    press = await emulator.press(user_id, welcome.message_id, text=section)
    await press.answered(_PATIENCE_S)


async def _preview(emulator: Emulator) -> Message:
    await emulator.say(EDITOR, f"/publish {article()}")
    return await emulator.wait_for(
        EDITOR, lambda message: any("نشر" in text for text in message.button_texts()), timeout=_PATIENCE_S
    )


def _is_told(quote: dict[str, Any], summary: str) -> bool:
    """Whether the words stand there, and behind them, before anybody else's words, who said them."""
    _before, found, after = summary.partition(quote["text"])
    attribution = after.strip('”»" \n').partition("\n")[0]
    return bool(found) and any(name in attribution for name in quote["speaker_accept"])
