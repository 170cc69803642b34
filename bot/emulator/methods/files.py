"""Documents and photos, sent and fetched."""

from __future__ import annotations

import mimetypes
from typing import Any

from bot.emulator.chats import StoredFile
from bot.emulator.core import Core
from bot.emulator.entities import utf16_length
from bot.emulator.errors import bad_request
from bot.emulator.formatting import CAPTION_LIMIT
from bot.emulator.methods.messages import new_message
from bot.emulator.params import Params, Upload

MAX_DOWNLOAD = 20 * 1024 * 1024
"""Bytes of a file that getFile hands out."""
_IMAGES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


async def send_document(core: Core, params: Params) -> Any:
    return _send_file(core, params, "sendDocument", "document")


async def send_photo(core: Core, params: Params) -> Any:
    return _send_file(core, params, "sendPhoto", "photo")


def _send_file(core: Core, params: Params, method: str, name: str) -> Any:
    caption = core.read_text(params, "caption", "caption_entities")
    if utf16_length(caption.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    upload = _upload(params, name)
    known = core.book.files.get(params.text(name)) if upload is None else None
    if upload is None and known is None:
        raise bad_request(_missing(params.text(name), name))
    if upload is not None:
        _check_upload(upload, name)
    message = new_message(core, params, caption)
    message.file = known or (_store(core, upload, name) if upload else None)
    core.accept(method, message)
    return core.message_json(message)


def _upload(params: Params, name: str) -> Upload | None:
    reference = params.text(name)
    if reference.startswith("attach://"):
        return params.files.get(reference.removeprefix("attach://"))
    return params.files.get(name)


def _missing(reference: str, name: str) -> str:
    if not reference:
        return f"there is no {name} in the request"
    if reference.startswith(("http://", "https://")):
        return "failed to get HTTP URL content"
    return "wrong remote file identifier specified: Wrong string length"


def _check_upload(upload: Upload, name: str) -> None:
    if not upload.data:
        raise bad_request("file must be non-empty")
    if name == "photo" and image_type(upload.data) is None:
        raise bad_request("IMAGE_PROCESS_FAILED")


def _store(core: Core, upload: Upload, name: str) -> StoredFile:
    if name == "photo":
        kind = image_type(upload.data) or "image/jpeg"
        return core.book.store_file(upload.filename, upload.data, kind, is_photo=True)
    return core.book.store_file(upload.filename, upload.data, document_type(upload.filename))


def image_type(data: bytes) -> str | None:
    """The MIME type of a picture by its first bytes; None for anything else."""
    return next((kind for magic, kind in _IMAGES.items() if data.startswith(magic)), None)


def document_type(filename: str) -> str:
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


async def get_file(core: Core, params: Params) -> Any:
    file_id = params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = core.book.files.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {**stored.file_json(), "file_path": stored.path}


METHODS = {"sendDocument": send_document, "sendPhoto": send_photo, "getFile": get_file}
