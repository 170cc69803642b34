"""What an editor does at the desk, for the tests that look on."""

from bot.emulator import CallbackAnswer, Message
from storage import headlines, stats
from storage.deliveries import State
from tests.databases import START
from tests.handlers.conftest import EDITOR, Chats

WORKS = "🧪 اختبار"  # the button that every card has while its draft waits


async def hand_in(chats: Chats, text: str, editor: int = EDITOR, *, reply_to: int | None = None) -> Message:
    """Send a text and return the card of its preview."""
    sent = await chats.emulator.say(editor, text, reply_to=reply_to)
    return await card(chats, editor, after=sent.message_id)


async def card(chats: Chats, person: int = EDITOR, *, after: int = 0) -> Message:
    """Return the card that a person was shown, when everything that was to be done is done."""
    found = await chats.emulator.wait_for(person, lambda message: WORKS in message.button_texts(), after=after)
    await chats.settle()
    return found


def alert_above(chats: Chats, below: Message) -> Message:
    """Return the alert that a card stands under."""
    before = [m for m in chats.emulator.messages(below.chat_id) if m.message_id < below.message_id]
    return before[-1]


async def press_late(chats: Chats, person: int, data: str, *, chat: int = EDITOR) -> CallbackAnswer:
    """Press a button that is not there (any more)."""
    message = next(m for m in chats.emulator.messages(chat) if m.from_bot)
    press = await chats.emulator.press(person, message.message_id, data=data, chat_id=chat)
    answer = await press.answered()
    await chats.settle()
    return answer


async def owed(chats: Chats) -> int:
    """Return how many alerts wait to be sent."""
    async with chats.database.read() as connection:
        return (await stats.collect(connection, since=START)).deliveries.get(State.PENDING, 0)


async def stored_titles(chats: Chats) -> list[str]:
    """Return the headlines of what is published."""
    async with chats.database.read() as connection:
        return [headline.title for headline in await headlines.latest(connection, chat_id=None, limit=10)]
