from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from bot.emulator import Emulator
from tests.browser.small_bot import running_bot

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
READER, SPORT, DESK = 101, 102, 900
LAPTOP, PHONE = (1440, 900), (390, 844)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    """Where the system's Chromium is; without one the tests skip, and fail where CI has to have it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "no Chromium on this machine; on Debian: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


# One browser serves all tests: starting it takes longer than most of them. So all of them share one event loop.
@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium_path()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def emulator() -> AsyncIterator[Emulator]:
    """A newsroom, a reader of world news, one of sport, and a small bot that answers them."""
    emulator = Emulator(TOKEN, limits=None)
    await emulator.start()
    emulator.add_person(READER, "سارة")
    emulator.add_person(SPORT, "خالد")
    emulator.add_person(DESK, "مكتب التحرير", role="admin")
    async with running_bot(TOKEN, emulator.url):
        yield emulator
    await emulator.stop()


@pytest.fixture
def screen() -> tuple[int, int]:
    """The size of the window; a test that wants another one parametrizes it."""
    return LAPTOP


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, emulator: Emulator, screen: tuple[int, int]) -> AsyncIterator[Page]:
    """The chat page, open and connected. What it writes to the console as an error or warning fails the test."""
    context = await browser.new_context(viewport={"width": screen[0], "height": screen[1]}, locale="ar")
    context.set_default_timeout(10_000)
    page = await context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    await page.goto(emulator.url)
    await page.get_by_role("status").filter(has_text="متصل").wait_for()
    await page.locator(".device").first.wait_for()
    yield page
    await context.close()
    assert complaints == []
