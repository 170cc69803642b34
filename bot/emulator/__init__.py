"""A Telegram Bot API server on loopback, with a chat page, for the demo and the tests.

It knows nothing of the bot that talks to it: it imports nothing from the rest of the project.
"""

from bot.emulator.chats import Group, Message, Person
from bot.emulator.emulator import Emulator
from bot.emulator.entities import Entity
from bot.emulator.faults import Fault, Faults
from bot.emulator.ledger import Accepted, Ledger, Refused
from bot.emulator.limits import Limits
from bot.emulator.markup import Button
from bot.emulator.presses import CallbackAnswer, Press

__all__ = [
    "Accepted",
    "Button",
    "CallbackAnswer",
    "Emulator",
    "Entity",
    "Fault",
    "Faults",
    "Group",
    "Ledger",
    "Limits",
    "Message",
    "Person",
    "Press",
    "Refused",
]
