"""A method's parameters, however they came: query string, form, multipart or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from multidict import MultiMapping

from bot.emulator.entities import Entity
from bot.emulator.errors import bad_request

# LookupError: a charset that does not exist.
_UNREADABLE = (ValueError, LookupError, RecursionError)
_TRUE = frozenset({"true", "1", "yes", "y", "t"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the request."""

    filename: str
    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Params:
    """Typed access to the parameters. A value of the wrong type is refused with ApiError(400)."""

    values: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError):
            raise bad_request(f'parameter "{name}" must be of type Number') from None

    def number(self, name: str, default: float = 0.0) -> float:
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return float(value)
        except (TypeError, ValueError):
            raise bad_request(f'parameter "{name}" must be of type Number') from None

    def boolean(self, name: str) -> bool:
        value = self.values.get(name)
        return value if isinstance(value, bool) else str(value).lower() in _TRUE

    def json(self, name: str) -> Any:
        """A structured parameter; None where it is missing. In forms it comes as JSON text."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            what = "reply markup" if name == "reply_markup" else name
            raise bad_request(f"can't parse {what} JSON object") from None

    def entities(self, name: str) -> list[Entity]:
        """Explicit message entities, without those that are out of shape: Telegram drops them too."""
        raw = self.json(name)
        found = []
        for item in raw if isinstance(raw, list) else ():
            match item:
                case {"type": str(kind), "offset": int(offset), "length": int(length)} if offset >= 0 and length > 0:
                    url, language = item.get("url"), item.get("language")
                    emoji = item.get("custom_emoji_id")
                    found.append(
                        Entity(
                            kind,
                            offset,
                            length,
                            url=url if isinstance(url, str) else None,
                            language=language if isinstance(language, str) else None,
                            custom_emoji_id=emoji if isinstance(emoji, str) else None,
                        )
                    )
                case _:
                    continue
        return found


async def read_params(request: web.Request) -> Params:
    """Read the parameters of a request. Raises ApiError(400) for a body that is not what it says it is."""
    if request.method == "GET" or not request.body_exists:
        return Params(dict(request.query))
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except _UNREADABLE:
            raise bad_request("can't parse request JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("object expected as request")
        values.update(body)
        return Params(values)
    files: dict[str, Upload] = {}
    try:
        form: MultiMapping[Any] = await request.post()
    except _UNREADABLE:
        raise bad_request("can't parse request body") from None
    for name, value in form.items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.file.read(), value.content_type)
        else:
            values[name] = value if isinstance(value, str) else bytes(value).decode(errors="replace")
    return Params(values, files)
