"""The library that the bot is built on, talking to the emulator as it would to Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TimedOut

from bot.emulator import Emulator
from tests.emulator.client import TOKEN
from tests.emulator.conftest import READER, STRANGER


@pytest.fixture
async def ptb(emulator: Emulator) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, base_url=f"{emulator.url}/bot", base_file_url=f"{emulator.url}/file/bot") as bot:
        yield bot


async def test_the_library_knows_who_the_bot_is(ptb: Bot) -> None:
    assert ptb.username == "breaking_news_bot"


async def test_messages_edits_and_deletions(ptb: Bot, emulator: Emulator) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("ملخص", callback_data="s")]])
    sent = await ptb.send_message(READER, "<b>عاجل</b> خبر", parse_mode="HTML", reply_markup=keyboard)
    assert sent.text_html == "<b>عاجل</b> خبر"
    assert sent.reply_markup == keyboard
    answer = await ptb.send_message(READER, "رد", reply_parameters=ReplyParameters(sent.message_id))
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "عاجل خبر"
    await ptb.edit_message_text("جديد", READER, sent.message_id)
    await ptb.delete_message(READER, answer.message_id)
    assert [message.text for message in emulator.messages(READER)] == ["جديد"]


async def test_files_go_both_ways(ptb: Bot, emulator: Emulator) -> None:
    sent = await ptb.send_document(READER, b"a,b\n", filename="audit.csv", caption="سجل")
    assert sent.document is not None
    assert sent.document.file_name == "audit.csv"
    file = await ptb.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"a,b\n"


async def test_updates_are_parsed(ptb: Bot, emulator: Emulator) -> None:
    said = await emulator.say(READER, "/start")
    await emulator.press(READER, said.message_id, data="x")
    emulator.block(READER)
    message, press, member = await ptb.get_updates()
    assert message.message is not None
    assert message.message.text == "/start"
    assert press.callback_query is not None
    assert press.callback_query.data == "x"
    await press.callback_query.answer("تم")
    assert (await emulator.presses[0].answered()).text == "تم"
    assert member.my_chat_member is not None
    assert member.my_chat_member.new_chat_member.status == "kicked"


async def test_commands_by_scope(ptb: Bot, emulator: Emulator) -> None:
    await ptb.set_my_commands([BotCommand("publish", "نشر خبر")], scope=BotCommandScopeChat(READER), language_code="ar")
    assert [command["command"] for command in emulator.commands(READER)] == ["publish"]


async def test_refusals_become_the_librarys_exceptions(
    ptb: Bot, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The form of retry_after that the library's next major version has; the old one warns.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    with pytest.raises(BadRequest, match="unsupported start tag"):
        await ptb.send_message(READER, "<x>", parse_mode="HTML")
    with pytest.raises(Forbidden, match="initiate"):
        await ptb.send_message(STRANGER, "a")
    emulator.add_group(-5, "غرفة", kind="group")
    emulator.migrate(-5, -1005)
    with pytest.raises(ChatMigrated) as migrated:
        await ptb.send_message(-5, "a")
    assert migrated.value.new_chat_id == -1005
    emulator.faults.fail(429, "Too Many Requests: retry after 7", retry_after=7, times=1)
    with pytest.raises(RetryAfter) as late:
        await ptb.send_message(READER, "a")
    assert late.value.retry_after == timedelta(seconds=7)


async def test_a_late_answer_times_out_although_the_message_arrived(ptb: Bot, emulator: Emulator) -> None:
    emulator.faults.slow_answer(5.0, method="sendMessage")
    with pytest.raises(TimedOut):
        await ptb.send_message(READER, "a", read_timeout=0.05)
    assert emulator.ledger.copies(READER, "a") == 1


async def test_who_gives_up_on_a_slow_server_has_sent_nothing(ptb: Bot, emulator: Emulator) -> None:
    slow = emulator.faults.slow(60.0, method="sendMessage")
    with pytest.raises(TimedOut):
        await ptb.send_message(READER, "a", read_timeout=0.05)
    assert slow.hits == 1
    await emulator.stop()
    assert emulator.messages(READER) == []


async def test_a_wrong_token_is_refused(emulator: Emulator) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=f"{emulator.url}/bot"):
            pass
