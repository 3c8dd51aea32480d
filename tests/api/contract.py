"""What the document promises of every answer, and who asks."""

from __future__ import annotations

from functools import cache
from typing import Any

import schemathesis
from flask import Flask
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as held

from tests.api.portal import Portal

ROLES = ("sari", "chief", "officer", "head", "nobody")
REFUSED = ["400", "401", "403", "404", "405", "409", "412", "415", "422", "428"]
PATH = "/api/v1/openapi.json"
#: Who calls is ours to say, and which links there are.
CONFIG: dict[str, Any] = {
    "phases": {"stateful": {"inference": {"algorithms": []}}},
    "generation": {"with-security-parameters": False},
    "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}},
}


def says_its_version_as_described(context: Any, response: Any, case: Any) -> bool | None:
    """An ETag comes where the document says so, and nowhere else."""
    if response.status_code < 300:
        described = case.operation.responses.find_by_status_code(response.status_code)
        said = "ETag" in described.definition.get("headers", {})
        assert said == ("etag" in response.headers), f"ETag: {said} by the document"
    return None


CHECKS = [
    not_a_server_error,
    held.status_code_conformance,
    held.content_type_conformance,
    held.response_headers_conformance,
    held.response_schema_conformance,
    held.negative_data_rejection,
    says_its_version_as_described,
]


@cache
def schema_of(app: Flask) -> Any:
    """The document as schemathesis reads it, once for each application."""
    config = schemathesis.Config.from_dict(CONFIG)
    return schemathesis.openapi.from_wsgi(PATH, app, config=config)


@cache
def walked(app: Flask) -> Any:
    """The same for walks, that send no filters: what is found by them leads to less."""
    document = app.test_client().get(PATH).json
    for found in document["paths"].values():
        for told in found.values():
            if isinstance(told, dict) and "parameters" in told:
                told["parameters"] = [one for one in told["parameters"] if one["in"] != "query"]
    generation = {**CONFIG["generation"], "mode": "positive"}
    config = schemathesis.Config.from_dict({**CONFIG, "generation": generation})
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app, schema.location = app, PATH
    return schema


@cache
def operations(app: Flask) -> tuple[Any, ...]:
    return tuple(found.ok() for found in schema_of(app).get_all_operations())


def name_of(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


def headers(portal: Portal) -> dict[str, dict[str, str]]:
    """What each role sends along, so that it is known who calls."""
    signed = {role: dict(portal.as_(role).headers) for role in ROLES if role != "nobody"}
    return {**signed, "nobody": {}}
