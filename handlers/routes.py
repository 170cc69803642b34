"""The one table: which command or word leads to which function. Order matters. Buttons are in `presses`."""

import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from handlers import (
    announce,
    audit,
    chats,
    language,
    latest,
    membership,
    messages,
    pause,
    privacy,
    publish,
    quiet,
    search,
    settings,
    stop,
    summary,
    team,
    timezone,
    words,
)
from handlers.context import App, Context
from handlers.desk import questions
from handlers.digest import digest as set_digest
from handlers.failures import failed
from handlers.help import not_understood, show_help
from handlers.inline import suggest
from handlers.menus import Line, announce_to
from handlers.pace import Effort
from handlers.presses import pressed
from handlers.reach import stats
from handlers.reach.report import report
from handlers.readers import Reader, member_of, reader_of
from handlers.repair import presses as repair
from handlers.repair import retract
from handlers.repair.correct import correct
from handlers.repair.questions import TOPIC as REPAIR
from handlers.sections import choose_sections
from handlers.slowing import may_go_on
from handlers.sources import command as sources
from handlers.start import start
from handlers.texts import Texts
from storage import dialogs
from storage.roles import Permission

# As many as there are in the longest of the words that call commands.
_WORDS = 2

Handle = Callable[[Message, Context, Reader], Coroutine[None, None, None]]
# What takes an answer is told also what the question was about.
Take = Callable[[Message, Context, Reader, str], Coroutine[None, None, None]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command. `menu` is the key of its line in Telegram's menu, `word` that of the words that call it too.

    Behind its word stands one argument at most, unless it `takes_text`.
    """

    name: str
    handle: Handle
    menu: str
    word: str | None = None
    takes_text: bool = False
    effort: Effort = Effort.LIGHT
    permission: Permission | None = None  # what a member of the newsroom must be allowed to; None for everybody

    @property
    def line(self) -> Line:
        return Line(self.name, self.menu, self.permission)


NEWSROOM_COMMANDS = (
    Command("publish", publish.publish, "command.publish", permission=Permission.PROPOSE),
    Command("correct", correct, "command.correct", permission=Permission.CORRECT),
    Command("retract", retract.retract, "command.retract", permission=Permission.RETRACT),
    Command("pause", pause.pause, "command.pause", permission=Permission.PAUSE),
    Command("resume", pause.resume, "command.resume", permission=Permission.PAUSE),
    Command("announce", announce.announce, "command.announce", permission=Permission.ANNOUNCE),
    Command("sources", sources.manage, "command.sources", permission=Permission.SOURCES),
    Command("report", report, "command.report", permission=Permission.REPORT),
    Command("stats", stats.show_stats, "command.stats", permission=Permission.REPORT),
    Command("team", team.team, "command.team", permission=Permission.TEAM),
    Command("audit", audit.show_log, "command.audit", permission=Permission.AUDIT),
)
_NEWSROOM_LINES = tuple(command.line for command in NEWSROOM_COMMANDS)


async def _start(message: Message, context: Context, reader: Reader) -> None:
    await start(message, context, reader)
    # Before somebody has started the bot, Telegram takes no menu for them.
    if member := await member_of(reader, context):
        await announce_to(context.bot, context.services.texts, menu_lines(), member.user_id, member.role)


COMMANDS = (
    Command("start", _start, "command.start", "word.start"),
    Command("sections", choose_sections, "command.sections", "word.sections"),
    Command("latest", latest.latest, "command.latest", "word.latest"),
    Command("search", search.search, "command.search", "word.search", takes_text=True, effort=Effort.HEAVY),
    Command("summary", summary.summary, "command.summary", "word.summary", effort=Effort.HEAVY),
    Command("digest", set_digest, "command.digest", "word.digest"),
    Command("settings", settings.settings, "command.settings", "word.settings"),
    Command("words", words.follow_words, "command.words", "word.words", takes_text=True, effort=Effort.HEAVY),
    Command("quiet", quiet.quiet, "command.quiet", "word.quiet", takes_text=True),
    Command("mute", quiet.mute, "command.mute", "word.mute", takes_text=True),
    Command("timezone", timezone.timezone, "command.timezone", "word.timezone", takes_text=True, effort=Effort.HEAVY),
    Command("language", language.language, "command.language", "word.language"),
    Command("chats", chats.list_chats, "command.chats", "word.chats"),
    Command("privacy", privacy.privacy, "command.privacy", "word.privacy"),
    Command("export", privacy.export, "command.export", "word.export", effort=Effort.HEAVY),
    Command("forget", privacy.forget, "command.forget", "word.forget"),
    Command("stop", stop.stop, "command.stop", "word.stop"),
    Command("help", partial(show_help, newsroom=_NEWSROOM_LINES), "command.help", "word.help"),
)


def menu_lines() -> tuple[Line, ...]:
    """Return the lines of the menus of commands, of which each role sees some."""
    return tuple(command.line for command in (*COMMANDS, *NEWSROOM_COMMANDS))


# What was asked (storage.dialogs), and who takes the answer. Each asks again whether the person may.
ANSWERS: Mapping[str, Take] = {
    publish.MATERIAL: publish.take_material,
    questions.TITLE: questions.take_title,
    questions.SPEAKER: questions.take_speaker,
    REPAIR: repair.take_answer,
    retract.REASON: retract.take_reason,
    announce.TEXT: announce.take_text,
    sources.ADDRESS: sources.take_address,
    team.PERSON: team.take_person,
    audit.STORY: audit.take_story,
}


def register(application: App) -> None:
    """Add every handler to `application`."""
    for command in (*COMMANDS, *NEWSROOM_COMMANDS):
        application.add_handler(CommandHandler(command.name, _on_message(command.handle, command.effort)))
    caption = filters.CaptionRegex(re.compile(r"^/publish(?:@\w+)?(?:\s|$)", re.ASCII | re.IGNORECASE))
    application.add_handler(MessageHandler(caption, _on_message(publish.publish)))
    caption = filters.CaptionRegex(re.compile(r"^/sources(?:@\w+)?(?:\s|$)", re.ASCII | re.IGNORECASE))
    application.add_handler(MessageHandler(caption, _on_message(sources.manage)))
    opml = filters.ChatType.PRIVATE & filters.Document.FileExtension("opml")
    application.add_handler(MessageHandler(opml, _on_message(sources.receive_file)))
    application.add_handler(MessageHandler(filters.LOCATION, _on_message(timezone.located)))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, membership.migrated))
    application.add_handler(MessageHandler(filters.StatusUpdate.NEW_CHAT_TITLE, membership.renamed))
    application.add_handler(ChatMemberHandler(membership.membership_changed, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(CallbackQueryHandler(pressed(menu_lines())))
    application.add_handler(InlineQueryHandler(ask_inline))
    # After everything else: what is left is words, or not understood.
    application.add_handler(MessageHandler(~filters.StatusUpdate.ALL, _on_message(say, None)))
    application.add_error_handler(failed)


def _on_message(
    handle: Handle, effort: Effort | None = Effort.LIGHT
) -> Callable[[Update, Context], Coroutine[None, None, None]]:
    async def run(update: Update, context: Context) -> None:
        message = update.message  # None for what was edited and for what channels post: neither is said to the bot
        if message and effort and not await may_go_on(update, context, effort):
            return
        reader = await reader_of(update, context) if message else None
        if message and reader:
            await handle(message, context, reader)

    return run


async def ask_inline(update: Update, context: Context) -> None:
    """Answer an inline query."""
    if await may_go_on(update, context, Effort.TYPING):
        await suggest(update, context)


async def say(message: Message, context: Context, reader: Reader) -> None:
    """Take a word for its command, perhaps with an argument behind it («ملخص 12»), or the message for an answer.

    In groups people talk with each other: there only a reply to the bot is meant for it, and nothing else is answered.
    """
    private = message.chat.type == ChatType.PRIVATE
    about = message.reply_to_message
    to_bot = about is not None and about.from_user is not None and about.from_user.id == context.bot.id
    if not private and not to_bot:
        return
    found = _command_of(message.text or "", context.services.texts)
    effort = found[0].effort if found else Effort.LIGHT
    if not await may_go_on(Update(0, message=message), context, effort):
        return
    # A command's word alone is that; with more behind it, it may as well be the beginning of a title.
    if not (found and not found[1]) and await _answered(message, context, reader):
        return
    if found:
        command, context.args = found
        await command.handle(message, context, reader)
    elif private:
        await not_understood(message, context, reader, _NEWSROOM_LINES)


async def _answered(message: Message, context: Context, reader: Reader) -> bool:
    """Take the message for the answer to a question that this person was asked here, if there is one."""
    if reader.user is None:
        return False
    database, chat_id, user_id = context.services.database, reader.chat.id, reader.user.id
    async with database.read() as connection:
        if not await dialogs.is_open(connection, chat_id, user_id):
            return False
    async with database.write() as connection:
        dialog = await dialogs.take(connection, chat_id, user_id, now=context.services.clock())
    take = ANSWERS.get(dialog.topic) if dialog else None
    if dialog is None or take is None:
        return False
    await take(message, context, reader, dialog.subject)
    return True


def _command_of(text: str, texts: Texts) -> tuple[Command, list[str]] | None:
    # A word with a slash («/ملخص») is no command for Telegram, but for people it is.
    words = text.strip().removeprefix("/").split()
    # Longer texts may begin with a command's word by chance: many an article does with «بحث», which also means
    # that somebody discussed something.
    is_line = len(text) <= messages.QUERY and "\n" not in text.strip()
    for length in range(min(len(words), _WORDS), 0, -1):
        head, arguments = " ".join(words[:length]), words[length:]
        for command in COMMANDS:
            takes_them = len(arguments) <= 1 or (command.takes_text and is_line)
            if takes_them and command.word and texts.names(command.word, head):
                return command, arguments
    return None
