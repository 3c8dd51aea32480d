"""Pages of long lists: a marker says where the last one ended, so that nothing moves under it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from marshmallow import Schema, fields

from kinerja_flow.api.fields import Word
from kinerja_flow.errors import Invalid
from kinerja_flow.services import forms

T = TypeVar("T")
#: As many records are on a page unless fewer are asked for.
SIZE = 50


class Paged(forms.Form):
    """Which page of a list is wanted."""

    cursor = forms.text("cursor", 500, optional=True)
    limit = forms.whole("limit", **{"from": 1, "to": 100})


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a list, and where the next ones are (None: there are no more)."""

    items: Sequence[Any]
    next: str | None = None


def page(found: Sequence[T], most: int, place: Callable[[T], Sequence[Any]]) -> Page:
    """The first `most` of the records, of which one more was looked up to see whether it ends."""
    if len(found) <= most:
        return Page(found)
    said = json.dumps(list(map(str, place(found[most - 1])))).encode()
    marker = base64.urlsafe_b64encode(said).rstrip(b"=").decode()
    asked = {**request.args.to_dict(), "cursor": marker}
    return Page(found[:most], f"{request.path}?{urlencode(asked)}")


def paged(query: Mapping[str, Any], find: Callable[..., Sequence[Any]], *of: Any) -> Page:
    """The page that was asked for, of records that go by their ids (`after`, `most`)."""
    return paged_by("id", query, find, *of)


def paged_by(
    name: str, query: Mapping[str, Any], find: Callable[..., Sequence[Any]], *of: Any
) -> Page:
    """The same, of records that go by another id of theirs."""
    after, most = place_of(query.get("cursor"), UUID), query.get("limit", SIZE)
    found = find(*of, after=after[0] if after else None, most=most + 1)
    return page(found, most, lambda one: (getattr(one, name),))


def place_of(cursor: str | None, *kinds: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """Where the page before ended, read by kind; Invalid for a marker that is none of ours."""
    if cursor is None:
        return None
    try:
        said = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not all(isinstance(part, str) for part in said):
            raise TypeError
        return tuple(kind(part) for kind, part in zip(kinds, said, strict=True))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Invalid.of("cursor_unreadable", "cursor") from None


@lru_cache(maxsize=64)
def page_of(view: type[Schema]) -> type[Schema]:
    """The schema of a page of such records."""
    items = fields.List(fields.Nested(view), metadata={"description": "The records of this page"})
    place = Word("Address of the next page; null on the last", like="/api/v1/cases?cursor=WyIwM")
    said = {"items": items, "next": place, "__doc__": f"A page of records: {view.__doc__}"}
    return type(view.__name__.removesuffix("View") + "PageView", (Schema,), said)
