"""What the owners are told when something needs a person. Pure."""

from markupsafe import Markup

from handlers.texts import Words
from storage.alarms import Alarm


def notice(alarm: Alarm, words: Words, *, reason: str) -> Markup:
    """Return the sentences that tell what is wrong, what it means and what to do. `reason` is for whoever looks."""
    match alarm:
        case Alarm.UPDATES:
            return words.say("alarm.updates", reason=reason)
        case Alarm.DATABASE:
            return words.say("alarm.database", reason=reason)
        case Alarm.DISK:
            return words.say("alarm.disk", reason=reason)


def all_clear(alarm: Alarm, words: Words) -> Markup:
    """Return the sentence that tells that it is over."""
    match alarm:
        case Alarm.UPDATES:
            return words.say("alarm.updates_over")
        case Alarm.DATABASE:
            return words.say("alarm.database_over")
        case Alarm.DISK:
            return words.say("alarm.disk_over")
