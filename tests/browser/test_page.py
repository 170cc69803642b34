"""The chat page as people use it, in a real browser, with a bot that answers."""

from __future__ import annotations

import aiohttp
import pytest
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from bot.emulator import Emulator
from tests.browser.conftest import DESK, PHONE, READER, SPORT
from tests.emulator.client import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> &lt;b&gt; \u202e"


def phone(page: Page, user_id: int) -> Locator:
    return page.locator(f"#phone{user_id}")


async def begin(page: Page, user_id: int) -> Locator:
    """Press «ابدأ» and wait for the welcome."""
    one = phone(page, user_id)
    await one.get_by_role("button", name="ابدأ").click()
    await expect(one.get_by_text("أهلًا بك")).to_be_visible()
    return one


async def test_a_laptop_shows_all_phones_side_by_side(page: Page) -> None:
    boxes = []
    for user_id, name in ((READER, "سارة"), (SPORT, "خالد"), (DESK, "مكتب التحرير")):
        await expect(phone(page, user_id).locator(".owner")).to_contain_text(name)
        box = await phone(page, user_id).bounding_box()
        assert box is not None
        boxes.append(box)
    assert boxes[0]["x"] > boxes[1]["x"] > boxes[2]["x"], "right to left"
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 1440 for box in boxes)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await expect(page.get_by_role("tablist")).to_be_hidden()


