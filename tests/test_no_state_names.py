"""No code outside `workflows/` names a state or an action of a shipped template.

What code needs to know of a state, the template says: its phase, what it opens, what it records.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted(path for path in (ROOT / "workflows").glob("*.yaml") if path.stem != "messages")
CODE = sorted(
    [*ROOT.glob("*.py"), *(ROOT / "kinerja_flow").rglob("*.py"), *ROOT.glob("admin/**/*.py")]
)
PAGES = sorted(
    path
    for folder in ("kinerja_flow", "admin")
    for suffix in ("html", "xml", "txt", "j2")
    for path in (ROOT / folder).rglob(f"*.{suffix}")
)


def _names(template: Path) -> set[str]:
    """The names of all states and actions of a template's machines."""
    machines = yaml.safe_load(template.read_text(encoding="utf-8")).get("machines", {})
    return {
        name
        for machine in machines.values()
        for name in [*machine["states"], *(action["name"] for action in machine["actions"])]
    }


NAMES = {name: template.stem for template in TEMPLATES for name in _names(template)}


def _words_of_code(text: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _words_of_page(text: str) -> Iterator[tuple[int, str]]:
    for expression in re.finditer(r"\{[{%].*?[%}]\}", text, re.DOTALL):
        line = text.count("\n", 0, expression.start()) + 1
        for word in re.finditer(r"""(["'])(\w+)\1""", expression[0]):
            yield line, word[2]


def _named(words: Iterator[tuple[int, str]], names: dict[str, str]) -> list[str]:
    return [f"line {line}: {word!r} of {names[word]}" for line, word in words if word in names]


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_names_a_state_or_an_action(path: Path) -> None:
    assert not _named(_words_of_code(path.read_text(encoding="utf-8")), NAMES)


def test_no_page_names_a_state_or_an_action() -> None:
    words = ((path, _words_of_page(path.read_text(encoding="utf-8"))) for path in PAGES)
    found = {str(path.relative_to(ROOT)): _named(named, NAMES) for path, named in words}
    assert not {path: named for path, named in found.items() if named}


def test_templates_are_read() -> None:
    assert TEMPLATES
    assert all(_names(template) for template in TEMPLATES)


def test_a_planted_name_is_found() -> None:
    names = {"drafting": "planted"}
    assert _named(_words_of_code("# drafting\nif state == 'drafting': ..."), names)
    assert _named(_words_of_page("<p>drafting</p>{% if state == 'drafting' %}"), names)
    assert not _named(_words_of_code("'while drafting'"), names)
