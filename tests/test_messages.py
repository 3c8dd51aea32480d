"""Every refusal has its sentence and its way out in both languages, and no sentence is left over.

The codes are read from the code itself: what is handed to `Blocker(…)`, `Problem.of(…)` and
`refuse(…)` or is the `code` of a kind of problem, also by way of a variable or of a function that
passes its own argument on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from kinerja_flow.errors import INPUTS, MESSAGES, Blocker
from kinerja_flow.services.problem_list import KIND, problems_known
from workflows.definition import LANGUAGES

ROOT = Path(__file__).parents[1] / "kinerja_flow"
MODULES = [p for p in sorted(ROOT.rglob("*.py")) if "migrations" not in p.parts]
#: Scoring refuses in the words of the template checker, scenarios
#: and the command line in words of their own.
OTHER_WORDS = (ROOT / "scoring", ROOT / "services" / "scenarios", ROOT / "cli")
#: What makes every blocker of an input speak of its field.
WAY_OUT = "input.way_out"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Use:
    """A code that some line hands on, with the names of its parameters (None: not to be told)."""

    code: str
    params: frozenset[str] | None
    place: str


def _scopes(tree: ast.Module) -> Iterator[ast.AST]:
    yield tree
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of the functions within it."""
    for node in ast.iter_child_nodes(scope):
        if not isinstance(node, Function):
            yield node
            yield from _own_nodes(node)
        else:
            yield from [*node.decorator_list, *node.args.defaults]


