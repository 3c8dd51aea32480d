"""In a practice case personas stand wherever facts would else name real people of the agency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.models import Persona
from kinerja_flow.workflow.scope import Scope

#: The parts above whoever practises, nearest first: what their line of superiors is.
ABOVE = ("assessor", "reviewer", "examiner")
#: The persona that holds the HR role.
OFFICER = "hr"
#: What the parts of the personas of a relation that several stand in begin with.
COLLEAGUE = "colleague_"


def stand_ins(scope: Scope, group: str) -> Mapping[UUID, Any]:
    """A group of facts about the agency's people, as it is in the practice cases of the scope."""
    if not scope.practised or group not in _GROUPS:
        return {}
    p = Persona
    cast = select(p.part, p.person_id).where(p.agency_id == scope.agency_id)
    by_part = {row.part: row.person_id for row in scope.session.execute(cast)}
    return dict.fromkeys(scope.practised, _GROUPS[group](by_part))


def _officers(cast: Mapping[str, UUID]) -> frozenset[UUID]:
    return frozenset(person for part, person in cast.items() if part == OFFICER)


def _eligible(cast: Mapping[str, UUID]) -> frozenset[UUID]:
    return frozenset(cast.values()) - _officers(cast)


def _line(cast: Mapping[str, UUID]) -> tuple[UUID, ...]:
    return tuple(cast[part] for part in ABOVE if part in cast)


_GROUPS = {"officers": _officers, "eligible": _eligible, "line": _line}
