"""A bot of a few lines, so that the page is tested with something that answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

Context = ContextTypes.DEFAULT_TYPE
COMMANDS = [
    BotCommand("summary", "ملخص آخر خبر"),
    BotCommand("sections", "أقسامي"),
    BotCommand("stop", "إيقاف التنبيهات"),
]


async def start(update: Update, context: Context) -> None:
    assert update.message is not None
    keyboard = [
        [InlineKeyboardButton("رياضة", callback_data="toggle"), InlineKeyboardButton("صحة", callback_data="alert")],
        [InlineKeyboardButton("المصدر", url="https://example.com/")],
    ]
    await update.message.reply_html("<b>أهلًا بك</b>، اختر أقسامك", reply_markup=InlineKeyboardMarkup(keyboard))


async def press(update: Update, context: Context) -> None:
    query = update.callback_query
    assert query is not None
    if query.data == "alert":
        await query.answer("هذا القسم مغلق", show_alert=True)
        return
    await query.answer("حُفظ اختيارك")
    await query.edit_message_text("تتابع الآن: رياضة")


async def document(update: Update, context: Context) -> None:
    message = update.message
    assert message is not None
    assert message.document is not None
    content = await (await message.document.get_file()).download_as_bytearray()
    await message.reply_text(f"وصل {message.document.file_name}: {content.decode()} ({message.caption})")


async def echo(update: Update, context: Context) -> None:
    message = update.message
    assert message is not None
    assert message.text is not None
    if message.reply_to_message is not None:
        await message.reply_text(f"رد على «{message.reply_to_message.text}»: {message.text}")
    else:
        await message.reply_text(f"قلت: {message.text[:40]}")


@asynccontextmanager
async def running_bot(token: str, url: str) -> AsyncIterator[None]:
    """The bot, polling the server at `url`."""
    app: Application[Any, Any, Any, Any, Any, Any] = (
        Application.builder().token(token).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot").build()
    )
    app.add_handlers(
        [
            CommandHandler("start", start),
            CallbackQueryHandler(press),
            MessageHandler(filters.Document.ALL, document),
            MessageHandler(filters.TEXT, echo),
        ]
    )
    async with app:
        assert app.updater is not None
        await app.bot.set_my_commands(COMMANDS)
        await app.start()
        await app.updater.start_polling()
        yield
        await app.updater.stop()
        await app.stop()
