"""The cases that a bulk run is about: which were meant, and which of them it may touch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select, true, tuple_
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.errors import Blocker, Forbidden, NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import Case, Participant
from kinerja_flow.policy import Actor
from kinerja_flow.services import forms
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.services.run_kind import (
    MOST_ROWS,
    About,
    Job,
    Line,
    Values,
    missing,
    named,
)
from kinerja_flow.services.teams import SUPERIOR
from kinerja_flow.workflow import DEFINITIONS, always, load_many
from workflows.definition import Action, Definition, Label
from workflows.fields import Listed
from workflows.vocabulary import OFFICER

#: For whom runs over cases are. As a peer, or as the employee, one acts for oneself alone: a run of
#: many, which HR reads, would say who rates unseen.
SUPERIORS = frozenset({SUPERIOR, "reviewer"})
RUNNERS = SUPERIORS | {OFFICER}
_CALLED = Label("atasan, Pengelola Kinerja", "superiors, HR officers")

#: Kinds of cases with their states.
States = Collection[tuple[str, str]]


class CasesForm(forms.Form):
    """Cases by their ids, or those of a cycle that are where it can be done; for somebody who is
    not of HR, those of them whom they assess."""

    cycle = forms.identity("cycle", optional=True)
    cases = Listed(forms.identity("case"), least=1, most=MOST_ROWS)


def only_runners(session: Session, actor: Actor) -> None:
    """Forbidden for whoever is neither of HR nor a superior of anybody today, also for another."""
    if OFFICER in actor.roles:
        return
    p = Participant
    people = [actor.person_id, *(grant.absent_id for grant in actor.grants)]
    here = (p.agency_id == actor.agency_id, p.person_id.in_(people), p.relation.in_(SUPERIORS))
    mine = select(p.id).where(*here, p.from_at.is_not(None), p.until_at.is_(None)).limit(1)
    if session.scalar(mine) is None:
        raise Forbidden.of("not_your_part", "run", by=_CALLED)


def takes(facts: Facts, actor: Actor, action: Action) -> bool:
    """Whether the actor may take the action in a run: as a superior, or for HR."""
    held = policy.capacity(facts, actor, action)
    return held is not None and held.relation in RUNNERS


def meant(
    session: Session, actor: Actor, values: Values, states: Callable[[Definition], States]
) -> list[About]:
    """The cases that were named, or the open ones of the cycle that stand in these states."""
    if "cases" in values:
        return named(values["cases"])
    if "cycle" not in values:
        raise missing("cycle")
    cycle = cycle_of(session, values["cycle"], actor)
    wanted = states(DEFINITIONS.get(session, cycle.digest))
    c = Case
    of = (c.agency_id == cycle.agency_id, c.year == cycle.year, c.cycle_id == cycle.id)
    where = (*of, tuple_(c.kind, c.state).in_(wanted), _within_reach(actor))
    return named(session.scalars(select(c.id).where(*where).order_by(c.id)))


def _within_reach(actor: Actor) -> ColumnElement[bool]:
    if OFFICER in actor.roles:
        return true()
    p = Participant
    here = (p.agency_id == actor.agency_id, p.person_id == actor.person_id)
    active = (p.relation == SUPERIOR, p.from_at.is_not(None), p.until_at.is_(None))
    return Case.id.in_(select(p.case_id).where(*here, *active))


def known(
    session: Session, job: Job, lines: Sequence[Line], *groups: str
) -> tuple[dict[int, Facts], dict[int, Sequence[Blocker]]]:
    """The facts of the cases, each locked, by the number of their line; and for the lines of which
    the actor is neither a superior nor of HR, that there is none."""
    ids: list[UUID] = [line.id for line in lines if line.id is not None]
    loaded = load_many(session, job.agency_id, ids, always("people", *groups), lock="move")
    theirs = (facts for facts in loaded if policy.relations(facts, job.actor) & RUNNERS)
    seen = {facts.case.id: facts for facts in theirs}
    found = {line.ordinal: seen[line.id] for line in lines if line.id in seen}
    absent = NotFound.of("no_such_case", "case").blockers
    return found, {line.ordinal: absent for line in lines if line.ordinal not in found}
