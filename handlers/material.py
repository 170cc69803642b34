"""What somebody hands in to be published: a text, a file, a link, or a message that they forward."""

import re

from telegram import Document, Message

from handlers.context import Context
from storage.article import Article

# Larger files hold no article; they are refused before they are fetched.
MAX_FILE = 1024 * 1024
_COMMAND = re.compile(r"/[A-Za-z0-9_]+(?:@[A-Za-z0-9_]+)?")
_LINK = re.compile(r"(?P<scheme>https?://)?[^\s/.:@]+(?:\.[^\s/.:@]+)+(?::\d{1,5})?(?:/\S*)?(?:\?\S*)?", re.IGNORECASE)
# Apps make a link of «example.com/a» too. One word with a dot in it is rather a slip than an address.
_BARE = re.compile(r"[^\s/]+\.[A-Za-z]{2,}/\S+")


class FileTooLargeError(ValueError):
    """A file of more than `MAX_FILE` bytes."""


async def behind_command(message: Message) -> bytes | str | None:
    """Return what a command is about: what stands behind it, its file, or what it replies to. None for a bare command.

    Raise `FileTooLargeError`.
    """
    behind = _COMMAND.sub("", message.text or message.caption or "", count=1).strip()
    about = message.reply_to_message
    for document in (message.document, about.document if about and not behind else None):
        if document:
            return await _download(document)
    return behind or (about and (about.text or about.caption)) or None


async def of_message(message: Message) -> bytes | str | None:
    """Return what a message without a command holds. Raise `FileTooLargeError`."""
    if message.document:
        return await _download(message.document)
    return message.text or message.caption or None


async def read(given: bytes | str, context: Context) -> Article:
    """Read what was handed in; a link alone stands for its page. Raise `UnreadableError` or `LinkError`."""
    url = link_of(given)
    return await (context.services.read_url(url) if url else context.services.read_article(given))


def link_of(given: bytes | str) -> str | None:
    """Return the URL where a text is nothing but a link."""
    if isinstance(given, bytes):
        return None
    text = given.strip()
    found = _LINK.fullmatch(text)
    if found is None:
        return None
    if found["scheme"]:
        return text
    return f"https://{text}" if _BARE.fullmatch(text) else None


async def _download(document: Document) -> bytes:
    # The size is what the sender's app says; what arrives is what counts.
    if (document.file_size or 0) > MAX_FILE:
        raise FileTooLargeError
    file = await document.get_file()
    if (file.file_size or 0) > MAX_FILE:
        raise FileTooLargeError
    data = bytes(await file.download_as_bytearray())
    if len(data) > MAX_FILE:
        raise FileTooLargeError
    return data
