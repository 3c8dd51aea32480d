"""The document is true: whatever is sent, no answer is one that it does not describe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as held

from tests.api.portal import Portal
from tests.builders import table

pytestmark = [pytest.mark.slow, pytest.mark.portable]

ROLES = ("sari", "chief", "officer", "head", "nobody")
CHECKS = [
    not_a_server_error,
    held.status_code_conformance,
    held.content_type_conformance,
    held.response_headers_conformance,
    held.response_schema_conformance,
    held.negative_data_rejection,
]
REFUSED = ["400", "401", "403", "404", "405", "409", "412", "415", "422", "428"]
#: Who calls is ours to say.
CONFIG = schemathesis.Config.from_dict(
    {
        "generation": {"with-security-parameters": False},
        "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}},
    }
)
#: Examples of each operation, for each role, in each mode.
EXAMPLES = 12 if os.environ.get("KINERJA_NIGHTLY") == "1" else 1


def _operations(portal: Portal) -> Iterator[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", portal.app, config=CONFIG)
    for found in schema.get_all_operations():
        yield found.ok()


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


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_answer_is_one_that_the_document_does_not_describe(
    portal: Portal, role: str, mode: GenerationMode
) -> None:
    portal.books.plan("sari")
    headers = {} if role == "nobody" else portal.as_(role).headers
    ids = known(portal)
    for operation in _operations(portal):
        _attack(operation, mode, headers, ids)


def _attack(operation: Any, mode: GenerationMode, headers: Any, ids: Any) -> None:
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
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    # An operation that takes nothing has nothing that could be sent wrongly.
    with suppress(Unsatisfiable):
        each()


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


def test_the_id_of_a_record_leads_on(portal: Portal) -> None:
    said = portal.app.test_client().get("/api/v1/openapi.json").json
    links = said["paths"]["/api/v1/cases"]["get"]["responses"]["200"]["links"]
    assert set(links) >= {"cases_one", "cases_actions", "plans_one"}
