"""What modules say of themselves is what the import contracts hold them to."""

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
_CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def modules() -> dict[str, str]:
    """Every module of the three floors by its name, and its docstring."""
    found = {}
    for floor in ("bot", "handlers", "storage"):
        for file in (ROOT / floor).rglob("*.py"):
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return found


def test_what_calls_itself_pure_is_held_to_it() -> None:
    pure = {name for name, docstring in modules().items() if "Pure." in docstring or "Pure:" in docstring}
    held = {name for contract in _CONTRACTS if "pure" in contract["name"] for name in contract["source_modules"]}
    assert pure == held


def test_every_module_says_what_it_is() -> None:
    assert [name for name, docstring in modules().items() if not docstring] == []
