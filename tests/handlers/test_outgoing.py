"""/pause, /resume and /announce."""

from sqlalchemy import select

from storage import admins, audit, claims, pauses
from storage.audit import Act, Filter
from storage.deliveries import Kind
from storage.tables import deliveries
from tests.handlers.conftest import EDITOR, ENGLISH, OTHER, READER, Chats
from tests.handlers.newsroom import publish


async def acts(chats: Chats) -> list[Act]:
    async with chats.database.read() as connection:
        return [entry.act for entry in (await audit.newest(connection, Filter(), limit=9)).entries]


async def announced_to(chats: Chats) -> list[int]:
    async with chats.database.read() as connection:
        rows = await connection.scalars(
            select(deliveries.c.chat_id).where(deliveries.c.kind == Kind.ANNOUNCEMENT).order_by(deliveries.c.chat_id)
        )
        return list(rows)


async def test_a_pause_holds_everything_back_until_it_is_lifted(chats: Chats) -> None:
    await chats.say(READER, "/start politics")
    paused = await chats.say(EDITOR, "/pause")
    assert chats.shown(paused).startswith("⏸ توقف كل ما يُرسل")
    assert len(chats.wakes) == 1, "what is claimed already is recalled"
    await publish(chats, "الأول", "سياسة")
    async with chats.database.read() as connection:
        assert not await claims.is_waiting(connection, now=chats.clock())
    again = await chats.say(EDITOR, "/pause")
    assert "متوقف منذ" in again.text
    reply = await chats.say(READER, "/latest")
    assert "الأول" in reply.text

    resumed = await chats.say(EDITOR, "/resume")
    assert "استُؤنف" in resumed.text
    async with chats.database.read() as connection:
        assert await claims.is_waiting(connection, now=chats.clock())
        assert await pauses.current(connection) is None
    assert "ليس متوقفًا" in (await chats.say(EDITOR, "/resume")).text
    assert (await acts(chats))[:2] == [Act.RESUME, Act.PAUSE]


async def test_an_announcement_is_previewed_counted_and_owed_once(chats: Chats) -> None:
    for user, section in ((READER, "politics"), (OTHER, "sport"), (ENGLISH, "politics")):
        await chats.say(user, f"/start {section}")
    preview = await chats.say(EDITOR, "/announce سنتوقف ساعة للصيانة.\n\nشكرًا لصبركم <3")
    assert chats.shown(preview) == "📢 إعلان\n\nسنتوقف ساعة للصيانة.\n\nشكرًا لصبركم <3"
    await chats.settle()
    card = chats.emulator.messages(EDITOR)[-1]
    assert "سيصل إلى 3 مشتركين." in chats.shown(card)

    await chats.press(EDITOR, card, "إلى قسم")
    await chats.press(EDITOR, card, "سياسة")
    assert "لمن يتابع قسم سياسة فقط." in chats.shown(card)
    assert "مشتركَين" in card.text
    await chats.press(EDITOR, card, "بلغة")
    await chats.press(EDITOR, card, "الإنجليزية")
    assert "مشترك واحد" in card.text
    await chats.press(EDITOR, card, "إلى الجميع")
    await chats.press(EDITOR, card, "بلغة")
    await chats.press(EDITOR, card, "العربية")
    assert await announced_to(chats) == []

    await chats.press(EDITOR, card, "إرسال")
    assert chats.shown(card) == "📢 الإعلان في طريقه إلى مشتركَين."
    assert await announced_to(chats) == [READER, OTHER]
    answer = await chats.press(EDITOR, card, data="ann:send:1")
    assert answer.text == "سبق أن أُرسل هذا الإعلان أو أُلغي."
    assert await announced_to(chats) == [READER, OTHER]
    assert (await acts(chats))[0] is Act.ANNOUNCE


async def test_a_bare_command_asks_for_the_text(chats: Chats) -> None:
    await chats.say(EDITOR, "/announce")
    preview = await chats.say(EDITOR, "سنتوقف ساعة للصيانة.")
    assert chats.shown(preview) == "📢 إعلان\n\nسنتوقف ساعة للصيانة."
    await chats.settle()
    too_long = await chats.say(EDITOR, "/announce " + "طويل " * 800)
    assert "لا يزيد على" in too_long.text


async def test_outsiders_and_those_who_left_are_refused_at_every_press(chats: Chats) -> None:
    await chats.say(READER, "/start politics")
    for command in ("/pause", "/resume", "/announce نص"):
        refused = await chats.say(READER, command)
        assert "📢" not in refused.text
    await chats.say(EDITOR, "/announce سنتوقف ساعة للصيانة.")
    await chats.settle()
    card = chats.emulator.messages(EDITOR)[-1]
    async with chats.database.write() as connection:
        await admins.set_owners(connection, [], now=chats.clock())
    answer = await chats.press(EDITOR, card, "إرسال")
    assert answer.show_alert
    assert await announced_to(chats) == []
