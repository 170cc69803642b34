"""The rules and the dashboard name only what the bot tells, each rule says what to do, and the image is complete."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from bot.metrics import Metrics, Standing
from storage.deliveries import Kind, State

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "operations"
RULES = (FOLDER / "alerts.yml").read_text(encoding="utf-8")
DASHBOARD = json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))
SAMPLES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
NAME = re.compile(r"\b(?:newsbot|process)_[a-z_]+\b")
CONTAINERFILE = (FOLDER / "Containerfile").read_text(encoding="utf-8")
STORY = "عاجل سياسة\n\nإغلاق جسر الميناء\n\nأعلنت البلدية إغلاق الجسر أسبوعا.\n"
# Those of Debian's base-passwd, which every image that builds on Debian has.
USERS = re.compile(
    "root|daemon|bin|sys|sync|games|man|lp|mail|news|uucp|proxy|www-data|backup|list|irc|gnats|_apt|nobody"
)
LABELS = re.compile(r"\b(newsbot_[a-z_]+)\{([a-z]+)[=!~]")


@pytest.fixture(scope="module")
def told() -> dict[str, tuple[str, ...]]:
    """What is told, by the names under which Prometheus keeps it, each with its labels."""
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    labels = {metric._name: tuple(metric._labelnames) for metric in vars(metrics).values()}
    return {
        family.name + ending: labels.get(family.name, ())
        for family in registry.collect()
        for ending in SAMPLES[family.type]
    }


def expressions() -> list[str]:
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def test_every_metric_that_is_asked_for_is_told(told: dict[str, tuple[str, ...]]) -> None:
    asked = set(NAME.findall(RULES)) | {name for expression in expressions() for name in NAME.findall(expression)}

    assert asked
    assert asked - set(told) == set()
    assert {name for name in told if name.startswith("newsbot_") and not name.endswith("_sum")} - asked <= {
        # Read by people, not by rules.
        "newsbot_telegram_request_seconds_bucket",
        "newsbot_delivery_seconds_count",
        "newsbot_database_seconds_count",
    }


def test_every_label_that_is_asked_for_is_there(told: dict[str, tuple[str, ...]]) -> None:
    found = LABELS.findall(RULES) + [pair for expression in expressions() for pair in LABELS.findall(expression)]

    assert len(found) >= 5
    assert [(name, label) for name, label in found if label not in told[name]] == []


def test_every_rule_waits_a_while_and_says_what_to_do() -> None:
    rules = re.split(r"^      - alert: ", RULES, flags=re.MULTILINE)[1:]

    assert len(rules) >= 8
    assert len({rule.partition("\n")[0] for rule in rules}) == len(rules)
    for rule in rules:
        for part in (r"expr: ", r"for: \d+m\n", r"severity: (page|ticket)", r"summary: ", r"action: "):
            assert re.search(part, rule), rule


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place: dict[str, Any] = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert max(x for x, _y in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_a_system_call_that_the_unit_does_not_allow_fails_and_ends_nothing() -> None:
    unit = (FOLDER / "news-bot.service").read_text(encoding="utf-8").splitlines()

    assert "SystemCallFilter=~@privileged @resources" in unit
    assert "SystemCallErrorNumber=EPERM" in unit


def test_what_the_image_holds_is_enough_to_begin(tmp_path: Path) -> None:
    for source, target in re.findall(r"^COPY (\S+) (\S+)$", CONTAINERFILE.rpartition("\nFROM ")[2], re.MULTILINE):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / target)
        else:
            shutil.copy(ROOT / source, tmp_path / target)

    for arguments in (["--version"], ["parse", "-"]):
        begin = [sys.executable, "-m", "bot", *arguments]
        done = subprocess.run(begin, cwd=tmp_path, env={}, input=STORY, capture_output=True, encoding="utf-8")
        assert (done.returncode, done.stderr) == (0, "")


def test_the_images_user_is_one_that_debian_does_not_have() -> None:
    (made,) = re.findall(r"useradd --uid (\d+) .* (\S+) \\\n", CONTAINERFILE)
    number, name = made

    assert not USERS.fullmatch(name)
    assert f"--owner={name} " in CONTAINERFILE
    assert re.findall(r"^USER (\S+)$", CONTAINERFILE, re.MULTILINE) == [number]


@pytest.fixture
def promtool() -> str:
    """Prometheus's own checker."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed; on Debian, apt install prometheus brings it")
    return found


def test_prometheus_takes_the_rules(promtool: str) -> None:
    done = subprocess.run([promtool, "check", "rules", FOLDER / "alerts.yml"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "11 rules found" in done.stdout


def test_the_rules_wake_somebody_when_they_should(promtool: str, tmp_path: Path) -> None:
    for file in (FOLDER / "alerts.yml", Path(__file__).with_name("alerts_test.yml")):
        shutil.copy(file, tmp_path)

    done = subprocess.run([promtool, "test", "rules", "alerts_test.yml"], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    tried = set(re.findall(r"alertname: (\w+)", (tmp_path / "alerts_test.yml").read_text(encoding="utf-8")))
    assert tried == set(re.findall(r"alert: (\w+)", RULES))


def test_prometheus_finds_no_fault_with_the_metrics(promtool: str) -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.note_ended(Kind.ALERT, State.EXPIRED, 1)
    metrics.note_request("200", 0.1)
    metrics.note_update("message", 0.1)
    metrics.note_transaction("read", 0.1)
    metrics.show(Standing(owed={"alert": 1}, oldest_alert_s=1, sources={"well": 1}))

    done = subprocess.run([promtool, "check", "metrics"], input=generate_latest(registry), capture_output=True)

    assert (done.returncode, done.stderr.decode()) == (0, "")
