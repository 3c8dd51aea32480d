"""What entries of a case have in common over HTTP: how they are answered, and what they are on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.api.fields import Count, Id, Instant, Shown


@dataclass(frozen=True, slots=True)
class Added:
    """Something that somebody just added."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that somebody just wrote; `version` counts its corrections from 1."""

    id: UUID
    version: int = 1


class NewView(Schema):
    """What was added."""

    id = Id("Its id", like="01968a3c-7d00-7000-8000-000000000001")


class EntryView(NewView):
    """An entry that was written."""

    version = Count("Its version: send it as If-Match to correct it", like=1)


class NotedView(Schema):
    """What every entry says of itself."""

    id = Id("Its id")
    author_id = Id("Whoever wrote it")
    noted_at = Instant("When it was written", like="2026-03-02T01:30:00Z")


class MadeView(NotedView):
    """An entry that can be corrected, perhaps made by a substitute."""

    on_behalf_of_id = Id("The absent official on whose behalf it was written; null where none")
    version = Count("Its version: send it as If-Match to correct it", like=1)


class About(Shown):
    """The row that a remark is about, by kind and id; null for the case as a whole."""

    TYPE: ClassVar = {"type": "object"}

    def __init__(self) -> None:
        super().__init__("The row that it is about: kind and id; null for the case as a whole")

    def _serialize(self, value: tuple[str, UUID] | None, *_: Any, **__: Any) -> Any:
        return None if value is None else {"kind": value[0], "id": str(value[1])}
