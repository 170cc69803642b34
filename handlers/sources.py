"""What the newsroom is told of its sources."""

from markupsafe import Markup

from handlers.texts import Words
from storage.sources import Health, Source


def health_notice(source: Source, words: Words) -> Markup:
    """Return the sentence that tells how a source is now, as Telegram HTML."""
    if source.health is Health.FAILING:
        return words.say("source.failing", name=source.name, url=source.url, error=source.last_error or "")
    if source.health is Health.GONE:
        return words.say("source.gone", name=source.name, url=source.url)
    return words.say("source.well", name=source.name)
