"""`python -m tests.browser.pictures [FOLDER]`: the pictures of the chats in docs/, from the real bot on the chat page.

One picture for each language: a start with sections, an alert, its summary, the settings, a search, what is stored. And
one of the page of messages: an alert by day, the title of a digest by night.
"""

import asyncio
import io
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, async_playwright
from pydantic import SecretStr

from bot import application
from bot.config import Settings
from bot.demo import play
from bot.emulator import Emulator, Message
from bot.proofs.page import page as proofs
from tests.browser.conftest import FLAGS

TOKEN = "1:pictures"
ARABIC, ENGLISH = 201, 202
WIDTH, HEIGHT = 390, 800
PAGE_WIDTH = 1000
_PATIENCE_S = 60.0
# Fewer colours make a picture of text a third as large.
_COLOURS = 128

_SUMMARY = {ARABIC: "ملخص", ENGLISH: "ummary"}


async def main(folder: Path) -> None:
    """Draw the pictures into `folder`."""
    emulator = Emulator(TOKEN, name="الأخبار العاجلة", limits=None)
    emulator.add_person(ARABIC, "ليلى")
    emulator.add_person(ENGLISH, "Emma", language_code="en")
    emulator.add_person(play.EDITOR, "غرفة الأخبار", role="admin")
    await emulator.start()
    with tempfile.TemporaryDirectory() as data:
        async with application.running(_settings(emulator, Path(data))), async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            shots: dict[int, list[bytes]] = {ARABIC: [], ENGLISH: []}
            for screen in (_start, _alert, _summary, _preferences, _search, _privacy):
                for person in shots:
                    await screen(emulator, person)
                    shots[person].append(await _shoot(browser, emulator, person))
            for person, name in ((ARABIC, "chats-ar.png"), (ENGLISH, "chats-en.png")):
                _join(shots[person], right_to_left=person == ARABIC).save(folder / name, optimize=True)
            await _proofs(browser, folder / "messages.png")
            await browser.close()
    await emulator.stop()


async def _proofs(browser: Browser, file: Path) -> None:
    shots = []
    looks: tuple[tuple[Literal["light", "dark"], str], ...] = (("light", "alert-urgent"), ("dark", "digest.title"))
    for scheme, name in looks:
        page = await browser.new_page(viewport={"width": PAGE_WIDTH, "height": HEIGHT}, color_scheme=scheme)
        await page.set_content(proofs())
        shots.append(Image.open(io.BytesIO(await page.locator(f"[id='{name}']").screenshot())).convert("RGB"))
        await page.close()
    whole = Image.new("RGB", (shots[0].width, sum(one.height for one in shots)))
    place = 0
    for one in shots:
        whole.paste(one, (0, place))
        place += one.height
    whole.quantize(_COLOURS).save(file, optimize=True)


async def _start(emulator: Emulator, person: int) -> None:
    await emulator.say(person, "/start")
    welcome = await emulator.wait_for(person, timeout=_PATIENCE_S)
    for section in ("أخبار عالمية", "اقتصاد"):
        await _press(emulator, person, welcome, section)


async def _alert(emulator: Emulator, person: int) -> None:
    if person == ARABIC:
        await emulator.say(play.EDITOR, f"/publish {play.article()}")
        card = await emulator.wait_for(play.EDITOR, _has_button("نشر"), timeout=_PATIENCE_S)
        await _press(emulator, play.EDITOR, card, "نشر")
    await emulator.wait_for(person, _has_button(_SUMMARY[person]), timeout=_PATIENCE_S)


async def _summary(emulator: Emulator, person: int) -> None:
    alert = await emulator.wait_for(person, _has_button(_SUMMARY[person]), timeout=_PATIENCE_S)
    await _press(emulator, person, alert, _SUMMARY[person])
    await emulator.wait_for(person, after=alert.message_id, timeout=_PATIENCE_S)


async def _preferences(emulator: Emulator, person: int) -> None:
    if person == ARABIC:
        sent = await emulator.say(person, "/language")
        choice = await emulator.wait_for(person, after=sent.message_id, timeout=_PATIENCE_S)
        await _press(emulator, person, choice, "١٢٣")
    await _ask(emulator, person, "/settings")


async def _search(emulator: Emulator, person: int) -> None:
    await _ask(emulator, person, "بحث واشنطن" if person == ARABIC else "/search واشنطن")


async def _privacy(emulator: Emulator, person: int) -> None:
    await _ask(emulator, person, "/privacy")


async def _ask(emulator: Emulator, person: int, text: str) -> None:
    sent = await emulator.say(person, text)
    await emulator.wait_for(person, after=sent.message_id, timeout=_PATIENCE_S)


async def _press(emulator: Emulator, person: int, message: Message, label: str) -> None:
    press = await emulator.press(person, message.message_id, text=label)
    await press.answered(_PATIENCE_S)


def _has_button(label: str) -> Callable[[Message], bool]:
    return lambda message: any(label in text for text in message.button_texts())


async def _shoot(browser: Browser, emulator: Emulator, person: int) -> bytes:
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        color_scheme="light" if person == ARABIC else "dark",
        locale="ar",
        device_scale_factor=1.5,
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(f"{emulator.url}/#phone{person}")
    await page.get_by_role("status").filter(has_text="متصل").wait_for()
    await page.get_by_role("tab").nth(0 if person == ARABIC else 1).click()
    shown = page.locator(f"#phone{person}")
    await shown.locator(".msg").last.wait_for()
    await shown.locator(".log").evaluate("log => { log.scrollTop = log.scrollHeight; }")
    await page.wait_for_timeout(300)
    picture = await shown.screenshot()
    await context.close()
    return picture


def _join(shots: list[bytes], *, right_to_left: bool) -> Image.Image:
    """Put the screens side by side, in the direction of reading."""
    pictures = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    gap = 24
    whole = Image.new(
        "RGB", (sum(one.width + gap for one in pictures) + gap, max(one.height for one in pictures)), "white"
    )
    place = gap
    for one in reversed(pictures) if right_to_left else pictures:
        whole.paste(one, (place, 0))
        place += one.width + gap
    return whole.quantize(_COLOURS)


def _settings(emulator: Emulator, folder: Path) -> Settings:
    return Settings.model_construct(
        **{
            **{name: field.default for name, field in Settings.model_fields.items()},
            "bot_token": SecretStr(TOKEN),
            "bot_api_url": emulator.url,
            "database_url": f"sqlite+aiosqlite:///{folder / 'news.db'}",
            "owner_ids": (play.EDITOR,),
        }
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs")))
