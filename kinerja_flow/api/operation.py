"""How an operation is written down in OpenAPI: what it takes, and every way it may answer."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from kinerja_flow.api.bodies import JSON, names_of
from kinerja_flow.api.downloads import BINARY
from kinerja_flow.api.uploads import FILE, MULTIPART

if TYPE_CHECKING:
    from kinerja_flow.api.noun import Contract, Noun, View

#: What any operation may answer with, beside what it answers when all is well; 409 also where it
#: reads, since a reading is kept.
ALWAYS = (400, 401, 403, 404, 409, 422, 429, 503)
WITH_BODY = (413, 415)
VERSIONED = (412, 428)
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9]{1,18}"$'},
    "description": "The ETag of the version that the caller saw",
    "example": '"7"',
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "pattern": "^[!-~]{1,40}$"},
    "description": "The same request under the same key has one effect; other requests are refused",
}


def described(noun: Noun, view: View, contract: Contract) -> View:
    """The view with all that OpenAPI says of it, in one piece: a decorator for each answer would
    stand around every call."""
    doc: dict[str, Any] = {
        "operationId": f"{noun.name}_{view.__name__}",
        "parameters": _parameters(contract),
        "responses": _responses(contract),
        **({"security": []} if contract.by == "anybody" else {}),
        **contract.says,
    }
    if content := _content(contract):
        doc["requestBody"] = {"required": True, "content": content}
    written: View = noun.doc(**doc)(view)
    return written


def _content(contract: Contract) -> dict[str, Any]:
    """What the body may be: JSON, or the fields of a form with a file."""
    found: dict[str, Any] = {}
    if contract.takes is not None:
        found[JSON] = {"schema": contract.takes}
    if contract.uploads is not None:
        found[MULTIPART] = {"schema": _with_file(type(contract.uploads))}
    return found


@lru_cache(maxsize=32)
def _with_file(form: type[Schema]) -> type[Schema]:
    said = {"type": "string", "format": "binary", "description": "The file, under its name"}
    part = fields.Raw(required=True, metadata=said)
    return type(form.__name__.removesuffix("Form") + "UploadForm", (form,), {FILE: part})


def _file(kind: str) -> dict[str, Any]:
    """What a file holds: of one in JSON so much, of others their bytes."""
    return {"type": "object"} if kind == JSON else BINARY


def _responses(contract: Contract) -> dict[str, Any]:
    """What it answers when all is well, and the shared description of each refusal."""
    well: dict[str, Any] = {"description": HTTPStatus(contract.status).phrase}
    if contract.returns is not None:
        well["content"] = {JSON: {"schema": contract.returns}}
    if contract.files:
        well["content"] = {kind: {"schema": _file(kind)} for kind in contract.files}
    if headers := _headers(contract):
        well["headers"] = headers
    refused = {str(status): HTTPStatus(status).name for status in refusals(contract)}
    return {str(contract.status): well, **refused}


def refusals(contract: Contract) -> tuple[int, ...]:
    """Every status with which the operation may refuse."""
    return (
        *ALWAYS,
        *(WITH_BODY if _content(contract) else ()),
        *(VERSIONED if contract.versioned else ()),
    )


def _headers(contract: Contract) -> dict[str, Any]:
    """The ETag of an answer that has a version; whoever had to say which one they saw gets the
    next one."""
    if contract.returns is None:
        return {}
    if not contract.versioned and "version" not in contract.returns().fields:
        return {}
    return {"ETag": {"schema": {"type": "string"}, "description": "Its version, for If-Match"}}


def _fields(contract: Contract) -> dict[str, Any]:
    """The parameter that chooses fields: any of those that the record has."""
    assert contract.returns is not None
    names = sorted(names_of(contract.returns()))
    return {
        "in": "query",
        "name": "fields",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": {"type": "string", "enum": names}},
        "description": "The fields wanted of each record, with commas between them; else all",
    }


def _parameters(contract: Contract) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if contract.asks is not None:
        found.append({"in": "query", "schema": contract.asks})
    if contract.returns is not None:
        found.append(_fields(contract))
    if contract.versioned:
        found.append(IF_MATCH)
    if contract.keyed:
        found.append(KEY)
    return found
