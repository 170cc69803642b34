"""How a message looks once its stories were corrected or taken back, whatever they hold."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.emulator.entities import utf16_length
from bot.emulator.formatting import formatted
from handlers import amended, messages
from handlers.amended import Told
from handlers.split import shorten
from handlers.texts import LANGUAGES
from storage.article import Urgency
from storage.changes import Change, Field
from storage.claims import MOST_JOINED
from tests.handlers.test_messages import ARTICLES, HOSTILE, TEXTS, WHEN, ZONE

URGENCIES = st.sampled_from([urgency.value for urgency in Urgency])
CHANGES = st.one_of(
    st.builds(Change, st.just(Field.URGENCY), URGENCIES, URGENCIES),
    st.builds(
        lambda field, wrong, right, times: Change(field, wrong * times, right * times),
        st.sampled_from([field for field in Field if field is not Field.URGENCY]),
        HOSTILE,
        HOSTILE,
        st.integers(1, 200),
    ),
)
STORIES = st.lists(
    st.builds(
        lambda article, changes, times: Told(replace(article, title=article.title * times), WHEN, tuple(changes)),
        ARTICLES,
        st.lists(CHANGES, max_size=6),
        st.integers(1, 200),
    ),
    min_size=1,
    max_size=MOST_JOINED,
)


@settings(deadline=None, max_examples=30)
@given(STORIES, st.sampled_from(LANGUAGES), HOSTILE, st.integers(1, 400))
def test_telegram_takes_every_message_that_is_amended(
    stories: list[Told], language: str, reason: str, times: int
) -> None:
    words = TEXTS.of(language)
    parts = [
        amended.alert(stories[0], ZONE, words),
        amended.rewritten(stories, ZONE, words),
        amended.follow_up(stories[0].article, stories[0].changes, words),
        amended.notice(reason * times, words),
        messages.announcement(shorten(reason * times, messages.ANNOUNCEMENT), words),
        messages.joined([amended.alert(story, ZONE, words) for story in stories], words)[0],
    ]
    for part in parts:
        assert 0 < utf16_length(formatted(part, "HTML").text) <= 4096