def _name_of(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _assigned(scope: ast.AST, name: str) -> list[ast.expr]:
    return [
        node.value
        for node in _own_nodes(scope)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id == name
    ]


def _codes(scope: ast.AST, node: ast.expr) -> list[str]:
    """The codes that an expression may come to."""
    match node:
        case ast.Constant(value=str(code)):
            return [code]
        case ast.IfExp(body=one, orelse=other):
            return _codes(scope, one) + _codes(scope, other)
        case ast.Name(id=name):
            return [code for value in _assigned(scope, name) for code in _codes(scope, value)]
        case ast.Subscript(value=ast.Name(id=name)):
            table = [v for v in _assigned(_TREES[scope], name) if isinstance(v, ast.Dict)]
            return [code for d in table for value in d.values for code in _codes(scope, value)]
    return []


def _keys(scope: ast.AST, node: ast.expr | None) -> frozenset[str] | None:
    """The keys of a dictionary that an expression comes to, where that can be read."""
    if node is None:
        return frozenset()
    if isinstance(node, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
        return frozenset(map(str, keys)) if None not in keys else None
    if isinstance(node, ast.Name):
        found = [_keys(scope, value) for value in _assigned(scope, node.id)]
        if found and None not in found:
            return frozenset().union(*(keys for keys in found if keys is not None))
    return None


_TREES: dict[ast.AST, ast.Module] = {}


def _uses_in(path: Path) -> Iterator[Use]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passing = {n.name for n in ast.walk(tree) if isinstance(n, Function) and _passes_on(n)}
    for scope in _scopes(tree):
        _TREES[scope] = tree
        for call in (node for node in _own_nodes(scope) if isinstance(node, ast.Call)):
            name = _name_of(call)
            place = f"{path.relative_to(ROOT)}:{call.lineno}"
            if name not in {"Blocker", "of", "refuse", "Fault", *passing} or not call.args:
                continue
            named = {k.arg: k.value for k in call.keywords if k.arg}
            if name in ("Blocker", "Fault"):
                position = 3 if name == "Blocker" else 1
                after = call.args[position] if len(call.args) > position else named.get("params")
                params = _keys(scope, after)
            else:
                params = frozenset(named)
            for code in _codes(scope, call.args[0]):
                yield Use(code, params, place)


def _passes_on(function: Function) -> bool:
    """Whether a function hands its own first argument on as the code of a blocker."""
    first = function.args.args[0].arg if function.args.args else None
    return any(
        isinstance(node, ast.Call)
        and _name_of(node) in ("Blocker", "refuse")
        and node.args
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id == first
        for node in ast.walk(function)
    )


@cache
def uses() -> tuple[Use, ...]:
    ours = [path for path in MODULES if not set(OTHER_WORDS) & set(path.parents)]
    found = [use for path in ours for use in _uses_in(path)]
    return tuple(use for use in found if use.code not in INPUTS.texts)


@cache
def kinds() -> frozenset[str]:
    """The codes of the kinds of problems, which have a title and no way out."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in MODULES]
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    names, size = {"Problem"}, 0
    while size < len(names):
        size = len(names)
        names |= {c.name for c in classes for b in c.bases if getattr(b, "id", "") in names}
    return frozenset(code for c in classes if c.name in names for code in _code_of(c))


def _code_of(kind: ast.ClassDef) -> Iterator[str]:
    for node in kind.body:
        match node:
            case ast.Assign(targets=[ast.Name("code")], value=ast.Constant(str(code))):
                yield code
            case ast.Assign(
                targets=[ast.Tuple([_, ast.Name("code")])],
                value=ast.Tuple([_, ast.Constant(str(code))]),
            ):
                yield code


def _wanted() -> set[str]:
    rules = {use.code for use in uses()}
    told = {one.code for one in problems_known() if one.sort == KIND}
    return {*rules, *(f"{rule}.way_out" for rule in rules), *kinds(), *told, WAY_OUT}


def test_every_code_has_its_sentences() -> None:
    missing = sorted(_wanted() - set(MESSAGES.texts))
    assert not missing


def test_no_sentence_is_left_over() -> None:
    assert not sorted(set(MESSAGES.texts) - _wanted())


@pytest.mark.parametrize("code", sorted(MESSAGES.texts))
def test_a_sentence_says_the_same_in_both_languages(code: str) -> None:
    assert set(MESSAGES.texts[code]) == set(LANGUAGES)
    assert all(text.strip() == text and text.endswith((".", "?")) for text in
               MESSAGES.texts[code].values())  # fmt: skip
    asked = MESSAGES.placeholders(code)
    assert asked["id"] == asked["en"]


def test_a_sentence_asks_only_for_what_the_code_passes() -> None:
    wrong = {
        use.place: sorted(asked - use.params)
        for use in uses()
        if use.params is not None and (asked := _asked(use.code)) - use.params
    }
    assert not wrong


def test_what_the_code_passes_is_said() -> None:
    unsaid = {
        use.place: (use.code, sorted(use.params - _asked(use.code)))
        for use in uses()
        if use.params and use.params - _asked(use.code)
    }
    assert not unsaid


def _asked(code: str) -> frozenset[str]:
    """The placeholders of a code's sentence and way out, as far as there are any."""
    said = [text for text in (code, f"{code}.way_out") if text in MESSAGES.texts]
    return frozenset().union(*(MESSAGES.placeholders(text)["id"] for text in said))


def test_the_title_of_a_kind_of_problem_asks_for_nothing() -> None:
    assert not [code for code in kinds() if MESSAGES.placeholders(code)["id"]]


def test_the_codes_are_found() -> None:
    found = {use.code for use in uses()}
    by_way_of_a_variable, by_way_of_a_function = "own_case", "plan_complete.targets"
    assert {"stale", by_way_of_a_variable, by_way_of_a_function, "no_such_step"} <= found


@pytest.mark.parametrize(
    ("language", "said"),
    [("id", "10 Desember 2026 belum tiba"), ("en", "10 December 2026 has not come yet")],
)
def test_a_day_is_said_as_people_write_it(language: str, said: str) -> None:
    params = {"day": date(2026, 12, 10), "today": date(2026, 1, 5)}
    assert said in Blocker("not_yet", "day", (), params).say(language)


CATALOGUES = [*ROOT.rglob("messages.yaml"), *ROOT.rglob("terms.yaml")]
CATALOGUES += [ROOT.parent / name / "messages.yaml" for name in ("workflows", "admin")]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: str(p.relative_to(ROOT.parent)))
def test_no_code_stands_twice(path: Path) -> None:
    """Of two sentences under one code YAML silently keeps the last."""
    codes = [line for line in path.read_text("utf-8").splitlines() if line[:1].isalpha()]
    assert len(codes) == len(set(codes)), sorted(codes)
