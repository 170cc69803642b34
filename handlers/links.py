"""Which links may stand in a message. Pure."""

from urllib.parse import quote, urlsplit

# Telegram drops longer links silently, and refuses the whole message where one is a button.
MAX_LINK = 2048
# Everything that a URL may hold, so that only what it may not hold is percent-encoded.
_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"


def web_link(url: str | None) -> str | None:
    """Return `url` in ASCII if it is a public http or https address, or None.

    Strict on purpose: one button with an address that Telegram does not take loses the whole alert.
    """
    if not url or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in host.strip(".") or "@" in parts.netloc:
        return None
    path = quote(parts.path, safe=_URL_CHARACTERS) or "/"
    link = f"{parts.scheme}://{host}{f':{port}' if port else ''}{path}"
    for mark, part in (("?", parts.query), ("#", parts.fragment)):
        if part:
            link += mark + quote(part, safe=_URL_CHARACTERS)
    return link if len(link) <= MAX_LINK else None
