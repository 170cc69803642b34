"""Which button leads to which function."""

from collections.abc import Callable, Coroutine

from telegram import CallbackQuery, Update

from handlers import (
    aim,
    announce,
    announce_buttons,
    audit,
    audit_buttons,
    chat_buttons,
    chats,
    digest,
    full_text,
    language,
    latest,
    privacy,
    search,
    sections,
    settings,
    settings_buttons,
    share,
    stop,
    summary,
    team,
    team_buttons,
    topics,
)
from handlers.announce_buttons import HandleAnnouncement
from handlers.audit_buttons import ReadAudit
from handlers.chat_buttons import Leave, MakeTopics, OwnData, SetDigits, SetLanguage
from handlers.context import Context
from handlers.desk import buttons as desk_buttons
from handlers.desk import presses as desk
from handlers.desk.buttons import HandleDraft
from handlers.menus import Line, announce_to
from handlers.pace import Effort
from handlers.reach import buttons as reach_buttons
from handlers.reach import progress, stats
from handlers.reach.buttons import HandleBroadcast, ShowStats
from handlers.readers import Reader, reader_of
from handlers.repair import buttons as repair_buttons
from handlers.repair import presses as repair
from handlers.repair.buttons import HandleAmendment
from handlers.replies import answer
from handlers.slowing import may_go_on
from handlers.sources import buttons as source_buttons
from handlers.sources import command as sources
from handlers.sources.buttons import ManageSource
from handlers.story_buttons import (
    Listing,
    ReadText,
    SetDigest,
    ShareSection,
    ShowSummary,
    ToggleSection,
    TurnPage,
    parse,
)
from handlers.team_buttons import ManageTeam
from storage import admins

# Each family writes and reads the data of its own buttons; no two of them read the same.
_PARSERS: tuple[Callable[[str | None], object | None], ...] = (
    parse,
    chat_buttons.parse,
    settings_buttons.parse,
    source_buttons.parse,
    desk_buttons.parse,
    repair_buttons.parse,
    announce_buttons.parse,
    reach_buttons.parse,
    team_buttons.parse,
    audit_buttons.parse,
)


def pressed(menu: tuple[Line, ...]) -> Callable[[Update, Context], Coroutine[None, None, None]]:
    """Return what leads a button press to its family.

    Anyone can send any data, so what is no button of ours is answered too. `menu` is what somebody is given anew whose
    role a press has changed.
    """

    async def press(update: Update, context: Context) -> None:
        query = update.callback_query
        if query is None:
            return
        data, there = aim.split(query.data)
        action = next((found for read in _PARSERS if (found := read(data))), None)
        if there is not None and not aim.can_be_aimed(action):
            action = None
        costly = isinstance(action, ShowSummary | ReadText | OwnData) or (
            isinstance(action, TurnPage) and action.listing is Listing.SEARCH
        )
        if not await may_go_on(update, context, Effort.HEAVY if costly else Effort.LIGHT):
            return
        reader = await reader_of(update, context)
        if reader is None or action is None:
            say = (reader.words if reader else context.services.texts.of(query.from_user.language_code)).plain
            await answer(query, say("common.stale_button"), alert=True)
            return
        if there is not None:
            reader = await chats.look_from_afar(query, context, reader, there, returning=isinstance(action, Leave))
            if reader is None:
                return
        await _lead(query, context, reader, action, menu)

    return press


async def _lead(query: CallbackQuery, context: Context, reader: Reader, action: object, menu: tuple[Line, ...]) -> None:
    match action:
        case _ if isinstance(action, settings_buttons.Control):
            await settings.press(query, context, reader, action)
        case ToggleSection():
            await sections.toggle(query, context, reader, action)
        case ShowSummary():
            await summary.press(query, context, reader, action)
        case SetDigest():
            await digest.press(query, context, reader, action)
        case HandleDraft():
            await desk.press(query, context, reader, action)
        case HandleAmendment():
            await repair.press(query, context, reader, action)
        case HandleAnnouncement():
            await announce.press(query, context, reader, action)
        case TurnPage(Listing.LATEST):
            await latest.press(query, context, reader, action)
        case TurnPage(Listing.SEARCH):
            await search.press(query, context, reader, action)
        case ShareSection():
            await share.press(query, context, reader, action)
        case ManageSource():
            await sources.press(query, context, reader, action)
        case ShowStats():
            await stats.press(query, context, reader, action)
        case SetLanguage() | SetDigits():
            await language.press(query, context, reader, action)
        case Leave():
            await stop.press(query, context, reader, action)
        case OwnData():
            await privacy.press(query, context, reader, action)
        case MakeTopics():
            await topics.press(query, context, reader)
        case ReadText():
            await full_text.press(query, context, reader, action)
        case ManageTeam():
            changed = await team.press(query, context, reader, action)
            if changed is not None:
                await _announce_again(context, changed, menu)
        case ReadAudit():
            await audit.press(query, context, reader, action)
        case HandleBroadcast():
            await progress.press(query, context, reader, action)


async def _announce_again(context: Context, user_id: int, menu: tuple[Line, ...]) -> None:
    """Give somebody the menu of the role that they have now."""
    async with context.services.database.read() as connection:
        role = await admins.role_of(connection, user_id)
    await announce_to(context.bot, context.services.texts, menu, user_id, role)
