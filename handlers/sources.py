"""What the newsroom is told of its sources."""

from datetime import datetime

from markupsafe import Markup

from handlers.texts import Words
from storage.sources import Health, Source


def health_notice(source: Source, words: Words, *, now: datetime) -> Markup:
    """Return the sentence that tells how a source is now, as Telegram HTML."""
    match source.health(now):
        case Health.FAILING:
            return words.say("source.failing", name=source.name, url=source.url, error=source.last_error or "")
        case Health.GONE:
            return words.say("source.gone", name=source.name, url=source.url)
        case Health.SILENT:
            return words.say("source.silent", name=source.name, url=source.url)
        case Health.WELL:
            key = "source.speaks_again" if source.told is Health.SILENT else "source.well"
            return words.say(key, name=source.name)
