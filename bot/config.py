"""The settings: read once from the environment and `.env`, checked, frozen."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from storage.database import check_url
from storage.localtime import is_zone

# BotFather's tokens are a number, a colon and letters; a Bot API server of one's own may know others. What matters is
# that the token can stand in a URL.
_TOKEN = re.compile(r"[A-Za-z0-9_:-]+")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class SettingsError(ValueError):
    """One line for each setting that is missing or wrong, with what to do. Never holds a secret."""


def _duration(value: object) -> object:
    """Read `90s`, `30m`, `2h`, `1d`, or plain seconds."""
    if isinstance(value, str) and (match := re.fullmatch(r"\s*(\d+)\s*([smhd]?)\s*", value)):
        return timedelta(seconds=int(match[1]) * _UNITS[match[2] or "s"])
    if isinstance(value, timedelta):
        return value
    raise ValueError("write a time such as 90s, 30m, 2h or 1d")


def _ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError("write Telegram user ids (numbers), separated by commas")
    return tuple(int(part) for part in parts)


class Settings(BaseSettings):
    """Every setting. Names in the environment are the same in capitals; `.env.example` explains each."""

    model_config = SettingsConfigDict(env_file_encoding="utf-8", extra="ignore", frozen=True, env_ignore_empty=True)

    bot_token: SecretStr | None = None
    bot_api_url: str = "https://api.telegram.org"
    database_url: str = "sqlite+aiosqlite:///data/news.db"
    owner_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_ids)] = ()
    default_timezone: str = "Asia/Riyadh"
    default_language: Literal["ar", "en"] = "ar"
    keep_unflagged: bool = False
    alert_ttl: Annotated[timedelta, BeforeValidator(_duration)] = timedelta(hours=2)
    allow_private_addresses: bool = False
    send_rate: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 30.0
    max_in_flight: Annotated[int, Field(ge=1, le=1000)] = 64
    paid_broadcast: bool = False
    paid_send_rate: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 500.0
    max_stars_per_day: Annotated[int, Field(ge=0, validate_default=True)] = 0
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

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
