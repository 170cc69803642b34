"""From a claim to a digest, or to the notice that comes in its stead. Each is a chat's own."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.delivery.rendered import Rendered, ready_made
from handlers import panels, story_buttons
from handlers.roundups import budget_spent, mended, roundup
from handlers.texts import Texts
from storage import digest_stories, digests, headlines, owing_alerts, preferences, retractions
from storage.database import Database
from storage.deliveries import Claim
from storage.digest_messages import DigestMessage
from storage.digests import Edition

# More stories than anyone reads in a digest; the rest is in /latest.
_STORIES = 60


async def digest_message(database: Database, texts: Texts, claim: Claim) -> Rendered:
    """Return the digest that a chat is owed; nothing where there is nothing in it any more."""
    if claim.edition == owing_alerts.BUDGET_NOTICE:
        return await _budget_notice(database, texts, claim)
    nothing = Rendered(void=(claim,))
    if claim.window_start is None or claim.window_end is None:
        return nothing
    edition = Edition(claim.edition or Edition.EVENING)
    async with database.read() as connection:
        told = await digest_stories.stories(
            connection,
            claim.chat_id,
            edition,
            since=claim.window_start,
            until=claim.window_end,
            limit=_STORIES,
        )
        followed = await preferences.followed(connection, claim.chat_id)
    if not told or not followed:
        return nothing
    words = texts.of(claim.language, claim.digits)
    names = [section.name for section in followed]
    parts = roundup(edition, told, names, ZoneInfo(claim.timezone), words)
    total = len(told)
    return Rendered(
        tuple(
            ready_made(part.text, story_buttons.summaries_keyboard(part.headlines, words, first=part.first).to_dict())
            for part in parts
        ),
        (claim,),
        digest=tuple(
            DigestMessage(claim.chat_id, edition, part.first, total, tuple(one.id for one in part.headlines))
            for part in parts
        ),
    )


async def mended_digest(database: Database, texts: Texts, parcel: Sequence[Claim], sent: DigestMessage) -> Rendered:
    """Return a message of a digest as it must look now that some of its stories were taken back."""
    first = parcel[0]
    async with database.read() as connection:
        listed = await headlines.of(connection, sent.article_ids)
        reasons = await retractions.reasons(connection, sent.article_ids)
        followed = await preferences.followed(connection, first.chat_id)
    words = texts.of(first.language, first.digits)
    names = [section.name for section in followed]
    part = mended(
        Edition(sent.edition), listed, reasons, names, ZoneInfo(first.timezone), words, sent.first, sent.total
    )
    keyboard = story_buttons.summaries_keyboard(part.headlines, words, first=part.first, without=reasons)
    return Rendered((ready_made(part.text, keyboard.to_dict()),), tuple(parcel))


async def _budget_notice(database: Database, texts: Texts, claim: Claim) -> Rendered:
    async with database.read() as connection:
        mine = await preferences.get(connection, claim.chat_id)
        daily = await digests.next_daily(connection, claim.chat_id)
    if mine is None or mine.budget is None:
        return Rendered(void=(claim,))
    words = texts.of(claim.language, claim.digits)
    text = budget_spent(mine.budget, story_buttons.clock_face(daily.minute) if daily else None, words)
    return Rendered((ready_made(text, panels.budget_keyboard(mine.budget, words).to_dict(), silent=True),), (claim,))
