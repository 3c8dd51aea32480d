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
    PlanIndicator,
    PlanItem,
    Realisation,
    Sheet,
    Statement,
)
from kinerja_flow.scoring import Answer as ScoredAnswer
from kinerja_flow.scoring import IndicatorRow, Material, PlanRow
from kinerja_flow.scoring import Statement as Said
from kinerja_flow.workflow.rosters import invited, rosters
from kinerja_flow.workflow.scope import Scope
from workflows.definition import Criterion, Definition, Label, Scale


def applies(criterion: Criterion, profile: Mapping[str, Any]) -> bool:
    """Whether a criterion is for somebody of this field, post and rank (all that it names)."""
    return all(profile.get(kind) in keys for kind, keys in criterion.applies_to.items())


def criteria_for(definition: Definition, profile: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The criteria of each instrument that apply to a person, in the template's order."""
    return {
        key: tuple(c.key for c in instrument.criteria if applies(c, profile))
        for key, instrument in definition.instruments.items()
    }


def number_of(scale: Scale, level: str) -> Fraction:
    """A level as a number: itself if it is one, else its place in the scale, from 1."""
    if all(key.lstrip("-").isdigit() for key in scale.keys):
        return Fraction(level)
    return Fraction(scale.keys.index(level) + 1)


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
    """All that the score of each case is made from, in six queries."""
    plans, answers, said = _plans(scope), _answers(scope), _statements(scope)
    asked = rosters(scope)
    found = {}
    for case in scope.cases:
        definition = scope.definitions[case.digest]
        home = case.parent_id or case.id
        found[case.id] = Material(
            plan=tuple(plans.get(home, ())),
            answers=tuple(_scored(definition, answers.get(home, ()))),
            scales=definition.scales,
            criteria=criteria_for(definition, case.profile),
            rosters=invited(definition, asked.get(home, {})),
            minimums={r.name: r.min_count for r in definition.relations.values() if r.anonymous},
            statements=said.get(home, {}),
            labels=labels(definition),
        )
    return found


def _plans(scope: Scope) -> Mapping[UUID, list[PlanRow]]:
    """The plan of each home case. Its rows are named by their place, "RHK 2" and "IKI 2.1":

    a stored explanation never changes, so the titles, which may have to be redacted, stay out.
    """
    p, reached, indicators = PlanItem, _realisations(scope), _indicators(scope)
    found: dict[UUID, list[PlanRow]] = defaultdict(list)
    for item in scope.rows(select(p.__table__).order_by(p.ordinal, p.id), p, scope.home_ids):
        place = len(found[item.case_id]) + 1
        own = tuple(
            IndicatorRow(
                str(row.id),
                f"IKI {place}.{index}",
                row.aspect,
                row.polarity,
                row.target,
                row.upper,
                row.baseline,
                reached.get(row.id),
                row.is_objective,
            )
            for index, row in enumerate(indicators.get(item.id, ()), start=1)
        )
        row = PlanRow(str(item.id), f"RHK {place}", item.section, item.weight, own)
        found[item.case_id].append(row)
    return found


def _indicators(scope: Scope) -> Mapping[UUID, list[Any]]:
    n = PlanIndicator
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in scope.rows(select(n.__table__).order_by(n.ordinal, n.id), n, scope.home_ids):
        found[row.item_id].append(row)
    return found


def _realisations(scope: Scope) -> Mapping[UUID, Fraction | None]:
    """The latest realisation of each indicator: by its day, then by when it was noted."""
    r = Realisation
    latest = (r.day_on.desc(), r.noted_at.desc(), r.id.desc())
    place = func.row_number().over(partition_by=r.indicator_id, order_by=latest)
    ranked = (
        select(r.indicator_id, r.value, place.label("place"))
        .where(r.agency_id == scope.agency_id, r.year == scope.year, r.case_id.in_(scope.home_ids))
        .subquery()
    )
    newest = select(ranked.c.indicator_id, ranked.c.value).where(ranked.c.place == 1)
    return {row.indicator_id: row.value for row in scope.session.execute(newest)}


def _answers(scope: Scope) -> Mapping[UUID, list[tuple[str, str, str, str]]]:
    """Answers by home case: the released ones, and sealed ones of relations that are named."""
    a, s = Answer, Sheet
    found: dict[UUID, list[tuple[str, str, str, str]]] = defaultdict(list)
    columns = (a.case_id, a.instrument, a.relation, a.criterion, a.value)
    released = select(*columns).where(a.value.is_not(None)).order_by(a.id)
    for row in scope.rows(released, a, scope.home_ids):
        found[row.case_id].append(tuple(row[1:]))
    sealed = select(s.case_id, s.instrument, s.relation, s.answers)
    hidden = _anonymous(scope)
    for row in scope.rows(sealed, s, scope.home_ids):
        if (row.case_id, row.relation) not in hidden:
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


def _scored(definition: Definition, rows: Any) -> list[ScoredAnswer]:
    return [
        ScoredAnswer(
            instrument,
            relation,
            criterion,
            number_of(definition.scales[definition.instruments[instrument].scale], value),
        )
        for instrument, relation, criterion, value in rows
    ]


def _statements(scope: Scope) -> Mapping[UUID, dict[str, Said]]:
    """The latest statement of each field, of a case or of any of its children."""
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
    found: dict[UUID, dict[str, Said]] = defaultdict(dict)
    for stated, home_id in rows:
        if stated.value is not None:
            reason = reasons.get((stated.case_id, stated.seq))
            found[home_id][stated.field] = said(stated.value, stated.action, stated.seq, reason)
    return found


def said(value: str, action: str, seq: int, reason: str | None) -> Said:
    """A statement as scoring reads it: a number where it is one, else the key that was chosen."""
    try:
        return Said(Fraction(value), action, seq, reason)
    except ValueError:
        return Said(value, action, seq, reason)
