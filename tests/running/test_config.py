"""Settings: every wrong one names itself and says what to do, and no secret is shown."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import config
from bot.config import SettingsError


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_everything_has_a_default_but_the_token() -> None:
    settings = config.load(None)

    assert settings.send_rate == 30
    assert settings.max_in_flight == 64
    assert settings.alert_ttl == timedelta(hours=2)
    assert not settings.keep_unflagged
    assert settings.owner_ids == ()
    with pytest.raises(SettingsError, match=r"BOT_TOKEN is missing.*BotFather.*make demo"):
        _ = settings.token


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("SEND_RATE=7\nOWNER_IDS=1, 2\nBOT_TOKEN=1:from-file\n", encoding="utf-8")
    monkeypatch.setenv("SEND_RATE", "9.5")

    settings = config.load(file)

    assert (settings.send_rate, settings.owner_ids, settings.token) == (9.5, (1, 2), "1:from-file")


def test_an_empty_setting_is_as_good_as_none(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BOT_TOKEN=\nOWNER_IDS=\nALERT_TTL=\n", encoding="utf-8")

    settings = config.load(file)

    assert (settings.bot_token, settings.owner_ids, settings.alert_ttl) == (None, (), timedelta(hours=2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90", timedelta(seconds=90)), ("90s", timedelta(seconds=90)), ("30m", timedelta(minutes=30)),
     ("2h", timedelta(hours=2)), (" 1d ", timedelta(days=1))],
)  # fmt: skip
def test_times_are_written_as_people_write_them(
    text: str, expected: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERT_TTL", text)

    assert config.load(None).alert_ttl == expected


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BOT_TOKEN", "1:two words", "copy it whole from @BotFather"),
        ("BOT_TOKEN", "../../etc", "copy it whole from @BotFather"),
        ("OWNER_IDS", "1;2", "separated by commas"),
        ("OWNER_IDS", "@me", "numbers"),
        ("ALERT_TTL", "soon", "90s, 30m, 2h or 1d"),
        ("BOT_API_URL", "ftp://127.0.0.1", "http://127.0.0.1:8081"),
        ("BOT_API_URL", "127.0.0.1:8081", "http://127.0.0.1:8081"),
        ("DATABASE_URL", "mysql://u:hunter2@h/x", "sqlite+aiosqlite and postgresql+asyncpg"),
        ("DATABASE_URL", "news.db", "sqlite+aiosqlite:////"),
        ("DATABASE_URL", "sqlite+aiosqlite://", "must be a file"),
        ("DEFAULT_TIMEZONE", "Mars/Olympus", "Asia/Riyadh"),
        ("DEFAULT_LANGUAGE", "fr", "'ar' or 'en'"),
        ("KEEP_UNFLAGGED", "perhaps", "boolean"),
        ("SEND_RATE", "0", "greater than 0"),
        ("SEND_RATE", "nan", "finite"),
        ("MAX_IN_FLIGHT", "0", "greater than or equal to 1"),
        ("MAX_STARS_PER_DAY", "-1", "greater than or equal to 0"),
        ("LISTEN_ADDRESS", "here", "127.0.0.1:8080"),
        ("LISTEN_ADDRESS", "127.0.0.1:65536", "127.0.0.1:8080"),
        ("LISTEN_ADDRESS", "::1:8080", "127.0.0.1:8080"),
        ("PUBLIC_URL", "https://bot.example", "LISTEN_ADDRESS is missing"),
        ("PUBLIC_URL", "bot.example", "https://bot.example.com"),
        ("UPDATES", "webhook", "a webhook needs PUBLIC_URL"),
        ("WEBHOOK_SECRET", "hunter2", "16 to 256"),
        ("BOT_TOKEN_FILE", "/nowhere", "cannot be read: No such file or directory"),
        ("BOT_TOKEN_FILE", "/dev/null", "nothing in this file"),
        ("LOG_LEVEL", "LOUD", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("LOG_FORMAT", "xml", "'text' or 'json'"),
    ],
)
def test_a_wrong_setting_names_itself_and_says_what_to_do(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as refused:
        config.load(None)

    assert str(refused.value).startswith(f"{name}: ")
    assert words in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_paying_needs_a_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAID_BROADCAST", "true")
    with pytest.raises(SettingsError, match="MAX_STARS_PER_DAY: with PAID_BROADCAST, say how many Stars a day"):
        config.load(None)

    monkeypatch.setenv("MAX_STARS_PER_DAY", "500")
    assert config.load(None).max_stars_per_day == 500


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEND_RATE", "fast")
    monkeypatch.setenv("LOG_FORMAT", "xml")

    with pytest.raises(SettingsError) as refused:
        config.load(None)

    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == ["SEND_RATE", "LOG_FORMAT"]


def test_the_token_is_not_in_what_settings_look_like(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:very-secret")

    assert "very-secret" not in repr(config.load(None))


def test_the_example_file_names_exactly_the_settings_there_are() -> None:
    example = Path(__file__).parents[2] / ".env.example"
    named = {
        line.partition("=")[0]
        for line in example.read_text(encoding="utf-8").splitlines()
        if "=" in line and line[0] != "#"
    }

    assert named == {name.upper() for name in config.Settings.model_fields}


def test_the_example_file_states_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    example = Path(__file__).parents[2] / ".env.example"

    assert config.load(example) == config.load(None)


@pytest.mark.parametrize(
    ("text", "address"),
    [("8080", ("127.0.0.1", 8080)), ("10.0.0.1:80", ("10.0.0.1", 80)), (" [::1]:80 ", ("::1", 80)),
     ("news.example:1", ("news.example", 1))],
)  # fmt: skip
def test_it_listens_on_this_machine_alone_unless_it_is_told_otherwise(
    text: str, address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTEN_ADDRESS", text)

    assert config.load(None).listen_address == address


def test_secrets_may_stand_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (
        ("BOT_TOKEN", "1:from-a-file\n"),
        ("DATABASE_URL", "sqlite+aiosqlite:////there/news.db\n"),
        ("WEBHOOK_SECRET", "0123456789abcdef"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))

    settings = config.load(None)

    assert settings.token == "1:from-a-file"
    assert settings.database_url == "sqlite+aiosqlite:////there/news.db"
    assert settings.webhook_token == "0123456789abcdef"


def test_what_stands_in_a_file_is_checked_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_bytes(b"1:two words")
    monkeypatch.setenv("BOT_TOKEN_FILE", str(tmp_path / "token"))

    with pytest.raises(SettingsError, match=r"^BOT_TOKEN: .*copy it whole"):
        config.load(None)


def test_a_secret_is_given_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:here")
    monkeypatch.setenv("BOT_TOKEN_FILE", str(tmp_path / "token"))

    with pytest.raises(SettingsError, match=r"^BOT_TOKEN: is given twice"):
        config.load(None)


def test_the_webhooks_secret_is_made_from_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:one")
    one = config.load(None).webhook_token
    monkeypatch.setenv("BOT_TOKEN", "1:two")

    assert one != config.load(None).webhook_token
    assert len(one) == 64
    assert "1:one" not in one
