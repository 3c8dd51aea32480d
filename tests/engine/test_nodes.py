"""Sources that are laid side by side agree up to the limit, and what is missing agrees with all."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kinerja_flow.rules import RULES, Ask
from kinerja_flow.scoring import Score
from kinerja_flow.scoring.node import NUMBER, Node
from tests.engine.facts import facts
from workflows.definition import Label


def _node(name: str, value: str | None) -> Node:
    text = Label(name, name)
    number = None if value is None else Fraction(value)
    return Node(name, text, "test", 1, NUMBER, number, text, {}, text)


def _apart(within: str, **values: str | None) -> list[float]:
    known = facts("drafting")
    known._score = Score({name: _node(name, value) for name, value in values.items()})
    ask = Ask(known, next(iter(known.machine.actions.values())))
    params = {"nodes": list(values), "within": Fraction(within)}
    return [b.params["apart"] for b in RULES["nodes_agree"].blockers(ask, params)]


@pytest.mark.parametrize(
    ("within", "values", "apart"),
    [
        # the limit itself still agrees, and nothing is rounded before it is asked
        ("25", {"a": "100", "b": "75"}, []),
        ("25", {"a": "100", "b": "224999/3000"}, [pytest.approx(25, abs=1e-2)]),
        # the widest pair counts, whatever lies between
        ("25", {"a": "60", "b": "80", "c": "100"}, [40]),
        ("0", {"a": "1/3", "b": "1/3"}, []),
        # one source alone, or none, contradicts nobody: missing is not zero
        ("25", {"a": "100", "b": None}, []),
        ("25", {"a": None, "b": None}, []),
        ("25", {"a": "100", "b": "0"}, [100]),
    ],
)
def test_numbers_agree_up_to_the_limit(
    within: str, values: dict[str, str | None], apart: list[float]
) -> None:
    assert _apart(within, **values) == apart


@pytest.mark.parametrize(("value", "codes"), [("0", []), (None, ["node_known"])])
def test_a_node_is_known_when_it_has_a_value_and_zero_is_one(
    value: str | None, codes: list[str]
) -> None:
    known = facts("drafting")
    known._score = Score({"a": _node("a", value)})
    ask = Ask(known, next(iter(known.machine.actions.values())))
    assert [b.rule for b in RULES["node_known"].blockers(ask, {"node": "a"})] == codes
