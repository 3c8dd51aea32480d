"""What a score is made from, gathered for the scoring rules: plan, answers, statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.models import Answer, Sheet
from kinerja_flow.scoring import Material, Required, number_of
from kinerja_flow.workflow.holders import Holders, invited
from kinerja_flow.workflow.levels import scored
from kinerja_flow.workflow.measuring import plans
from kinerja_flow.workflow.scope import Scope
from kinerja_flow.workflow.stated import latest, statements_in
from kinerja_flow.workflow.tallies import tallies
from kinerja_flow.workflow.year import of_year
from workflows.definition import Definition, Label
from workflows.profiles import Profile, criteria_for, standards_for


def required_of(definition: Definition, profile: Profile) -> dict[str, dict[str, Required]]:
    """What a post requires of each criterion of an instrument, as scoring reads it."""
    found = {}
    for key, levels in standards_for(definition, profile).items():
        scale = definition.scales[definition.instruments[key].scale]
        found[key] = {
            criterion: Required(level, scale.key, number_of(scale, level))
            for criterion, level in levels.items()
        }
    return found


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
    answer, two where indicators are measured, five where segments or checkpoints are combined, five
    where a unit's head follows the unit."""
    holders, counted = Holders(scope), tallies(scope)
    planned, answers, stated = plans(scope), _answers(scope, holders), statements_in(scope)
    said, year = latest(stated), of_year(scope, stated)
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
            standards=required_of(definition, case.profile),
            rosters=invited(definition, holders.rosters.get(home, {})),
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
