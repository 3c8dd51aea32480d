"""What people stated with their acts, as scoring reads it: by case, and the latest by field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select

from kinerja_flow.models import Case, Statement
from kinerja_flow.scoring import Statement as Said
from kinerja_flow.workflow.scope import Scope
from workflows.definition import Machine


class Stated(NamedTuple):
    """A value that was stated in a case; `home_id` is the appraisal that it hangs on, or itself."""

    home_id: UUID
    case_id: UUID
    field: str
    said: Said


def statements_in(scope: Scope) -> list[Stated]:
    """Everything that was stated in a case or in any of its children, in order."""
    s = Statement
    home = func.coalesce(Case.parent_id, Case.id).label("home_id")
    joined = select(s, home, Case.kind).join(
        Case, (Case.agency_id == s.agency_id) & (Case.year == s.year) & (Case.id == s.case_id)
    )
    mine = joined.where(
        Case.agency_id == scope.agency_id,
        Case.year == scope.year,
        or_(Case.id.in_(scope.home_ids), Case.parent_id.in_(scope.home_ids)),
    ).order_by(s.said_at, s.seq)
    rows = list(scope.session.execute(mine))
    texts = {(r[0].case_id, r[0].seq, r[0].field): r[0].sha256 for r in rows if r[0].sha256}
    machines = {
        case.parent_id or case.id: scope.definitions[case.digest].machines for case in scope.cases
    }
    found = []
    for row, home_id, kind in rows:
        if row.value is not None:
            by = _reason_for(machines[home_id].get(kind), row) or ""
            reason = row.sha256 or texts.get((row.case_id, row.seq, by))
            word = said(row.value, row.action, row.seq, reason)
            found.append(Stated(home_id, row.case_id, row.field, word))
    return found


def _reason_for(machine: Machine | None, row: Statement) -> str | None:
    """The input in which the reason for a statement was given with the same act, if in any."""
    action = machine.actions.get(row.action) if machine else None
    return action.reason_for(row.field) if action else None


def latest(stated: list[Stated]) -> Mapping[UUID, dict[str, Said]]:
    """The latest statement of each field, of a case or of any of its children."""
    found: dict[UUID, dict[str, Said]] = defaultdict(dict)
    for one in stated:
        found[one.home_id][one.field] = one.said
    return found


def said(value: str, action: str, seq: int, reason: str | None) -> Said:
    """A statement as scoring reads it: a number where it is one, else the key that was chosen."""
    return Said(stated_value(value), action, seq, reason)


def stated_value(text: str) -> Fraction | str:
    """What was stated: a number where it is one, else the key that was chosen."""
    try:
        return Fraction(text)
    except ValueError:
        return text
