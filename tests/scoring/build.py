"""Steps and material for the tests of scoring, written as a template would write them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kinerja_flow.scoring import (
    SCORING,
    Answer,
    IndicatorRow,
    Material,
    Node,
    PlanRow,
    Score,
    Statement,
    evaluate,
)
from workflows.definition import Call, Label, Scale, Step
from workflows.fields import schema_of
from workflows.names import Names
from workflows.vocabulary import Vocabulary

EXPECTATION = Scale(
    "ekspektasi",
    Label("Ekspektasi", "Expectation"),
    (
        ("di_bawah", Label("Di bawah ekspektasi", "Below expectation")),
        ("sesuai", Label("Sesuai ekspektasi", "As expected")),
        ("di_atas", Label("Di atas ekspektasi", "Above expectation")),
    ),
)
PREDIKAT = Scale(
    "predikat",
    Label("Predikat", "Rating"),
    (
        ("sangat_kurang", Label("Sangat Kurang", "Very poor")),
        ("kurang", Label("Kurang", "Poor")),
        ("butuh_perbaikan", Label("Butuh Perbaikan", "Needs improvement")),
        ("cukup", Label("Cukup", "Fair")),
        ("baik", Label("Baik", "Good")),
        ("sangat_baik", Label("Sangat Baik", "Very good")),
    ),
)
POINTS = Scale(
    "angka", Label("Angka", "Points"), tuple((str(n), Label(str(n), str(n))) for n in range(1, 6))
)
SCALES = {scale.key: scale for scale in (EXPECTATION, PREDIKAT, POINTS)}

Row = tuple[str, str, Mapping[str, Any]]


class Everything(tuple[str, ...]):
    """The names of a template that declares whatever is mentioned."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return True


def params(rule: str, given: Mapping[str, Any], nodes: tuple[str, ...] = ()) -> dict[str, Any]:
    """The parameters as the checker of templates loads them."""
    kinds = ("instrument", "indicator", "relation", "scale", "field", "level", "option")
    known = dict.fromkeys(kinds, Everything())
    parents = {"appraisal": None, "checkpoint": "appraisal"}
    with Names(Vocabulary(), known, {}, {}, parents, nodes=list(nodes)).current():
        return dict(schema_of(SCORING[rule].params).load(given))


def steps(*rows: Row) -> tuple[Step, ...]:
    made: list[Step] = []
    for node, rule, given in rows:
        earlier = tuple(step.node for step in made)
        text = node.replace("_", " ").capitalize()
        made.append(Step(node, Label(text, text), Call(rule, params(rule, given, earlier))))
    return tuple(made)


def score(material: Material, *rows: Row) -> Score:
    return evaluate(steps(*rows), material)


def last(material: Material, *rows: Row) -> Node:
    root = score(material, *rows).tree
    assert root is not None
    return root


def q(value: str | int | Decimal) -> Fraction:
    return Fraction(value)


def indicator(
    realisation: str | int | None, target: str | int | None = 100, **rest: Any
) -> IndicatorRow:
    given = {"realisation": realisation, "target": target}
    given |= {name: rest.pop(name) for name in ("upper", "baseline") if name in rest}
    numbers: Any = {name: None if value is None else q(value) for name, value in given.items()}
    name = rest.pop("id", "i1")
    return IndicatorRow(name, rest.pop("title", f"IKI {name}"), **numbers, **rest)


def item(name: str, *rows: IndicatorRow, weight: str | int | None = None, **rest: Any) -> PlanRow:
    return PlanRow(
        name, f"RHK {name}", weight=None if weight is None else q(weight), indicators=rows, **rest
    )


def answers(given: Mapping[str, Mapping[str, list[Any]]]) -> Material:
    """Material with {relation: {criterion: values}} given to the instrument "umpan_balik"."""
    made = tuple(
        Answer("umpan_balik", relation, criterion, q(value))
        for relation, criteria in given.items()
        for criterion, values in criteria.items()
        for value in values
    )
    keys = sorted({criterion for criteria in given.values() for criterion in criteria})
    return Material(answers=made, criteria={"umpan_balik": tuple(keys)}, scales=SCALES)


def said(reason: bool = False, **fields: Any) -> Material:
    """Material in which each field was stated through the action "menilai"."""
    statements = {
        field: Statement(value, "menilai", 7, "a" * 64 if reason else None)
        for field, value in fields.items()
    }
    return Material(statements=statements, scales=SCALES)


def number(value: str | int | Decimal) -> Material:
    """Material whose plan comes to this value, up to the cap of `NUMBER`."""
    return Material(plan=(item("a", indicator(str(value))),), scales=SCALES)


#: A first step that makes the number of `number(…)`.
NUMBER: Row = ("angka", "plan_achievement", {"cap": 1000})
