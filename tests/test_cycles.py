"""The tables of docs/cycles.md name only what the templates have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kinerja_flow.services.templates import shipped_keys, shipped_source
from workflows import parse

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "cycles.md").read_text(encoding="utf-8")
SECTIONS = {
    part.partition("\n")[0].strip().lower(): part
    for part in re.split(r"^## ", PAGE, flags=re.M)[1:]
}


def _names(data: Any) -> Iterator[str]:
    """Everything that a template names: keys, what it calls a thing, and the words in its lists."""
    if isinstance(data, dict):
        yield from data
        yield from (
            data[word] for word in ("name", "key", "node") if isinstance(data.get(word), str)
        )
    if isinstance(data, list):
        yield from (item for item in data if isinstance(item, str))
    for item in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _names(item)


@pytest.mark.parametrize("key", shipped_keys())
def test_every_name_in_a_table_is_one_of_the_template(key: str) -> None:
    rows = [line for line in SECTIONS[key].splitlines() if line.startswith("|")]
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    scenarios = {path.stem for path in (ROOT / "workflows" / "scenarios" / key).glob("*.yaml")}
    known = {*_names(parse(shipped_source(key)).data), *scenarios}
    assert named and not sorted(named - known)


def test_there_is_a_section_about_every_shipped_template() -> None:
    assert SECTIONS.keys() == set(shipped_keys())
