"""One page that somebody names by its link, read as an article."""

from collections.abc import Awaitable, Callable

from bot import ingest
from bot.sources.errors import AddressRefusedError, FetchError, StatusError, TooLargeError, UrlRefusedError
from bot.sources.fetch import Fetcher
from bot.sources.json_feeds import to_atom
from handlers.context import LinkError, LinkProblem
from storage.article import Article, Fault, UnreadableError
from storage.database import Database

_PROBLEMS: tuple[tuple[type[FetchError], LinkProblem], ...] = (
    (AddressRefusedError, LinkProblem.NOT_PUBLIC),
    (UrlRefusedError, LinkProblem.NOT_PUBLIC),
    (StatusError, LinkProblem.REFUSED),
    (TooLargeError, LinkProblem.TOO_LARGE),
)


def reader(database: Database, fetcher: Fetcher) -> Callable[[str], Awaitable[Article]]:
    """Return what reads the page at a URL through the guarded fetcher.

    It raises `LinkError` where nothing was fetched, `UnreadableError` where what was fetched is not one article.
    """

    async def read_url(url: str) -> Article:
        try:
            fetched = await fetcher.fetch(url)
        except FetchError as error:
            raise LinkError(_problem(error)) from error
        reading = await ingest.read(database, to_atom(fetched.body or b""), url=fetched.url)
        if len(reading.articles) != 1:
            raise UnreadableError(Fault.NO_TITLE)
        return reading.articles[0]

    return read_url


def _problem(error: FetchError) -> LinkProblem:
    return next((problem for kind, problem in _PROBLEMS if isinstance(error, kind)), LinkProblem.UNREACHABLE)
