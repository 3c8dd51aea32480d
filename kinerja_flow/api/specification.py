"""The document of the API, OpenAPI 3.1: made when it is first asked for, once in a process."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import Any

from flask import Flask, json
from flask_smorest import Api, Blueprint

from kinerja_flow.api.links import linked
from kinerja_flow.api.meanings import meant
from kinerja_flow.api.problems import MEDIA_TYPE, ProblemView
from kinerja_flow.api.shapes import shape
from workflows.fields import Listed
from workflows.kinds import Given

#: What each status of a refusal means.
MEANT = {
    HTTPStatus.BAD_REQUEST: "The request can't be read",
    HTTPStatus.UNAUTHORIZED: "Nobody can tell who asks",
    HTTPStatus.FORBIDDEN: "The caller may not do this",
    HTTPStatus.NOT_FOUND: "There is none, or the caller may not know whether there is",
    HTTPStatus.CONFLICT: "The record is not in a state for this, or another act came first",
    HTTPStatus.PRECONDITION_FAILED: "The caller saw an older version",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not of a kind that is taken",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something is not right, or still missing: see `blockers`",
    HTTPStatus.PRECONDITION_REQUIRED: "The header If-Match is missing",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests; Retry-After says when to come back",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database is away",
}
DESCRIPTION = """\
Every act on a case goes through `POST /cases/{case_id}/actions/{name}`; nothing sets a state.
Errors are `application/problem+json`. Instants are UTC, days those of the agency, numbers that must
be exact are text. Send `If-Match` with the ETag that you saw, and `Idempotency-Key` to send a
request again without doing it twice."""


class _Document(Api):
    """flask-smorest's, but that errors are answered for the whole application elsewhere, that every
    operation says its own errors, and that all of them have the one shape."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        content = {MEDIA_TYPE: {"schema": ProblemView}}
        for status, meaning in MEANT.items():
            said = {"description": meaning, "content": content}
            self.spec.components.response(status.name, said, lazy=True)


@lru_cache(maxsize=1)
def written(nouns: tuple[Blueprint, ...]) -> str:
    """The document as JSON. It is made beside the application, whose start need not wait for it."""
    beside = Flask(__name__, static_folder=None)
    beside.config.update(API_TITLE="kinerja_flow", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    bearer = {"type": "http", "scheme": "bearer", "description": "A service token"}
    said = {"info": {"description": DESCRIPTION}, "security": [{"token": []}]}
    document = _Document(beside, spec_kwargs=said)
    document.spec.components.security_scheme("token", bearer)
    document.ma_plugin.converter.add_attribute_function(_given)
    for noun in nouns:
        document.register_blueprint(noun)
    return json.dumps(meant(linked(document.spec.to_dict())))


def _given(converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    if isinstance(field, Listed):
        items = converter.field2property(field.inner)
        return {"type": "array", "items": items, "minItems": field.least, "maxItems": field.most}
    return shape(field) if isinstance(field, Given) else {}
