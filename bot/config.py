"""The settings: read once from the environment and `.env`, checked, frozen."""

import hashlib
import hmac
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from storage.database import check_url
from storage.localtime import is_zone

# BotFather's tokens are a number, a colon and letters; a Bot API server of one's own may know others. What matters is
# that the token can stand in a URL.
_TOKEN = re.compile(r"[A-Za-z0-9_:-]+")
# A digest may look back so far, and Telegram lets a bot delete what it has sent for so long.
_KEEP_AT_LEAST = timedelta(days=2)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# https://core.telegram.org/bots/api#setwebhook
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
# A host, a port, or both; an IPv6 address stands in brackets.
_ADDRESS = re.compile(r"(?:(?P<host>\[[0-9A-Fa-f:.]+\]|[^:\[\]\s]+):)?(?P<port>\d{1,5})")
_LOOPBACK = "127.0.0.1"
# Settings that may stand in files of their own, as container engines and systemd hand secrets over.
_FROM_FILES = ("bot_token", "database_url", "webhook_secret")
_LONGEST_SECRET = 10_000


class SettingsError(ValueError):
    """One line for each setting that is missing or wrong, with what to do. Never holds a secret."""


def _duration(value: object) -> object:
    """Read `90s`, `30m`, `2h`, `1d`, or plain seconds."""
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(\d+)\s*([smhd]?)\s*", value)):
        return timedelta(seconds=int(match[1]) * _UNITS[match[2] or "s"])
    if value is None or isinstance(value, timedelta):
        return value
    raise ValueError("write a time such as 90s, 30m, 2h or 1d")


def _ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError("write Telegram user ids (numbers), separated by commas")
    return tuple(int(part) for part in parts)


def _address(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = _ADDRESS.fullmatch(value.strip())
    if not match or int(match["port"]) > 65_535:
        raise ValueError("write an address and a port, such as 127.0.0.1:8080, or the port alone")
    return (match["host"] or _LOOPBACK).strip("[]"), int(match["port"])


def _read_file(name: str, path: object) -> str:
    try:
        with Path(str(path)).open(encoding="utf-8") as file:
            found = file.read(_LONGEST_SECRET).strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise _wrong(f"{name}_file", f"cannot be read: {reason}") from None
    if not found:
        raise _wrong(f"{name}_file", "there is nothing in this file")
    return found


def _wrong(name: str, message: str) -> ValidationError:
    problem = PydanticCustomError("setting", "{reason}", {"reason": message})
    return ValidationError.from_exception_data("Settings", [InitErrorDetails(type=problem, loc=(name,), input=None)])


class Settings(BaseSettings):
    """Every setting. Names in the environment are the same in capitals; `.env.example` explains each."""

    model_config = SettingsConfigDict(env_file_encoding="utf-8", extra="ignore", frozen=True, env_ignore_empty=True)

    bot_token: SecretStr | None = None
    bot_token_file: Path | None = None
    bot_api_url: str = "https://api.telegram.org"
    database_url: str = "sqlite+aiosqlite:///data/news.db"
    database_url_file: Path | None = None
    owner_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_ids)] = ()
    default_timezone: str = "Asia/Riyadh"
    default_language: Literal["ar", "en"] = "ar"
    keep_unflagged: bool = False
    rich_summaries: bool = False
    alert_ttl: Annotated[timedelta, BeforeValidator(_duration)] = timedelta(hours=2)
    undo_window: Annotated[timedelta, BeforeValidator(_duration), Field(le=timedelta(minutes=5))] = timedelta(
        seconds=10
    )
    two_person_release: bool = False
    allow_private_addresses: bool = False
    send_rate: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 30.0
    max_in_flight: Annotated[int, Field(ge=1, le=1000)] = 64
    paid_broadcast: bool = False
    paid_send_rate: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 500.0
    max_stars_per_day: Annotated[int, Field(ge=0, validate_default=True)] = 0
    listen_address: Annotated[tuple[str, int] | None, NoDecode, BeforeValidator(_address)] = None
    public_url: Annotated[str | None, Field(validate_default=True)] = None
    updates: Annotated[Literal["polling", "webhook"], Field(validate_default=True)] = "polling"
    webhook_secret: SecretStr | None = None
    webhook_secret_file: Path | None = None
    keep_deliveries: Annotated[timedelta, BeforeValidator(_duration), Field(ge=_KEEP_AT_LEAST)] = timedelta(days=90)
    keep_articles: Annotated[Annotated[timedelta, Field(ge=_KEEP_AT_LEAST)] | None, BeforeValidator(_duration)] = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @model_validator(mode="before")
    @classmethod
    def _read_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in _FROM_FILES:
            if path := values.get(f"{name}_file"):
                if values.get(name):
                    raise _wrong(name, f"is given twice: by itself and by {name.upper()}_FILE")
                values[name] = _read_file(name, path)
        return values

    @field_validator("bot_token")
    @classmethod
    def _token_has_its_form(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("this is no token; copy it whole from @BotFather, it looks like 123456:ABC-DEF…")
        return value

    @field_validator("bot_api_url")
    @classmethod
    def _api_is_a_root(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write the root of a Bot API server, such as http://127.0.0.1:8081")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_can_be_used(cls, value: str) -> str:
        check_url(value)
        return value

    @field_validator("max_stars_per_day")
    @classmethod
    def _paying_has_a_ceiling(cls, value: int, info: ValidationInfo) -> int:
        if info.data.get("paid_broadcast") and value == 0:
            raise ValueError("with PAID_BROADCAST, say how many Stars a day it may cost at most")
        return value

    @field_validator("default_timezone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        if not is_zone(value):
            raise ValueError("no such time zone; write a name such as Asia/Riyadh or Africa/Cairo")
        return value

    @field_validator("public_url")
    @classmethod
    def _server_is_public(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write the address that others reach LISTEN_ADDRESS by, such as https://bot.example.com")
        if info.data.get("listen_address") is None:
            raise ValueError("LISTEN_ADDRESS is missing: nothing would answer there")
        return value.rstrip("/")

    @field_validator("updates")
    @classmethod
    def _webhook_has_an_address(cls, value: str, info: ValidationInfo) -> str:
        if value == "webhook" and info.data.get("public_url") is None:
            raise ValueError("a webhook needs PUBLIC_URL, the address by which Telegram reaches LISTEN_ADDRESS")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_has_its_form(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("write 16 to 256 letters (A-Z, a-z), digits, _ or -")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _level_in_capitals(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @property
    def token(self) -> str:
        """The bot's token. Raise `SettingsError` where there is none."""
        if self.bot_token is None:
            raise SettingsError(
                "BOT_TOKEN is missing: get one from @BotFather and write it into .env (see .env.example), "
                "or try the bot without Telegram: make demo"
            )
        return self.bot_token.get_secret_value()

    @property
    def webhook_token(self) -> str:
        """What Telegram shows with every update that it posts: WEBHOOK_SECRET, or a secret made from the token."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        return hmac.digest(self.token.encode(), b"the webhook's secret", hashlib.sha256).hex()


def load(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings from the environment, then from `env_file` where it exists. Raise `SettingsError`."""
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings' own, hidden by dataclass_transform
    except ValidationError as error:
        lines = []
        for problem in error.errors(include_input=False, include_url=False, include_context=False):
            name = str(problem["loc"][0]).upper() if problem["loc"] else "settings"
            lines.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}")
        raise SettingsError("\n".join(lines)) from None
