"""What a request carries: its body, its query, the version that was seen, and its key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, NoReturn

from flask import request
from marshmallow import Schema
from werkzeug.datastructures import MultiDict

from kinerja_flow.errors import (
    INPUTS,
    Blocker,
    Invalid,
    Malformed,
    Problem,
    Unconditional,
    Unsupported,
)
from kinerja_flow.services.forms import Form
from workflows.faults import listing, shown

JSON = "application/json"
#: No body of ours is nested so many levels deep.
DEEPEST = 20
_ETAG = re.compile(r'"([0-9]{1,18})"')
_KEY = re.compile("[!-~]{1,40}")
#: The query parameter that every answer takes.
FIELDS = "fields"
#: Of what is wrong in one way, so many places are named.
MOST_NAMED = 20


def body() -> Any:
    """The JSON of the body. Numbers stay as they are written: 0.1 is a tenth."""
    if request.mimetype != JSON:
        raise Unsupported.of("not_json", "Content-Type", wanted=JSON)
    try:
        text = request.get_data(cache=False).decode("utf-8")
        found = json.loads(
            text,
            parse_float=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=_without_doubles,
        )
    except UnicodeDecodeError as error:
        raise _unreadable("UTF-8") from error
    except RecursionError as error:
        raise _unreadable("depth") from error
    except ValueError as error:
        raise _unreadable(shown(error)) from error
    if text.count("[") + text.count("{") > DEEPEST and _is_deeper(found, DEEPEST):
        raise Malformed.of("body_too_deep", most=DEEPEST)
    return found


def _is_deeper(value: Any, most: int) -> bool:
    """Whether the value is nested more levels deep than that."""
    held = [value]
    for _ in range(most):
        within = (inner for v in held for inner in (v.values() if isinstance(v, dict) else v))
        held = [inner for inner in within if isinstance(inner, dict | list)]
    return bool(held)


def mapping() -> Mapping[str, Any]:
    """The body as a mapping."""
    found = body()
    if not isinstance(found, Mapping):
        raise Invalid([Blocker("inputs_not_mapping", catalogue=INPUTS)])
    _refuse_empty(found)
    return found


def read(form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """The typed values of what was sent; Invalid with everything that is wrong."""
    values, wrong = form.read(given)
    if wrong:
        raise Invalid(wrong)
    return values


def _refuse_empty(sent: object) -> None:
    """A text of no letters is a slip: what is not meant is left out, or null."""
    places = islice(_empty(sent, ""), MOST_NAMED)
    if empty := [Blocker("left_empty", place, params={"field": place}) for place in places]:
        raise Invalid(empty)


def _empty(sent: object, place: str) -> Iterator[str]:
    if sent == "":
        yield place
    elif isinstance(sent, Mapping):
        for name, value in sent.items():
            yield from _empty(value, f"{place}.{shown(name)}".lstrip("."))
    elif isinstance(sent, list):
        for index, value in enumerate(sent):
            yield from _empty(value, f"{place}.{index}".lstrip("."))


def _unreadable(why: str) -> Problem:
    return Malformed.of("body_unreadable", why=why)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("double key")
    return found


def query(form: Form | None) -> Mapping[str, Any]:
    """The typed parameters of the query; one that nobody knows, or that comes twice, is refused."""
    refuse_doubles(request.args)
    sent = {name: value for name, value in request.args.items() if name != FIELDS}
    _refuse_empty(sent)
    values, wrong = (form or Form()).read(sent)
    if wrong:
        raise Invalid(wrong)
    return values


def refuse_doubles(sent: MultiDict[str, str]) -> None:
    """Whoever stands in between may take one of two values, and we the other."""
    twice = [shown(name) for name, values in sent.lists() if len(values) > 1]
    if twice:
        named = twice[:MOST_NAMED]
        raise Invalid([Blocker("given_twice", name, params={"field": name}) for name in named])


def names_of(schema: Schema | None) -> frozenset[str]:
    """The names that `fields=` may choose from: those of a record, also in a page of them."""
    if schema is None:
        return frozenset()
    items = schema.fields.get("items")
    inner = getattr(getattr(items, "inner", None), "schema", schema)
    return frozenset(inner.fields)


def wanted_fields(known: frozenset[str]) -> frozenset[str] | None:
    """The fields that the caller wants of each record (None: all), each of which there is."""
    sent = request.args.get(FIELDS)
    if sent is None:
        return None
    names = frozenset(part.strip() for part in sent.split(","))
    if unknown := names - known:
        said = {"names": listing(list(map(shown, unknown))), "known": listing(list(known), 60)}
        raise Invalid([Blocker("no_such_field", FIELDS, params=said)])
    return names


def version_seen() -> int:
    """The version that the caller saw (If-Match); Unconditional where they don't say."""
    sent = request.headers.get("If-Match", "")
    found = _ETAG.fullmatch(sent.strip())
    if found is None:
        raise Unconditional.of("version_missing", "If-Match")
    return int(found.group(1))


def key_sent() -> str | None:
    """The Idempotency-Key of the request, if it has one."""
    sent = request.headers.get("Idempotency-Key")
    if sent is not None and not _KEY.fullmatch(sent):
        raise Invalid.of("key_unreadable", "Idempotency-Key", most=40)
    return sent
