"""What an answer's headers say about when to come again. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_NO_CACHE = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)
# Beyond it a wait is a mistake, or meant as «never»; what it is cut to is the caller's affair.
_LONGEST_S = 366 * 86_400


def max_age(headers: Mapping[str, str]) -> timedelta:
    """Return for how long the answer is fresh by its Cache-Control and Age; zero where it does not say. RFC 9111 5.2"""
    control = headers.get("Cache-Control", "")
    found = _MAX_AGE.search(control)
    if not found or _NO_CACHE.search(control):
        return timedelta()
    age = headers.get("Age", "").strip()
    seconds = int(found[1]) - (int(age) if re.fullmatch(r"[0-9]{1,10}", age) else 0)
    return timedelta(seconds=min(max(seconds, 0), _LONGEST_S))


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """Return how long the server asks to be left alone (seconds or a date), None where it does not. RFC 9110 10.2.3"""
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,10}", value):
        return timedelta(seconds=min(int(value), _LONGEST_S))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta()), timedelta(seconds=_LONGEST_S))
