"""What a score is made from, gathered for the scoring rules: plan, answers, statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from kinerja_flow.models import (
    Answer,
    Case,
    Sheet,
    Statement,
)
from kinerja_flow.scoring import Material
from kinerja_flow.scoring import Statement as Said
from kinerja_flow.workflow.holders import Holders
from kinerja_flow.workflow.levels import scored
from kinerja_flow.workflow.measuring import plans
from kinerja_flow.workflow.scope import Scope
from kinerja_flow.workflow.tallies import tallies
from kinerja_flow.workflow.year import Stated, of_year
from workflows.definition import Criterion, Definition, Label


def applies(criterion: Criterion, profile: Mapping[str, Any]) -> bool:
    """Whether a criterion is for somebody of this field, post and rank (all that it names)."""
    return all(profile.get(kind) in keys for kind, keys in criterion.applies_to.items())


def criteria_for(definition: Definition, profile: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The criteria of each instrument that apply to a person, in the template's order."""
    return {
        key: tuple(c.key for c in instrument.criteria if applies(c, profile))
        for key, instrument in definition.instruments.items()
    }


@lru_cache(maxsize=64)
def labels(definition: Definition) -> dict[str, Label]:
    found = {f"relation:{r.name}": r.label for r in definition.relations.values()}
    for key, instrument in definition.instruments.items():
        found[f"instrument:{key}"] = instrument.label
        found |= {f"criterion:{key}.{c.key}": c.label for c in instrument.criteria}
    for machine in definition.machines.values():
        for action in machine.actions.values():
            found[f"action:{action.name}"] = action.label
            found |= {f"field:{given.name}": given.label for given in action.takes.values()}
    return found


def material(scope: Scope) -> Mapping[UUID, Material]:
    """All that the score of each case is made from, in seven queries; one more where citizens
    answer, two where indicators are measured, five where segments or checkpoints are combined."""
    holders, counted = Holders(scope), tallies(scope)
    planned, answers, stated = plans(scope), _answers(scope, holders), _statements(scope)
    said, year = _latest(stated), of_year(scope, stated)
    found = {}
    for case in scope.cases:
        definition = scope.definitions[case.digest]
        home = case.parent_id or case.id
        found[case.id] = Material(
            plan=planned[case.id],
            answers=(
                *scored(definition, ((*row, 1) for row in answers.get(home, ()))),
                *scored(definition, counted.get(case.id, ())),
            ),
            scales=definition.scales,
            criteria=criteria_for(definition, case.profile),
            rosters=holders.rosters.get(home, {}),
            minimums={r.name: r.min_count for r in definition.relations.values() if r.anonymous},
            statements=said.get(home, {}),
            labels=labels(definition),
            **year[home],
        )
    return found


def _answers(scope: Scope, holders: Holders) -> Mapping[UUID, list[tuple[str, str, str, str]]]:
    """Answers by home case: the released ones, and sealed ones of relations that are named, from
    whoever stands in them now: what a former assessor left half done rates nobody."""
    a, s = Answer, Sheet
    found: dict[UUID, list[tuple[str, str, str, str]]] = defaultdict(list)
    columns = (a.case_id, a.instrument, a.relation, a.criterion, a.value)
    released = select(*columns).where(a.value.is_not(None)).order_by(a.id)
    for row in scope.rows(released, a, scope.home_ids):
        found[row.case_id].append(tuple(row[1:]))
    sealed = select(s.case_id, s.instrument, s.relation, s.rater_id, s.answers)
    hidden = _anonymous(scope)
    for row in scope.rows(sealed, s, scope.home_ids):
        is_open = (row.case_id, row.relation) not in hidden
        if is_open and holders.counts(row.case_id, row.relation, row.rater_id):
            found[row.case_id] += [
                (row.instrument, row.relation, criterion, given["value"])
                for criterion, given in row.answers.items()
            ]
    return found


def _anonymous(scope: Scope) -> set[tuple[UUID, str]]:
    return {
        (case.parent_id or case.id, relation.name)
        for case in scope.cases
        for relation in scope.definitions[case.digest].relations.values()
        if relation.anonymous
    }


def _statements(scope: Scope) -> list[Stated]:
    """Everything that was stated in a case or in any of its children, in order."""
    s = Statement
    joined = select(s, func.coalesce(Case.parent_id, Case.id).label("home_id")).join(
        Case, (Case.agency_id == s.agency_id) & (Case.year == s.year) & (Case.id == s.case_id)
    )
    mine = joined.where(
        Case.agency_id == scope.agency_id,
        Case.year == scope.year,
        or_(Case.id.in_(scope.home_ids), Case.parent_id.in_(scope.home_ids)),
    ).order_by(s.said_at, s.seq)
    rows = list(scope.session.execute(mine))
    reasons = {(r[0].case_id, r[0].seq): r[0].sha256 for r in rows if r[0].sha256}
    found = []
    for row, home_id in rows:
        if row.value is not None:
            reason = reasons.get((row.case_id, row.seq))
            word = said(row.value, row.action, row.seq, reason)
            found.append(Stated(home_id, row.case_id, row.field, word))
    return found


def _latest(stated: list[Stated]) -> Mapping[UUID, dict[str, Said]]:
    """The latest statement of each field, of a case or of any of its children."""
    found: dict[UUID, dict[str, Said]] = defaultdict(dict)
    for one in stated:
        found[one.home_id][one.field] = one.said
    return found


def said(value: str, action: str, seq: int, reason: str | None) -> Said:
    """A statement as scoring reads it: a number where it is one, else the key that was chosen."""
    try:
        return Said(Fraction(value), action, seq, reason)
    except ValueError:
        return Said(value, action, seq, reason)
