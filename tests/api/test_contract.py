"""The document is true: whatever is sent, no answer is one that it does not describe."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.api import contract
from tests.api.contract import CHECKS, ROLES
from tests.api.portal import Portal
from tests.builders import table

pytestmark = [pytest.mark.slow, pytest.mark.portable]

NIGHTLY = os.environ.get("KINERJA_NIGHTLY") == "1"
#: Examples of each operation in each mode and turn. In a turn every operation is asked by one role,
#: in five by all.
EXAMPLES = 12 if NIGHTLY else 1
TURNS = range(len(ROLES) if NIGHTLY else 1)
#: How many requests a turn sends, at the least: one for each operation that can be sent wrongly.
LEAST = 140 * (5 if NIGHTLY else 1)


def known(portal: Portal) -> dict[str, list[str]]:
    """Ids that there are, by the name of the parameter that takes them."""
    world = portal.world
    actions = ["submit_plan", "approve_plan", "return_plan", "judge"]
    return {
        "case_id": [str(world.cases[name]) for name in ("sari", "tia", "chief")],
        "cycle_id": [str(world.cycle_id)],
        "unit_id": [str(one["id"]) for one in table("units")],
        "template_id": [str(one["id"]) for one in table("template_versions")],
        "code": ["refused", "plan_complete"],
        "kind": ["results", "plans", "follow_ups"],
        "key": ["small", "nasional"],
        "person_id": [str(world.people[name]) for name in ("sari", "tia", "officer")],
        "name": actions,
    }


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_answer_is_one_that_the_document_does_not_describe(
    portal: Portal, mode: GenerationMode, turn: int
) -> None:
    portal.books.plan("sari")
    headers, ids = contract.headers(portal), known(portal)
    sent = 0
    for place, operation in enumerate(contract.operations(portal.app), turn):
        sent += _attack(operation, mode, headers[ROLES[place % len(ROLES)]], ids)
    assert sent >= LEAST


def _attack(operation: Any, mode: GenerationMode, headers: Any, ids: Any) -> int:
    """How many requests were sent to the operation, none of which was answered wrongly."""
    answered = []

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(operation.as_strategy(generation_mode=mode), st.randoms(use_true_random=False))
    def each(case: Any, chance: Any) -> None:
        for name in (case.path_parameters or {}).keys() & ids.keys():
            if chance.random() < 0.7:
                case.path_parameters[name] = chance.choice(ids[name])
        answered.append(case.validate_response(case.call(headers=headers), checks=CHECKS))

    # An operation that takes nothing has nothing that could be sent wrongly.
    with suppress(Unsatisfiable):
        each()
    return len(answered)


def test_each_operation_is_named_once_and_says_what_it_is(portal: Portal) -> None:
    said = portal.app.test_client().get("/api/v1/openapi.json").json
    operations = [
        one for path in said["paths"].values() for one in path.values() if isinstance(one, dict)
    ]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names)) and all(one.get("summary") for one in operations)


def test_each_field_of_an_answer_says_what_it_means(portal: Portal) -> None:
    said = portal.app.test_client().get("/api/v1/openapi.json").json
    silent = [
        f"{view}.{name}"
        for view, told in said["components"]["schemas"].items()
        if view.endswith("View")
        for name, one in told["properties"].items()
        if "description" not in one and "$ref" not in one
    ]
    assert not silent
