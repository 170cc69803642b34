"""/timezone: a city by its name in Arabic or English, near matches, a shared location."""

from zoneinfo import ZoneInfo

import pytest

from bot.emulator import Message
from handlers import places
from handlers.texts import Texts
from storage import digests
from storage.digests import Edition
from storage.localtime import zones
from tests.handlers.conftest import ENGLISH, READER, Chats

TEXTS = Texts.load()


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("القاهرة", "Africa/Cairo"), ("القاهره", "Africa/Cairo"), ("قاهرة", None), ("مصر", "Africa/Cairo"),
        ("جدة", "Asia/Riyadh"), ("جده", "Asia/Riyadh"), ("أبوظبي", "Asia/Dubai"), ("ابو ظبي", "Asia/Dubai"),
        ("عمّان", "Asia/Amman"), ("عمان", "Asia/Amman"), ("مسقط", "Asia/Muscat"), ("سلطنة عمان", "Asia/Muscat"),
        ("طرابلس", "Africa/Tripoli"), ("الرباط", "Africa/Casablanca"), ("تونس", "Africa/Tunis"), ("غزة", "Asia/Gaza"),
        ("رام الله", "Asia/Hebron"), ("طوكيو", "Asia/Tokyo"), ("سيدني", "Australia/Sydney"),
        ("Cairo", "Africa/Cairo"), ("cairo", "Africa/Cairo"), ("Africa/Cairo", "Africa/Cairo"),
        ("africa/cairo", "Africa/Cairo"), ("New York", "America/New_York"), ("america/new_york", "America/New_York"),
        ("Abu Dhabi", "Asia/Dubai"), ("UTC", "UTC"), ("Tokyo", "Asia/Tokyo"), ("Sana'a", "Asia/Aden"),
        ("", None), ("xyzzy", None), ("؟", None), ("../../etc/passwd", None), ("ا" * 100_000, None),
    ],
)  # fmt: skip
def test_a_place_is_known_by_its_names(typed: str, zone: str | None) -> None:
    assert places.zone_of(typed, TEXTS) == zone


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("قاهرة", "Africa/Cairo"), ("القاهيرة", "Africa/Cairo"), ("الرياص", "Asia/Riyadh"), ("كازابلانكا", None),
        ("Kairo", "Africa/Cairo"), ("Bagdad", "Asia/Baghdad"), ("Beyrouth", "Asia/Beirut"), ("Londn", "Europe/London"),
    ],
)  # fmt: skip
def test_a_name_that_is_nearly_right_is_suggested(typed: str, zone: str | None) -> None:
    found = places.near(typed, TEXTS)
    assert len(found) <= places.SUGGESTED
    assert zone is None or zone in found


def test_every_city_on_a_button_is_found_by_its_own_name() -> None:
    for zone in places.CITIES:
        assert zone in zones()
        for language in ("ar", "en"):
            assert places.zone_of(places.city(zone, TEXTS.of(language)), TEXTS) == zone


def test_every_zone_has_a_name_in_both_languages() -> None:
    for zone in zones():
        assert all(places.city(zone, TEXTS.of(language)).strip() for language in ("ar", "en"))


async def zone_of(chats: Chats, chat_id: int = READER) -> str:
    subscriber = await chats.subscriber(chat_id)
    assert subscriber is not None
    return subscriber.timezone


async def test_a_city_is_typed_or_tapped(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/timezone القاهرة")
    assert chats.shown(message).startswith("صار توقيتك توقيت القاهرة، والساعة فيه 20:00.")
    assert await zone_of(chats) == "Africa/Cairo"
    message = await chats.say(READER, "التوقيت")
    assert "أنت الآن بتوقيت القاهرة، والساعة 20:00." in chats.shown(message)
    assert "✅ القاهرة" in message.button_texts()
    await chats.press(READER, message, "الدار البيضاء")
    assert "أنت الآن بتوقيت الدار البيضاء، والساعة 18:00." in chats.shown(message)
    assert await zone_of(chats) == "Africa/Casablanca"


async def test_a_near_match_is_offered_as_a_button(chats: Chats) -> None:
    await chats.say(ENGLISH, "/start sport")
    message = await chats.say(ENGLISH, "/timezone Kairo")
    assert "Did you mean one of these?" in message.text
    await chats.press(ENGLISH, message, "Cairo")
    assert await zone_of(chats, ENGLISH) == "Africa/Cairo"


@pytest.mark.parametrize("typed", ["ققققق", "%%%", "<script>", "x" * 3_000])
async def test_what_is_no_place_changes_nothing(chats: Chats, typed: str) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, f"/timezone {typed}")
    assert "لم نجد" in message.text
    assert await zone_of(chats) == "Asia/Riyadh"


async def test_a_zone_that_does_not_exist_is_not_set_by_a_button(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/timezone")
    for name in ("No/Where", "localtime", "Factory", "asia/riyadh"):
        answer = await chats.press(READER, message, data=f"tz:{name}")
        assert "هذا الزر قديم" in answer.text
    assert await zone_of(chats) == "Asia/Riyadh"


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [(30.04, 31.24, "Africa/Cairo"), (33.57, -7.59, "Africa/Casablanca"), (51.5, -0.12, "Europe/London")],
)
async def test_a_shared_location_tells_the_zone(chats: Chats, latitude: float, longitude: float, zone: str) -> None:
    await chats.say(READER, "/start sport")
    message = await chats.say(READER, "/timezone")
    await chats.press(READER, message, "من موقعي")
    asked = chats.emulator.messages(READER)[-1]
    assert asked.reply_keyboard == (("📍 مشاركة موقعي",),)
    moved = await share(chats, latitude, longitude)
    assert moved.text.startswith("صار توقيتك توقيت")
    assert moved.reply_keyboard == ()
    assert await zone_of(chats) == zone


async def test_a_location_on_the_sea_has_a_zone_too_and_one_of_who_has_not_started_none(chats: Chats) -> None:
    assert "/start" in (await share(chats, 30.04, 31.24)).text
    await chats.say(READER, "/start sport")
    await share(chats, 0.0, -30.0)
    assert ZoneInfo(await zone_of(chats))


async def share(chats: Chats, latitude: float, longitude: float) -> Message:
    sent = await chats.emulator.share_location(READER, latitude, longitude)
    return await chats.emulator.wait_for(READER, after=sent.message_id)


async def test_the_digest_keeps_its_hour_in_the_new_zone(chats: Chats) -> None:
    await chats.say(READER, "/start sport")
    await chats.say(READER, "/digest 22")
    await chats.say(READER, "/timezone الدار البيضاء")
    async with chats.database.read() as connection:
        digest = await digests.get(connection, READER, Edition.EVENING)
    assert digest is not None
    assert digest.next_due_at.astimezone(ZoneInfo("Africa/Casablanca")).hour == 22
