"""Bulk runs of HR over people: a cycle is launched for them, or what they assess passes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.models import Case, Cycle, Person, Run
from kinerja_flow.policy import Actor
from kinerja_flow.services import forms
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.services.cycles import CHUNK, launch
from kinerja_flow.services.hand_over_forms import HandOverForm
from kinerja_flow.services.openings import calendar_of
from kinerja_flow.services.run_kind import (
    MOST_ROWS,
    About,
    Job,
    Kind,
    Line,
    Refusals,
    Values,
    named,
)
from kinerja_flow.services.succession import hand_over, to_hand_over
from workflows.fields import Listed


class LaunchForm(forms.Form):
    """A cycle, and for whom it is launched: without names, every employee who has no appraisal."""

    cycle = forms.identity("cycle")
    people = Listed(forms.identity("person"), least=1, most=MOST_ROWS)


def _to_launch(session: Session, actor: Actor, values: Values) -> Iterable[About]:
    cycle = cycle_of(session, values["cycle"], actor)
    if "people" in values:
        return named(values["people"])
    today = calendar_of(session, cycle).day_of(clock.now())
    p, c = Person, Case
    of = (c.agency_id == cycle.agency_id, c.year == cycle.year, c.cycle_id == cycle.id)
    appraised = select(c.subject_id).where(*of, c.parent_id.is_(None))
    here = (p.agency_id == cycle.agency_id, p.kind == "employee", p.id.not_in(appraised))
    there = or_(p.left_on.is_(None), p.left_on > today)
    return named(session.scalars(select(p.id).where(*here, there).order_by(p.id)))


def _launch(session: Session, job: Job, lines: Sequence[Line]) -> Refusals:
    people = [line.id for line in lines if line.id is not None]
    # Whoever else launches waits for the cycle, and only then reads whether some were opened.
    session.get(Cycle, job.values["cycle"], with_for_update=True)
    done = select(Run.done).where(Run.agency_id == job.agency_id, Run.id == job.run_id)
    goes_on = session.scalars(done).one() > 0
    report = launch(job.values["cycle"], job.actor, people, goes_on=goes_on)
    return _by_line(lines, {person: (one,) for person, one in report.refused.items()})


def _to_pass(_session: Session, actor: Actor, values: Values) -> Iterable[About]:
    found = to_hand_over(actor, values["old"], values["new"], values["ground"])
    return named(values.get("cases", found))


def _pass(_session: Session, job: Job, lines: Sequence[Line]) -> Refusals:
    given = job.values
    cases = [line.id for line in lines if line.id is not None]
    report = hand_over(job.actor, given["old"], given["new"], given["ground"], cases)
    return _by_line(lines, report.refused)


def _by_line(lines: Sequence[Line], refused: dict[Any, Any]) -> Refusals:
    return {line.ordinal: refused[line.id] for line in lines if line.id in refused}


LAUNCH = Kind(LaunchForm(), _to_launch, _launch, chunk=CHUNK)
REASSIGN = Kind(HandOverForm(), _to_pass, _pass)
