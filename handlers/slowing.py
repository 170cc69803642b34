"""Slowing down who floods the bot: one polite answer, then silence until they are calmer."""

from telegram import InlineQuery, Update

from handlers.context import Context
from handlers.pace import Effort, Verdict
from handlers.readers import member_of, reader_of
from handlers.replies import answer, answer_inline, reply


async def may_go_on(update: Update, context: Context, effort: Effort) -> bool:
    """Whether what the person asks for is to be done; where it is not, they have had the answer that is due to them.

    Every press is answered, since Telegram's apps wait for it. The newsroom is never slowed: an article that is pasted
    comes in any number of messages.
    """
    person_id = _person(update)
    if person_id is None:
        return True
    verdict = context.services.pace.take(person_id, effort)
    if verdict is Verdict.GO:
        return True
    if isinstance(update.inline_query, InlineQuery):
        await answer_inline(update.inline_query, (), next_offset="", cache_s=0)
        return False
    reader = await reader_of(update, context)
    if reader is None or await member_of(reader, context):
        return True
    if update.callback_query:
        await answer(update.callback_query, reader.words.plain("common.too_fast"), alert=verdict is Verdict.SAY_SO)
    elif update.message and verdict is Verdict.SAY_SO:
        await reply(update.message, reader.words.say("common.too_fast"))
    return False


def _person(update: Update) -> int | None:
    """Return who acts: somebody who writes in the name of a chat is that chat, and not Telegram's stand-in for all."""
    if update.message and update.message.sender_chat:
        return update.message.sender_chat.id
    return update.effective_user.id if update.effective_user else None
