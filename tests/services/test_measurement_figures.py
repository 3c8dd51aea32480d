"""Figures from measurements: exact, and the same in whatever order values and corrections come."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from statistics import mean, median
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_flow.db import reading
from kinerja_flow.models import Case
from kinerja_flow.scoring.sources import Figure, Sources, aggregated, by_trust
from kinerja_flow.workflow import load_many, load_one
from kinerja_flow.workflow.measurements import still_held
from tests.engine.test_sets import counted
from tests.engine.world import rows
from tests.services.measured import Measuring, measuring
from workflows.measured import AGGREGATES, SELF_REPORT, Measured, Within

pytestmark = pytest.mark.slow

__all__ = ["measuring"]

VALUES = st.lists(st.fractions(-1000, 1000, max_denominator=10**6), min_size=1, max_size=30)


def naive(method: Measured, values: list[Fraction]) -> Fraction:
    """The figure by the textbook."""
    if method.aggregate == "share_within":
        assert method.within is not None
        low, high = method.within.low, method.within.high
        inside = [v for v in values if (low is None or low <= v) and (high is None or v <= high)]
        return Fraction(100 * len(inside), len(values))
    by_name = {"sum": lambda: sum(values, Fraction()), "mean": lambda: mean(values)}
    by_name["median"] = lambda: median(values)
    return Fraction(by_name[method.aggregate]())


LIMITS = st.one_of(
    st.builds(lambda limit: Within(low=limit), st.fractions(-10, 10)),
    st.builds(lambda limit: Within(high=limit), st.fractions(-10, 10)),
    st.builds(lambda low, size: Within(low, low + size), st.fractions(-10, 10), st.fractions(0, 9)),
)


@given(VALUES, st.sampled_from(AGGREGATES), LIMITS, st.randoms(use_true_random=False))
def test_a_figure_is_that_of_the_textbook_in_any_order(
    values: list[Fraction], aggregate: str, within: Within, chance: random.Random
) -> None:
    method = Measured(aggregate, within if aggregate == "share_within" else None)
    found = aggregated(method, values)
    assert found == naive(method, values)
    chance.shuffle(values)
    assert aggregated(method, values) == found


@pytest.mark.parametrize(
    ("within", "values", "expected"),
    [
        (Within(high=Fraction(24)), [24, "24.000001", 23], "200/3"),
        (Within(low=Fraction(24)), [24, "23.999999", 25], "200/3"),
        (Within(Fraction(2), Fraction(8)), [2, 8, "1.999999", "8.000001"], "50"),
    ],
)
def test_a_limit_is_inside(within: Within, values: list[Any], expected: str) -> None:
    method = Measured("share_within", within)
    assert aggregated(method, [Fraction(v) for v in values]) == Fraction(expected)


def chains(lengths: list[int], values: list[Fraction | None]) -> list[SimpleNamespace]:
    """Measurements with as many corrections as `lengths` says, each with the next value."""
    made, left = [], iter(values)
    for length in lengths:
        before = None
        for place in range(length + 1):
            value = next(left, Fraction(place))
            first = before is None
            row = SimpleNamespace(
                id=uuid4(), corrects_id=before, value=value or Fraction() if first else value
            )
            made.append(row)
            before = row.id
    return made


@given(
    st.lists(st.integers(0, 4), min_size=1, max_size=8),
    st.lists(st.one_of(st.none(), st.fractions(0, 9)), max_size=40),
    st.randoms(use_true_random=False),
)
def test_the_last_of_each_chain_counts_in_whatever_order_rows_are_read(
    lengths: list[int], values: list[Fraction | None], chance: random.Random
) -> None:
    made = chains(lengths, values)
    last = {row.id for row in made} - {row.corrects_id for row in made}
    expected = sorted(row.value for row in made if row.id in last and row.value is not None)
    chance.shuffle(made)
    assert sorted(row.value for row in still_held(made)) == expected


@given(st.permutations(["b", "a", "d", "c", SELF_REPORT]))
def test_figures_stand_in_order_of_trust(order: list[str]) -> None:
    method = Measured("sum", sources=("d", "b"))
    figures = [Figure(source, Fraction(1)) for source in order]
    assert [f.source for f in by_trust(method, figures)] == ["d", "b", "a", "c", SELF_REPORT]


@pytest.mark.parametrize(
    ("tolerance", "values", "expected"),
    [
        ("0", [1], False),
        ("0", [1, 1], False),
        ("0", [1, "1.000001"], True),
        ("1", [1, 2], False),
        ("1", [1, 2, "2.1"], True),
        ("0", [], False),
    ],
)
def test_more_than_the_tolerance_is_a_contradiction(
    tolerance: str, values: list[Any], expected: bool
) -> None:
    figures = tuple(Figure(f"s{n}", Fraction(v)) for n, v in enumerate(values))
    method = Measured("mean", tolerance=Fraction(tolerance))
    assert Sources(method, figures).is_contradicted is expected


# --- through the services -------------------------------------------------------------------------

KEYS = ("lama_dokumen", "keluhan_tepat", "kehadiran")
METHODS = {
    "lama_dokumen": Measured("median"),
    "keluhan_tepat": Measured("share_within", Within(high=Fraction(24))),
    "kehadiran": Measured("sum"),
}


@dataclass
class Sent:
    """A value with what it is corrected to, one after another; None takes it back."""

    key: str
    source: str
    day: str
    values: list[str | None]

    @property
    def last(self) -> Fraction | None:
        said = self.values[-1]
        return None if said is None else Fraction(said)


def story(chance: random.Random) -> list[Sent]:
    def one() -> Sent:
        values: list[str | None] = [f"{chance.randint(0, 60)}.{chance.randint(0, 999999):06}"]
        values += [
            chance.choice([None, str(chance.randint(0, 60))])
            for _ in range(chance.choice([0, 0, 1, 3]))
        ]
        day = chance.choice(["2025-12-31", "2026-01-01", "2026-03-15", "2026-06-30"])
        return Sent(chance.choice(KEYS), chance.choice(["simpel", "lapor"]), day, values)

    return [one() for _ in range(25)]


def play(measuring: Measuring, of: str, told: list[Sent], chance: random.Random) -> None:
    """The values of a story in a random order and in random batches, corrections in between."""
    chance.shuffle(told)
    waiting = [one for one in told if one.day >= "2026"]
    due: list[tuple[UUID, Sent, int]] = []
    while waiting or due:
        if waiting and chance.random() < 0.6:
            batch = [waiting.pop() for _ in range(min(len(waiting), chance.randint(1, 6)))]
            entries = [
                measuring.entry(of, key=s.key, source=s.source, at=s.day, value=s.values[0])
                for s in batch
            ]
            ids = measuring.kept(*entries)
            due += [(i, s, 1) for i, s in zip(ids, batch, strict=True) if len(s.values) > 1]
        elif due:
            known, one, place = due.pop(chance.randrange(len(due)))
            later = measuring.correct(known, one.values[place])
            if place + 1 < len(one.values):
                due.append((later, one, place + 1))


def expected(told: list[Sent], key: str) -> dict[str, Fraction]:
    found: dict[str, list[Fraction]] = {}
    for one in told:
        if one.key == key and one.day >= "2026" and one.last is not None:
            found.setdefault(one.source, []).append(one.last)
    return {source: naive(METHODS[key], values) for source, values in found.items()}


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_arrival_and_correction_gives_the_figures_of_the_textbook(
    measuring: Measuring, seed: int
) -> None:
    chance = random.Random(seed)
    told = story(chance)
    for of in ("sari", "tia"):
        play(measuring, of, list(told), chance)
    for key in KEYS:
        found = [
            {f.source: f.value for f in measuring.read(of)[key].figures} for of in ("sari", "tia")
        ]
        assert found[0] == found[1] == expected(told, key), key
        digests = {measuring.read(of)[key].digest for of in ("sari", "tia")}
        assert len(digests) == 1


def scores(measuring: Measuring, ids: list[UUID], one_by_one: bool) -> dict[UUID, Any]:
    agency = measuring.world.agency_id

    def needs(*_: object) -> frozenset[str]:
        return frozenset({"people", "material"})

    with reading() as session:
        if one_by_one:
            loaded = [load_one(session, agency, case_id, needs) for case_id in ids]
        else:
            loaded = load_many(session, agency, ids, needs)
        return {facts.case.id: (facts.material.plan, facts.score()) for facts in loaded}


@pytest.mark.parametrize("seed", range(2))
def test_one_case_or_many_are_scored_alike(measuring: Measuring, seed: int) -> None:
    chance = random.Random(seed)
    for of in ("sari", "tia", "uli"):
        play(measuring, of, story(chance), chance)
    ids = list(measuring.world.cases.values())
    assert scores(measuring, ids, True) == scores(measuring, ids, False)


def test_many_cases_and_many_values_take_as_many_queries_as_few(measuring: Measuring) -> None:
    ids = list(measuring.world.cases.values())
    sent = []
    for many in (1, 40):
        for of in measuring.world.cases:
            entries = (measuring.entry(of, key=key) for key in KEYS for _ in range(many))
            measuring.kept(*entries)
        for part in (ids[:1], ids):
            with counted() as statements:
                scores(measuring, part, False)
            sent.append(len(statements))
    assert len(set(sent)) == 1, sent


def test_recording_many_takes_as_many_queries_as_few(measuring: Measuring) -> None:
    sent = []
    for many in (1, 300):
        entries = [
            measuring.entry(of, at=f"2026-03-{day % 28 + 1:02}")
            for day in range(many)
            for of in ("sari", "tia")
        ]
        measuring.send(measuring.entry())
        with counted() as statements:
            measuring.kept(*entries)
        sent.append(len(statements))
    assert sent[0] == sent[1]


def test_telling_many_rated_cases_takes_as_many_queries_as_one(measuring: Measuring) -> None:
    sent, work_unit = [], _unit(measuring)
    first, second = (
        measuring.kept(_of_unit(measuring, work_unit, at=day))[0]
        for day in ("2026-03-01", "2026-03-08")
    )
    measuring.rate("sari")
    for known in (first, second):
        with counted() as statements:
            measuring.correct(known, 3)
        sent.append(len(statements))
        if known is first:
            for of in ("tia", "uli", "vina"):
                measuring.rate(of)
    assert sent[0] == sent[1]


def _unit(measuring: Measuring) -> UUID:
    return next(row.unit_id for row in rows(Case, id=measuring.world.cases["sari"]))


def _of_unit(measuring: Measuring, unit: UUID, **said: Any) -> dict[str, Any]:
    return measuring.entry(person=None, work_unit=unit, key="angkut_sampah", **said)
