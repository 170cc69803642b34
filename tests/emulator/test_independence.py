from __future__ import annotations

import ast
from pathlib import Path

import bot.emulator


def test_the_emulator_knows_nothing_of_the_bot() -> None:
    """A test double that shares code with what it tests would share its mistakes."""
    package = Path(bot.emulator.__file__).parent
    foreign = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
            foreign |= {
                name
                for name in names
                if name.split(".")[0] in ("bot", "handlers", "storage", "telegram")
                and not name.startswith("bot.emulator")
            }
    assert foreign == set()
