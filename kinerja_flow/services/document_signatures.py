"""The signatures that a document shows: under the very result, and under the plan before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from kinerja_flow.documents import Signed
from kinerja_flow.models import Person, Signature, Substitution
from kinerja_flow.services.document_ground import Ground, family, named


def signatures(ground: Ground) -> Mapping[str, tuple[Signed, ...]]:
    """The signatures under the result, and those under the plan until it was shown."""
    s, case, absent = Signature, ground.facts.case, aliased(Person)
    rows = (
        named(select(s.__table__), s.person_id)
        .add_columns(absent.name.label("absent"), Substitution.kind.label("grant_kind"))
        .outerjoin(absent, absent.id == s.on_behalf_of_id)
        .outerjoin(Substitution, Substitution.id == s.grant_id)
        .where(s.agency_id == case.agency_id, s.year == case.year)
        .where(s.case_id.in_(family(ground)))
    )
    found: dict[str, list[Signed]] = {"plan": [], "result": []}
    for row in ground.session.execute(rows.order_by(s.signed_at, s.seq)):
        if _is_of(row, ground):
            found[row.subject].append(_signature(row, ground))
    return {subject: tuple(signed) for subject, signed in found.items()}


def _is_of(row: Any, ground: Ground) -> bool:
    """Whether somebody signed this very result, or the plan before the result was shown."""
    if row.subject == "plan":
        return bool(row.signed_at <= ground.shown_at)
    is_after = row.signed_at >= ground.result.computed_at
    is_before_next = ground.until is None or row.signed_at < ground.until
    return bool(row.sha256 == ground.result.digest and is_after and is_before_next)


def _signature(row: Any, ground: Ground) -> Signed:
    absent = row.on_behalf_of_id
    return Signed(
        capacity=row.capacity,
        name=ground.name(row.person_id, row.who),
        at=row.signed_at,
        sha256=row.sha256,
        for_name=ground.name(absent, row.absent) if absent else None,
        grant_kind=row.grant_kind,
    )
