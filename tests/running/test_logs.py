"""Log lines never hold a secret, wherever in the line it stands."""

import json
import logging
import sys
import warnings
from collections.abc import Iterator
from typing import Literal

import pytest

from bot import logs

SECRET = "42:very-secret"


@pytest.fixture(autouse=True)
def _handlers_are_put_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, sys.excepthook
    yield
    root.handlers[:], root.level, sys.excepthook = handlers, level, hook
    logging.captureWarnings(False)


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_secret_is_blotted_out_of_message_arguments_and_traceback(
    style: Literal["text", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("INFO", style, [SECRET, ""])

    try:
        raise RuntimeError(f"http://127.0.0.1/bot{SECRET}/getMe")
    except RuntimeError:
        logging.getLogger("any").exception("calling %s failed", f"/bot{SECRET}/getMe")

    err = capsys.readouterr().err
    assert "very-secret" not in err
    assert err.count("[secret]") == 2
    assert "RuntimeError" in err


def test_json_is_one_object_a_line_with_arabic_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json", [])

    logging.getLogger("bot.ingest").info("خبر %d", 7)

    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["logger"]) == ("خبر 7", "info", "bot.ingest")
    assert line["timestamp"].endswith("Z")


def test_chatty_libraries_are_quiet_at_info(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "text", [])

    logging.getLogger("apscheduler.scheduler").info("added job")
    logging.getLogger("httpx").info("HTTP Request: POST")

    assert capsys.readouterr().err == ""


def test_what_python_prints_by_itself_goes_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "text", [SECRET])

    warnings.showwarning(f"/bot{SECRET}/getMe is old", UserWarning, "bot.py", 1)
    try:
        raise RuntimeError(f"/bot{SECRET}/getMe")
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)

    err = capsys.readouterr().err
    assert "very-secret" not in err
    assert err.count("[secret]") == 2
    assert "Traceback" in err
