"""Random sound templates, random acts: the engine does what the template says and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import count
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kinerja_flow import clock
from kinerja_flow.services.templates import read_template
from tests.conftest import NIGHTLY, PARAMS
from tests.engine.walks import RATING, Walker, decorated
from tests.engine.world import START, build
from tests.workflows.strategies import sound_templates, written
from workflows import MoveError, compile_machine, fire
from workflows.definition import Call

pytestmark = pytest.mark.slow

ON_SQLITE = [param for param in PARAMS if param.id == "sqlite"]
ON_POSTGRESQL = [param for param in PARAMS if param.id == "postgresql"]

#: Conditions that are true at one time and false at another; a branch may ask for any of them.
CONDITIONS: tuple[Any, ...] = (
    "received",
    "has_result",
    "plan_complete",
    {"window_open": {"window": "rating"}},
    {"field_given": {"field": "level"}},
    {"field_is": {"field": "level", "value": "3"}},
    {"done": {"action": "rate"}},
    {"somebody_is": {"relation": "reviewer"}},
)
#: Requirements that can always be satisfied, so that none holds a case up for ever.
REQUIREMENTS: tuple[Any, ...] = (
    "plan_complete",
    {"weights_total": {"total": 100}},
    {"somebody_is": {"relation": "assessor"}},
    "progress_recorded",
)
EFFECTS: tuple[Any, ...] = ({"sign": {"subject": "plan"}},)
RELATIONS = ("employee", "assessor", "reviewer", "hr")
TEMPLATES = sound_templates(
    relations=RELATIONS,
    conditions=CONDITIONS,
    effects=EFFECTS,
    requirements=REQUIREMENTS,
    most_states=5,
)
#: Each step is a seed of its own, so that a failing walk gets shorter by leaving steps out.
STEPS = st.lists(st.integers(0, 2**16), min_size=4, max_size=40 if NIGHTLY else 16)
FRESH = count()


def walk(app: Flask, data: dict[str, Any], seed: int, steps: list[int]) -> None:
    source = written(decorated(data, Random(seed)))
    with app.app_context(), clock.at(START):
        key = f"kota{next(FRESH)}"
        world = build(source, key=key, of=("sari", "officer"), spans={"rating": RATING})
        walker = Walker.starting(world)
        for step in steps:
            walker.step(Random(step))
        walker.check()


COMMON: dict[str, Any] = {
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    # Making a failing walk shorter takes minutes: the nightly run does.
    "phases": tuple(Phase) if NIGHTLY else (Phase.explicit, Phase.reuse, Phase.generate),
}


@pytest.mark.parametrize("database", ON_SQLITE, indirect=True)
@settings(**COMMON)
@given(data=TEMPLATES, seed=st.integers(0, 2**16), steps=STEPS)
def test_the_engine_does_what_a_template_says(
    app: Flask, data: dict[str, Any], seed: int, steps: list[int]
) -> None:
    walk(app, data, seed, steps)


@pytest.mark.parametrize("database", ON_POSTGRESQL, indirect=True)
@settings(max_examples=200 if NIGHTLY else 8, **COMMON)
@given(data=TEMPLATES, seed=st.integers(0, 2**16), steps=STEPS)
def test_the_engine_does_what_a_template_says_on_postgresql(
    app: Flask, data: dict[str, Any], seed: int, steps: list[int]
) -> None:
    walk(app, data, seed, steps)


@dataclass
class Row:
    state: str


def _is_in(true: set[str], call: Call) -> bool:
    return repr(call) in true


@settings(**COMMON)
@given(data=TEMPLATES, seed=st.integers(0, 2**16))
def test_machine_and_table_agree(data: dict[str, Any], seed: int) -> None:
    """From every state by every action, whatever the conditions say."""
    chance = Random(seed)
    definition = read_template(written(decorated(data, chance)))
    for machine in definition.machines.values():
        compiled = compile_machine(definition, machine.name)
        for state in machine.states:
            for action in machine.actions.values():
                asked = {repr(branch.when) for branch in action.branches if branch.when}
                true = {call for call in sorted(asked) if chance.random() < 0.5}
                holds = partial(_is_in, true)
                row = Row(state)
                if state not in action.sources:
                    assert (state, action.name) not in compiled.table
                    with pytest.raises(MoveError):
                        fire(compiled, row, action.name, holds)
                    assert row.state == state
                    continue
                fits = [b.state for b in action.branches if not b.when or repr(b.when) in true]
                expected = fits[0] if fits else state
                assert fire(compiled, row, action.name, holds) == expected
                assert expected in compiled.table[state, action.name]
