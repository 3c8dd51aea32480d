"""The direction of imports: import-linter's contracts (pyproject.toml), and that they are whole."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CONFIG: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"][
    "importlinter"
]
LAYERS = next(contract["layers"] for contract in CONFIG["contracts"] if contract["id"] == "layers")
PLACED = {word.strip("()") for layer in LAYERS for word in layer.split() if word not in "|:"}


def test_imports_only_point_down() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [program, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_module_of_the_application_has_a_layer() -> None:
    homeless = set(_modules("kinerja_flow")) - PLACED
    assert not homeless, f"place in the layers of pyproject.toml: {sorted(homeless)}"


def test_every_package_beside_the_application_is_checked() -> None:
    packages = {name for name in ("kinerja_flow", "workflows", "admin") if (ROOT / name).is_dir()}
    assert packages <= set(CONFIG["root_packages"]), "add it to root_packages in pyproject.toml"


def test_nothing_imports_the_entry_module() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in CONFIG["root_packages"]
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if "wsgi" in _imported(node)
    ]
    assert not named, named


def _modules(package: str) -> list[str]:
    """The direct children of a package that hold code, migrations aside."""
    children = [path for path in (ROOT / package).iterdir() if any(path.rglob("*.py"))]
    children += (ROOT / package).glob("*.py")
    names = {path.stem for path in children} - {"__init__", "__main__", "__pycache__", "migrations"}
    return [f"{package}.{name}" for name in names]


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    return {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
