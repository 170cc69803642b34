"""Why something could not be fetched: one class a reason, one clear sentence each, never a secret."""

from datetime import timedelta

from storage.sources import Trouble


class FetchError(Exception):
    """Nothing was fetched. `str()` is a sentence for an operator; it holds no URL. `trouble` is for the newsroom."""

    trouble = Trouble.BROKEN


class UrlRefusedError(FetchError):
    """The URL is of a kind that is never fetched."""

    trouble = Trouble.URL


class AddressRefusedError(FetchError):
    """The host's address is not on the public internet."""

    trouble = Trouble.ADDRESS

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} leads to an address that is not on the public internet (ALLOW_PRIVATE_ADDRESSES would permit it)"
        )


class UnreachableError(FetchError):
    """No connection: no such name, refused, reset, or a certificate that is not trusted."""

    trouble = Trouble.UNREACHABLE


class TimedOutError(FetchError):
    """The whole fetch, redirects and body included, took longer than its deadline."""

    trouble = Trouble.TIMED_OUT

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it was not done within {seconds:g} seconds")


class TooManyRedirectsError(FetchError):
    """More redirects than are followed."""

    trouble = Trouble.REDIRECTS


class TooLargeError(FetchError):
    """The body, decompressed, is over the limit."""

    trouble = Trouble.TOO_LARGE

    def __init__(self, limit: int) -> None:
        super().__init__(f"it holds more than {limit / 2**20:g} MiB once it is decompressed")


class BrokenAnswerError(FetchError):
    """The answer breaks HTTP, or its compression."""


class EntitiesRefusedError(FetchError):
    """XML that declares entities, by which a few bytes can grow into gigabytes or ask for files."""

    trouble = Trouble.ENTITIES

    def __init__(self) -> None:
        super().__init__("it declares XML entities, which are refused")


class StatusError(FetchError):
    """The server answered with an error. `retry_after` is how long it asks to be left alone, if it does."""

    trouble = Trouble.STATUS

    def __init__(self, status: int, retry_after: timedelta | None = None) -> None:
        super().__init__(
            "it is gone for good (HTTP 410)" if status == 410 else f"the server answered with HTTP {status}"
        )
        self.status = status
        self.retry_after = retry_after
