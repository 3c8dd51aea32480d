"""How a refusal looks in JSON: one shape for every error (RFC 9457), with what is in the way."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, json
from marshmallow import Schema, fields
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from kinerja_flow.api.fields import Count, Word
from kinerja_flow.errors import MESSAGES, Problem
from kinerja_flow.language import language
from kinerja_flow.security import request_id
from kinerja_flow.services.health import READY, readiness

MEDIA_TYPE = "application/problem+json"
#: Where each kind of problem is described.
MEANINGS = "/api/v1/problems/"


class BlockerView(Schema):
    """One thing in the way."""

    rule = Word("Stable code of the rule", like="plan_complete")
    field = Word("Name of the input, with dots between its parts", like="indicators.0.target")
    pointer = Word("The same as a JSON Pointer into the body (RFC 6901)", like="/indicators/0")
    message = Word("What is in the way, in the language of the answer")
    way_out = Word("What to do, and who can")
    lifted_by = fields.List(
        Word("A relation"), metadata={"description": "Relations who can lift it"}
    )


class ProblemView(Schema):
    """Why a request was refused; nothing of it was done."""

    type = Word("Stable address of the kind of problem", like=MEANINGS + "refused")
    status = Count("Status of the answer", like=422)
    title = Word("What kind of problem it is, in the language of the answer")
    instance = Word("This one refusal, by the id of the request", like="urn:uuid:0196...")
    request_id = Word("Id of the request, as in X-Request-ID: tell it to the operator")
    blockers = fields.List(
        fields.Nested(BlockerView), metadata={"description": "Everything in the way, together"}
    )


def told(problem: Problem) -> dict[str, Any]:
    """A refusal in the shape of `ProblemView`."""
    said = problem.as_json(language())
    blockers = [{**blocker, "pointer": _pointer(blocker["field"])} for blocker in said["blockers"]]
    return {**said, "type": MEANINGS + said["type"], "blockers": blockers}


def refused(problem: Problem) -> Response:
    answer = _as_response(told(problem))
    if problem.status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="kinerja_flow"'
    return answer


def http(error: HTTPException) -> Response:
    """An error of HTTP itself: no such address, no such method, too large."""
    status = HTTPStatus(error.code or 500)
    answer = _answer(status, status.name.lower())
    allowed = dict(error.get_headers()).get("Allow")
    if allowed is not None:
        answer.headers["Allow"] = allowed
    return answer


def database(error: SQLAlchemyError) -> Response:
    """A database that is away or not migrated is said to be so; any other error stays one."""
    found = readiness()
    if found == READY:
        raise error
    return _answer(HTTPStatus.SERVICE_UNAVAILABLE, f"database_{found}")


def _answer(status: HTTPStatus, code: str) -> Response:
    title = MESSAGES.say(code, language()) if code in MESSAGES.texts else status.phrase
    said = {"type": MEANINGS + code, "status": int(status), "title": title, "blockers": []}
    return _as_response(said)


def _as_response(said: dict[str, Any]) -> Response:
    which = {"instance": f"urn:uuid:{request_id()}", "request_id": request_id()}
    return Response(json.dumps(said | which), said["status"], mimetype=MEDIA_TYPE)


def _pointer(field: str | None) -> str | None:
    if field is None:
        return None
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in field.split("."))
