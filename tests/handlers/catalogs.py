"""The catalogs as they stand in their files, for tests that compare them."""

from importlib import resources
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from handlers.texts import LANGUAGES


def catalog(language: str) -> Catalog:
    return read_po(BytesIO(resources.files("handlers.texts").joinpath(f"{language}.po").read_bytes()), locale=language)


CATALOGS = {language: catalog(language) for language in LANGUAGES}


def key_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def entries(language: str) -> dict[str, Message]:
    return {key_of(message): message for message in CATALOGS[language] if message.id}


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


PLURAL_KEYS = [key for key in sorted(entries("ar")) if entries("ar")[key].pluralizable]
