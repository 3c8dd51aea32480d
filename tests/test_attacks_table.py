"""The table of attacks names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| (.+) \| (.+) \| `(tests/[\w/]+\.py)::(\w+|\*)` \|$")
LINES = (ROOT / "docs" / "attacks.md").read_text(encoding="utf-8").splitlines()
ROWS = [line for line in LINES if line.startswith("| ") and not line.startswith("| attack ")]


def _tests_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return {name for name in found if name.startswith("test_")}


def test_each_attack_has_a_test_that_there_is() -> None:
    for line in ROWS:
        row = ROW.fullmatch(line)
        assert row, line
        path = ROOT / row[3]
        assert path.is_file(), row[3]
        found = _tests_in(path)
        assert found if row[4] == "*" else row[4] in found, f"{row[3]}::{row[4]}"


def test_the_table_is_long_and_names_no_attack_twice() -> None:
    attacks = [line.split(" | ")[0] for line in ROWS]
    assert len(attacks) == len(set(attacks)) >= 40
