"""Every table has its way into the back office, and no way in writes past a service."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from wtforms import Form as NoFields

import admin
import kinerja_flow
from admin.census import LOOKED_AT, SERVED
from admin.screen import MESSAGES, Screen
from admin.table import Table
from kinerja_flow.db import Base
from kinerja_flow.models import Case, Person, RoleGrant
from kinerja_flow.services.retention import DAYS

ROOT = Path(kinerja_flow.__file__).parent
ADMIN = Path(admin.__file__).parent
CLASSES = {one.class_.__tablename__: one.class_.__name__ for one in Base.registry.mappers}
TABLES = [screen for screen in admin.SCREENS if issubclass(screen, Table)]
#: What writes, wherever it is called on.
WRITING = {
    "add",
    "add_all",
    "merge",
    "delete",
    "insert",
    "update",
    "commit",
    "flush",
    "transaction",
}


def test_every_table_is_served_or_looked_at() -> None:
    served = [name for tables in SERVED.values() for name in tables.split()]
    assert len(served) == len(set(served))
    assert {*served, *LOOKED_AT} == set(CLASSES), "say in admin/census.py by what it is written"
    assert not LOOKED_AT & set(served)
    assert {one.of_model.__tablename__ for one in TABLES} == LOOKED_AT


@pytest.mark.parametrize("module", sorted(SERVED))
def test_what_is_said_to_write_a_table_knows_it(module: str) -> None:
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    assert not [
        name for name in SERVED[module].split() if not {CLASSES[name], name.upper()} & words
    ]


def test_no_module_of_the_back_office_writes_by_itself() -> None:
    written = [
        f"{path.name}:{node.lineno}"
        for path in ADMIN.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute | ast.Name)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in WRITING
    ]
    assert not written


@pytest.mark.parametrize("screen", TABLES, ids=lambda one: one.__name__)
def test_a_table_has_one_address_and_it_only_looks(screen: Any) -> None:
    assert [(url, tuple(methods)) for url, _, methods in screen._urls] == [("/", ("GET",))]
    assert screen.form is NoFields
    assert not (screen.can_create or screen.can_edit or screen.can_delete or screen.can_export)


@pytest.mark.parametrize(
    "options",
    [
        {"column_editable_list": ["role"]},
        {"can_edit": True},
        {"can_create": True},
        {"can_delete": True},
        {"can_export": True},
        {"of_model": Case},  # not in the order of an id of its own alone
    ],
)
def test_a_table_that_would_write_or_has_no_order_cannot_be_made(
    options: dict[str, Any],
) -> None:
    plain = {"key": "x", "path": "x", "of_model": RoleGrant, "shows": ("role",)}
    assert issubclass(type("Good", (Table,), plain), Screen)
    with pytest.raises(TypeError):
        type("Bad", (Table,), {**plain, **options})


def test_a_person_is_no_plain_look_up() -> None:
    assert Person.__tablename__ not in LOOKED_AT


def test_whatever_is_kept_for_a_time_has_its_words() -> None:
    assert {f"kept_{what}" for what in DAYS} <= set(MESSAGES.texts)
    for code in MESSAGES.texts:
        asked = MESSAGES.placeholders(code)
        assert asked["id"] == asked["en"], code
