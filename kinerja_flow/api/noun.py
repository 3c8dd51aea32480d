"""The contract that every operation of the API keeps, stated once.

An operation is a function of a `Call` and of what its address names. Around it stands, in this
order: who calls and whether their token's scopes hold it; query, body, version and key, each
refused with everything that is wrong; the verb, once per key; the answer by its schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Any
from uuid import UUID

from flask import Response, json, request
from flask_smorest import Blueprint
from marshmallow import Schema

from kinerja_flow.api import bodies, uploads
from kinerja_flow.api.callers import CALLERS
from kinerja_flow.api.downloads import BYTES, sent
from kinerja_flow.api.downloads import File as File
from kinerja_flow.api.operation import described
from kinerja_flow.api.replies import NO_CONTENT as NO_CONTENT
from kinerja_flow.api.replies import as_heard, replied
from kinerja_flow.files import Upload
from kinerja_flow.policy import Actor
from kinerja_flow.services.case_list import one_case
from kinerja_flow.services.forms import Form
from kinerja_flow.services.once import Asked, once

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who calls, and what they sent. `version` is the one that they saw."""

    actor: Actor
    query: Mapping[str, Any]
    body: Any = None
    version: int | None = None
    key: str | None = None
    file: Upload | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """What an operation takes and answers with.

    `takes` is the form of its body (None: no body), `asks` that of its query. `versioned`: the
    caller says which version they saw. `keyed`: the same request under the same Idempotency-Key
    has one effect; where the verb itself sees to that, it is `keyed="verb"`. `by` says who may
    call: a person or a program ("all"), only a person who signed in, or anybody at all. It answers
    with a file of a media type in `files` in place of JSON.

    `reads`: the body is read by its form here, for a verb that takes values and no entry.
    `uploads` is the form of the fields beside a file, in place of JSON or as another way.
    `largest` is what a body may have in bytes. `known`: whoever may not know of the case in the
    address hears that there is none, and is not answered with an empty list.
    """

    returns: type[Schema] | None
    takes: Form | None = None
    asks: Form | None = None
    status: int = 200
    versioned: bool = False
    keyed: bool | str = False
    reads: bool = False
    uploads: Form | None = None
    largest: int | None = None
    files: tuple[str, ...] = ()
    by: str = "all"
    known: bool = False
    says: Mapping[str, Any] = field(default_factory=dict)


View = Callable[..., Any]


class Noun(Blueprint):
    """The operations on one noun. Their scopes are `<noun>:read` and `<noun>:write`."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, __name__, url_prefix=PREFIX, description=description)

    def operation(self, method: str, path: str, contract: Contract) -> Callable[[View], View]:
        """Publish a function as the operation of a method on an address."""
        right = "read" if method == "GET" else "write"

        def published(view: View) -> View:
            answering = _answering(view, contract, f"{self.name}:{right}")
            documented = described(self, answering, contract)
            routed: View = self.route(path, methods=[method])(documented)
            return routed

        return published

    def gets(self, path: str, returns: type[Schema], asks: Form | None = None, **more: Any) -> Any:
        return self.operation("GET", path, Contract(returns, asks=asks, **more))

    def sends(self, path: str) -> Any:
        """A file is sent."""
        return self.operation("GET", path, Contract(None, files=(BYTES,)))

    def adds(self, path: str, takes: Form | None, returns: type[Schema], **more: Any) -> Any:
        """A record is added: 201, and once per key."""
        contract = Contract(returns, takes, **{"status": 201, "keyed": True, **more})
        return self.operation("POST", path, contract)

    def does(self, path: str, **more: Any) -> Any:
        """Something is done that has no answer: 204."""
        return self.operation("POST", path, Contract(None, status=NO_CONTENT, **more))

    def sets(self, path: str, takes: Form, returns: type[Schema] | None, **more: Any) -> Any:
        return self.operation("PUT", path, Contract(returns, takes, **more))

    def removes(self, path: str, **more: Any) -> Any:
        return self.operation("DELETE", path, Contract(None, status=NO_CONTENT, **more))


def _answering(view: View, contract: Contract, scope: str) -> View:
    schema = contract.returns() if contract.returns is not None else None
    known = bodies.names_of(schema)

    @wraps(view)
    def answer(**path: Any) -> Response:
        actor = CALLERS[contract.by](scope)
        wanted = bodies.wanted_fields(known)
        call = _read(contract, actor)
        if contract.known:
            one_case(path["case_id"], actor)
        if contract.files:
            return sent(as_heard(call.actor, path, partial(view, call, **path)))

        def work() -> dict[str, Any]:
            found = as_heard(call.actor, path, partial(view, call, **path))
            said = schema.dump(found) if schema is not None else None
            return {"body": said, "version": getattr(found, "version", None)}

        said = _once(contract, call, path, work)
        return replied(contract.status, said, wanted)

    return answer


def _read(contract: Contract, actor: Actor) -> Call:
    query = bodies.query(contract.asks)
    body, file = _sent(contract)
    return Call(
        actor=actor,
        query=query,
        body=body,
        version=bodies.version_seen() if contract.versioned else None,
        key=bodies.key_sent() if contract.keyed else None,
        file=file,
    )


def _sent(contract: Contract) -> tuple[Any, Upload | None]:
    """What the body holds: JSON, or fields beside a file."""
    if contract.largest is not None:
        request.max_content_length = contract.largest
    if contract.uploads is not None and (contract.takes is None or uploads.is_form()):
        return uploads.upload(contract.uploads, contract.largest)
    if contract.takes is None:
        return None, None
    given = bodies.mapping()
    return (bodies.read(contract.takes, given) if contract.reads else given), None


def _once(
    contract: Contract, call: Call, path: Mapping[str, Any], work: Callable[[], dict[str, Any]]
) -> Mapping[str, Any]:
    if call.key is None or contract.keyed is not True:
        return work()
    what = {"at": [request.method, request.path], "body": _plain(call.body)}
    what |= {"version": call.version, "file": call.file and call.file.digest()}
    case_id = path.get("case_id")
    about = case_id if isinstance(case_id, UUID) else None
    return once(call.actor, Asked(call.key, what, about), work)


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))
