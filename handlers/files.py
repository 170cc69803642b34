"""Files that people send. Everything about them is hostile: their names, their sizes, what they hold."""

from telegram import Document


class FileTooLargeError(ValueError):
    """A file of more bytes than are taken."""


async def fetch(document: Document, *, limit: int) -> bytes:
    """Return what a file holds. Raise `FileTooLargeError` past `limit` bytes, if possible before it is fetched."""
    # The size is what the sender's app says; what arrives is what counts.
    if (document.file_size or 0) > limit:
        raise FileTooLargeError
    file = await document.get_file()
    if (file.file_size or 0) > limit:
        raise FileTooLargeError
    data = bytes(await file.download_as_bytearray())
    if len(data) > limit:
        raise FileTooLargeError
    return data
