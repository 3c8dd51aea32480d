"""The shape of the code: short modules and functions, no hidden import, house names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = [
    ROOT / name for name in ("kinerja_flow", "workflows", "admin") if (ROOT / name).is_dir()
]
MODULES = sorted(
    path
    for path in [*(p for package in PACKAGES for p in package.rglob("*.py")), *ROOT.glob("*.py")]
    if "migrations" not in path.parts
)
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
SET_UP = ["constraints.txt", "pyproject.toml", "Makefile", ".ci/run"]
TEXTS = {".py", ".yaml", ".yml", ".html", ".js", ".css", ".toml", ".mako", ".po", ".ini", ".txt"}
VENDORED = ROOT / "kinerja_flow" / "web" / "static"
ROOMS_FOR_ANYTHING = {"util", "utils", "common", "helper", "helpers", "misc", "tools"}
APP_FACTORY = (ROOT / "kinerja_flow" / "__init__.py", "create_app")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _at(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(ROOT)}" + (f":{line}" if line else "")


def _p95(values: list[int]) -> int:
    return sorted(values)[max(0, int(len(values) * 0.95) - 1)]


def _functions() -> Iterator[tuple[Path, Function]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield path, node


def _product_texts() -> Iterator[Path]:
    files = [path for package in PACKAGES for path in package.rglob("*") if path.suffix in TEXTS]
    yield from (path for path in [*files, *ROOT.glob("*.py")] if VENDORED not in path.parents)


def test_modules_are_short() -> None:
    lengths = {_at(path): path.read_text().count("\n") + 1 for path in MODULES}
    too_long = {name: length for name, length in lengths.items() if length > 300}
    assert not too_long, "make each a package of the same name"
    assert _p95(list(lengths.values())) <= 200, sorted(lengths.items(), key=lambda row: row[1])[-5:]


def test_functions_are_short() -> None:
    lengths = {
        f"{_at(path, node.lineno)} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, node in _functions()
    }
    longest = sorted(lengths.items(), key=lambda row: -row[1])[:10]
    assert _p95(list(lengths.values())) <= 20, longest


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        (path, node.name, _at(path, inner.lineno))
        for path, node in _functions()
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    in_factory = [place for path, name, place in hidden if (path, name) == APP_FACTORY]
    elsewhere = [place for path, name, place in hidden if (path, name) != APP_FACTORY]
    assert not elsewhere
    assert len(in_factory) <= 2, in_factory


def test_every_module_opens_with_a_sentence() -> None:
    mute = [_at(path) for path, tree in TREES.items() if tree.body and not _opening(tree)]
    assert not mute, "a module opens with one sentence on what it is for"


def _opening(tree: ast.Module) -> bool:
    paragraph = (ast.get_docstring(tree) or "").split("\n\n")[0]
    return re.match(r"\S.*?[.?!:](\s|$)", paragraph, re.DOTALL) is not None


def test_no_module_is_a_room_for_anything() -> None:
    assert not [_at(path) for path in MODULES if path.stem in ROOMS_FOR_ANYTHING]


def test_the_product_names_no_path_of_a_machine() -> None:
    found = [
        _at(path, number)
        for path in _product_texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"(?<![\w.])/(?:work|tmp|root|home)/", line)
    ]
    assert not found


@pytest.mark.parametrize("name", SET_UP)
def test_setting_up_names_no_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.findall(r"https?:/{2}\S+", text)


def test_constraints_are_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.!+-]+", line)]
