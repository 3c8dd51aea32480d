"""How an answer is sent: its fields, its version, and that nothing on the way keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response, json

from kinerja_flow.api.bodies import JSON
from kinerja_flow.errors import Problem
from kinerja_flow.policy import Actor
from kinerja_flow.services.case_list import as_told

NO_CONTENT = 204


def replied(status: int, said: Mapping[str, Any], wanted: frozenset[str] | None) -> Response:
    """What was done as JSON, with the version of the record as its ETag; or nothing."""
    if status == NO_CONTENT:
        answer = Response(status=status)
    else:
        body = said["body"] if wanted is None else _chosen(said["body"], wanted)
        answer = Response(json.dumps(body, ensure_ascii=False), status, mimetype=JSON)
    if said["version"] is not None:
        answer.headers["ETag"] = f'"{said["version"]}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _chosen(body: Mapping[str, Any], wanted: frozenset[str]) -> dict[str, Any]:
    if "items" in body:
        return {**body, "items": [_chosen(item, wanted) for item in body["items"]]}
    return {name: value for name, value in body.items() if name in wanted}


def as_heard(actor: Actor, path: Mapping[str, Any], verb: Callable[[], Any]) -> Any:
    """What the verb answers; its refusals as the caller may hear them."""
    try:
        return verb()
    except Problem as problem:
        case_id = path.get("case_id")
        if not isinstance(case_id, UUID):
            raise
        told = as_told(problem, case_id, actor)
        if told is problem:
            raise
        raise told from problem
