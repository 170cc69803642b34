"""From a claim to a digest, or to the notice that comes in its stead. Each is a chat's own."""

from zoneinfo import ZoneInfo

from bot.delivery.rendered import Rendered, ready_made
from handlers import keyboards, panels
from handlers.roundups import budget_spent, roundup
from handlers.texts import Texts
from storage import digests, digests_due, owing, preferences
from storage.database import Database
from storage.deliveries import Claim
from storage.digests import Edition

# More stories than anyone reads in a digest; the rest is in /latest.
_STORIES = 60


async def digest_message(database: Database, texts: Texts, claim: Claim) -> Rendered:
    """Return the digest that a chat is owed; nothing where there is nothing in it any more."""
    if claim.edition == owing.BUDGET_NOTICE:
        return await _budget_notice(database, texts, claim)
    nothing = Rendered(void=(claim,))
    if claim.window_start is None or claim.window_end is None:
        return nothing
    edition = Edition(claim.edition or Edition.EVENING)
    async with database.read() as connection:
        headlines = await digests_due.stories(
            connection,
            claim.chat_id,
            edition,
            since=claim.window_start,
            until=claim.window_end,
            limit=_STORIES,
        )
        followed = await preferences.followed(connection, claim.chat_id)
    if not headlines or not followed:
        return nothing
    words = texts.of(claim.language, claim.digits)
    names = [section.name for section in followed]
    parts = roundup(edition, headlines, names, ZoneInfo(claim.timezone), words)
    return Rendered(
        tuple(
            ready_made(part.text, keyboards.summaries_keyboard(part.headlines, words, first=part.first).to_dict())
            for part in parts
        ),
        (claim,),
    )


async def _budget_notice(database: Database, texts: Texts, claim: Claim) -> Rendered:
    async with database.read() as connection:
        mine = await preferences.get(connection, claim.chat_id)
        daily = await digests.next_daily(connection, claim.chat_id)
    if mine is None or mine.budget is None:
        return Rendered(void=(claim,))
    words = texts.of(claim.language, claim.digits)
    text = budget_spent(mine.budget, keyboards.clock_face(daily.minute) if daily else None, words)
    return Rendered((ready_made(text, panels.budget_keyboard(mine.budget, words).to_dict(), silent=True),), (claim,))