@pytest.mark.parametrize("screen", [PHONE])
async def test_a_phone_shows_one_chat_at_a_time_and_marks_what_is_unread(page: Page, emulator: Emulator) -> None:
    await expect(phone(page, READER)).to_be_visible()
    await expect(phone(page, SPORT)).to_be_hidden()
    await emulator.say(SPORT, "/start")
    tab = page.get_by_role("tab", name="خالد")
    await expect(tab.locator(".badge")).to_have_text("١")
    await expect(page).to_have_title("(١) هواتف القرّاء · محاكي تيليغرام")
    await tab.click()
    await expect(phone(page, SPORT).get_by_text("أهلًا بك")).to_be_visible()
    await expect(tab.locator(".badge")).to_be_hidden()
    await page.keyboard.press("ArrowRight")
    await expect(phone(page, READER)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_before_the_start_the_bot_introduces_itself(page: Page, emulator: Emulator) -> None:
    async with aiohttp.ClientSession() as session:
        client = Client(session, emulator)
        await client.ok("setMyName", name="عاجل", language_code="ar")
        await client.ok("setMyDescription", description="أخبار عاجلة من أقسامك")
    await expect(phone(page, READER).get_by_text("أخبار عاجلة من أقسامك")).to_be_visible()
    await expect(phone(page, READER).locator(".bar")).to_contain_text("عاجل")


async def test_typing_sends_and_the_answer_arrives_live(page: Page) -> None:
    reader = await begin(page, READER)
    await reader.get_by_role("textbox").fill("ما الجديد؟")
    await page.keyboard.press("Enter")
    await expect(reader.get_by_text("قلت: ما الجديد؟")).to_be_visible()
    await expect(reader.get_by_role("textbox")).to_have_value("")
    await expect(phone(page, SPORT).get_by_text("قلت")).to_have_count(0)


async def test_a_button_is_pressed_answered_and_the_message_edited(page: Page, emulator: Emulator) -> None:
    reader = await begin(page, READER)
    await reader.get_by_role("button", name="رياضة").click()
    await expect(reader.locator(".toast")).to_have_text("حُفظ اختيارك")
    await expect(reader.get_by_text("تتابع الآن: رياضة")).to_be_visible()
    await expect(reader.get_by_text("معدّلة")).to_be_visible()
    await expect(reader.locator(".key")).to_have_count(0)
    assert [press.answer.text for press in emulator.presses if press.answer] == ["حُفظ اختيارك"]


async def test_an_alert_has_to_be_closed(page: Page) -> None:
    reader = await begin(page, READER)
    await reader.get_by_role("button", name="صحة").focus()
    await page.keyboard.press("Enter")
    alert = reader.get_by_role("alertdialog")
    await expect(alert).to_contain_text("هذا القسم مغلق")
    await page.keyboard.press("Escape")
    await expect(alert).to_have_count(0)
    await expect(reader.get_by_role("button", name="صحة")).to_be_focused()


async def test_a_link_button_opens_elsewhere(page: Page) -> None:
    reader = await begin(page, READER)
    link = reader.get_by_role("link", name="المصدر")
    await expect(link).to_have_attribute("href", "https://example.com/")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(link).to_have_attribute("target", "_blank")


HAND_OVER = """([box, way]) => {
    const carried = new DataTransfer();
    carried.items.add(new File(["عاجل: نص"], "خبر.txt", { type: "text/plain" }));
    const how = { bubbles: true, cancelable: true, dataTransfer: carried, clipboardData: carried };
    if (way === "drop") box.closest(".screen").dispatchEvent(new DragEvent("drop", how));
    else box.dispatchEvent(new ClipboardEvent("paste", how));
}"""


@pytest.mark.parametrize("way", ["drop", "paste"])
async def test_an_article_is_dropped_or_pasted_as_a_file(page: Page, way: str) -> None:
    desk = await begin(page, DESK)
    box = desk.get_by_role("textbox")
    await page.evaluate(HAND_OVER, [await box.element_handle(), way])
    await expect(desk.get_by_text("ملف للإرسال")).to_be_visible()
    await box.fill("/publish")
    await page.keyboard.press("Enter")
    await expect(desk.get_by_text("وصل خبر.txt: عاجل: نص (/publish)")).to_be_visible()
    await expect(desk.locator(".file")).to_contain_text("خبر.txt")


async def test_an_article_is_chosen_and_can_be_put_back(page: Page) -> None:
    desk = await begin(page, DESK)
    chosen: FilePayload = {"name": "khabar.html", "mimeType": "text/html", "buffer": b"<p>x</p>"}
    await desk.locator("input[type=file]").set_input_files(chosen)
    await expect(desk.get_by_text("khabar.html")).to_be_visible()
    await desk.get_by_role("button", name="إلغاء").click()
    await expect(desk.get_by_text("khabar.html")).to_be_hidden()


async def test_a_long_pasted_text_goes_as_the_messages_that_apps_send(page: Page, emulator: Emulator) -> None:
    desk = await begin(page, DESK)
    await desk.get_by_role("textbox").fill("/publish " + "خبر " * 1500)
    await expect(desk.get_by_text("نص طويل: يرسله تيليغرام في رسالتين")).to_be_visible()
    await desk.get_by_role("button", name="إرسال").click()
    await expect(desk.locator(".msg.mine")).to_have_count(3)
    assert sum(not message.from_bot for message in emulator.messages(DESK)) == 3


async def test_commands_are_suggested_and_sent_by_keyboard(page: Page) -> None:
    reader = await begin(page, READER)
    box = reader.get_by_role("textbox")
    await box.fill("/")
    await expect(reader.get_by_role("option")).to_have_count(3)
    await box.press_sequentially("s")
    await page.keyboard.press("ArrowDown")
    await expect(reader.get_by_role("option", selected=True)).to_contain_text("/sections")
    await page.keyboard.press("Enter")
    await expect(reader.get_by_text("قلت: /sections")).to_be_visible()
    await expect(reader.get_by_role("listbox")).to_be_hidden()


async def test_a_message_is_answered(page: Page) -> None:
    reader = await begin(page, READER)
    await reader.get_by_role("button", name="رد على هذه الرسالة").last.press("Enter")
    await reader.get_by_role("textbox").fill("نعم")
    await page.keyboard.press("Enter")
    await expect(reader.get_by_text("رد على «أهلًا بك، اختر أقسامك»: نعم")).to_be_visible()


async def test_hostile_text_stays_text(page: Page, emulator: Emulator) -> None:
    await emulator.say(READER, "/start")
    emulator.add_person(7, HOSTILE)
    async with aiohttp.ClientSession() as session:
        client = Client(session, emulator)
        keyboard = {"inline_keyboard": [[{"text": HOSTILE, "callback_data": "x"}]]}
        await client.ok("sendMessage", chat_id=READER, text=HOSTILE, reply_markup=keyboard)
        script = [{"type": "text_link", "offset": 0, "length": 3, "url": "javascript:document.title='owned'"}]
        await client.ok("sendMessage", chat_id=READER, text="رابط", entities=script)
        await client.ok("setMyCommands", commands=[{"command": "x", "description": HOSTILE[:250]}])
    await emulator.say(READER, HOSTILE)
    await emulator.send_document(READER, HOSTILE, b"x")
    reader = phone(page, READER)
    await expect(reader.locator(".file")).to_be_visible()
    await expect(reader.locator(".msg.mine .text").filter(has_text="<script>")).to_be_visible()
    assert await page.locator("main img, main script, main a[href^='javascript']").count() == 0
    await expect(page).not_to_have_title("owned")
    await expect(phone(page, 7).locator(".owner")).to_contain_text("<script>")


async def test_quotes_spoilers_and_code_are_drawn(page: Page, emulator: Emulator) -> None:
    await emulator.say(READER, "/start")
    long = "سطر من الاقتباس<i> مائل</i>\n" * 9
    html = (
        f"<b>غامق</b> <tg-spoiler>سر</tg-spoiler> <code>x = 1</code>\n<blockquote>«قول»</blockquote>\n"
        f"<blockquote expandable>{long}</blockquote>\nنهاية"
    )
    async with aiohttp.ClientSession() as session:
        await Client(session, emulator).ok("sendMessage", chat_id=READER, text=html, parse_mode="HTML")
    message = phone(page, READER).locator(".msg").filter(has_text="غامق")
    await expect(message.locator("strong")).to_have_text("غامق")
    await expect(message.locator("code")).to_have_text("x = 1")
    await expect(message.locator("blockquote")).to_have_count(2)
    await expect(message.locator("blockquote em")).to_have_count(9)
    spoiler = message.locator(".spoiler")
    await spoiler.press("Enter")
    await expect(spoiler).to_have_class("spoiler shown")
    folded = message.locator("blockquote.folded")
    before = await message.bounding_box()
    await message.get_by_role("button", name="عرض الكل").click()
    await expect(folded).to_have_count(0)
    after = await message.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"]


async def test_blocking_and_unblocking_change_the_phone(page: Page, emulator: Emulator) -> None:
    reader = await begin(page, READER)
    await reader.get_by_role("button", name="خيارات المحادثة").click()
    await reader.get_by_role("button", name="حظر البوت", exact=True).click()
    await expect(reader.get_by_role("textbox")).to_be_hidden()
    await reader.get_by_role("button", name="إلغاء حظر البوت").click()
    await expect(reader.get_by_role("textbox")).to_be_visible()


async def test_reading_further_up_is_not_disturbed(page: Page, emulator: Emulator) -> None:
    reader = await begin(page, READER)
    for number in range(30):
        await emulator.say(READER, f"رسالة {number}")
    await expect(reader.get_by_text("قلت: رسالة 29")).to_be_visible()
    await reader.locator(".log").evaluate("log => { log.scrollTop = 0; }")
    down = reader.get_by_role("button", name="إلى آخر رسالة")
    await expect(down).to_be_visible()
    await reader.get_by_role("textbox").focus()
    await emulator.say(SPORT, "/start")
    await emulator.wait_for(SPORT, "أهلًا")
    async with aiohttp.ClientSession() as session:
        await Client(session, emulator).ok("sendMessage", chat_id=READER, text="عاجل")
    await expect(down.locator(".badge")).to_have_text("١")
    assert await reader.locator(".log").evaluate("log => log.scrollTop") == 0
    await down.click()
    await expect(reader.locator(".msg").last).to_contain_text("عاجل")
    await expect(reader.locator(".msg").last).to_be_in_viewport()
    await expect(down).to_be_hidden()


async def test_somebody_new_appears_without_reloading(page: Page, emulator: Emulator) -> None:
    reader = await begin(page, READER)
    await reader.get_by_role("textbox").fill("مسودة")
    emulator.add_person(7, "منى")
    await expect(phone(page, 7)).to_be_visible()
    await expect(reader.get_by_role("textbox")).to_have_value("مسودة")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_follows_the_systems_colours(page: Page, scheme: str) -> None:
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    [red, *_] = await page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (red < 60) == (scheme == "dark")


async def test_the_page_says_when_the_server_is_gone_and_finds_it_again(browser: Browser, emulator: Emulator) -> None:
    page = await browser.new_page()
    await page.goto(emulator.url)
    await expect(page.get_by_text("متصل", exact=True)).to_be_visible()
    port = int(emulator.url.rpartition(":")[2])
    await emulator.stop()
    await expect(page.get_by_text("انقطع الاتصال")).to_be_visible()
    await emulator.say(READER, "قيلت في الانقطاع")
    await emulator.start(port)
    await expect(page.get_by_text("متصل", exact=True)).to_be_visible(timeout=20_000)
    await expect(phone(page, READER).get_by_text("قيلت في الانقطاع").first).to_be_visible()
    await page.close()
