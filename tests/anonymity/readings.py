"""How a reader calls each service that reads: all of them are asked for every third reader."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Problem
from kinerja_flow.files import Files
from kinerja_flow.models import Person
from kinerja_flow.policy import Actor
from kinerja_flow.services import (
    absences,
    answers,
    assessors,
    briefing,
    candidates,
    case_history,
    case_list,
    cases,
    closing,
    competencies,
    complaints,
    credits,
    cycle_list,
    directory,
    document,
    evidence,
    exhibits,
    exports,
    feedback,
    follow_ups,
    health,
    history_search,
    inbox,
    learning,
    measured_plans,
    my_data,
    notes,
    objections,
    observations,
    organisations,
    placements,
    places,
    plan_reading,
    practice,
    progress_reading,
    questions,
    reach,
    readings,
    released,
    reports,
    results,
    retention,
    run_reading,
    running,
    runs,
    segment_list,
    steps,
    substitutions,
    survey_figures,
    survey_replies,
    tasks,
    teams,
    trainings,
    unit_ratings,
    unit_standings,
    verify,
    verify_results,
    why,
)
from workflows.definition import Definition

#: The nightly form asks more, and looks over HTTP with everybody's eyes at every moment.
EVERYTHING = os.environ.get("KINERJA_NIGHTLY") == "1"


@dataclass(frozen=True)
class View:
    """A reader before a case: what any read needs.

    `surveys` are those of the cycle, and `link` leads to one of them; of a cycle without citizens
    there is neither.
    """

    case_id: UUID
    cycle_id: UUID
    subject_id: UUID
    unit_id: UUID
    assessor_id: UUID
    actor: Actor
    definition: Definition
    state: str
    kind: str
    today: date
    surveys: tuple[UUID, ...] = ()
    link: str = "none"
    #: The two whose answers are exchanged, in the order of their ids.
    raters: tuple[UUID, ...] = ()


Read = Callable[[View], Any]


def attempted(do: Callable[[], Any]) -> Any:
    """What comes of it, or how it is refused."""
    try:
        return do()
    except Problem as problem:
        return problem


def _each(things: Iterable[Any], read: Callable[[Any], Any]) -> list[Any]:
    """What is read of each thing, or how it is refused."""
    return [attempted(lambda thing=thing: read(thing)) for thing in things]  # type: ignore[misc]


def _asked_aside(definition: Definition) -> list[str]:
    """The relations whose people somebody names, without those who have a part by their office."""
    return [name for name, use in definition.relations.items() if use.confirmed_by]


def _acts(view: View) -> Iterator[Any]:
    """What each act of the present state answers when it is tried without inputs."""
    acts = view.definition.machines[view.kind].actions_from(view.state)
    return iter(_each(acts, lambda a: cases.act(view.case_id, view.actor, cases.Act(a.name))))


def _taken(write: Callable[..., None], *of: Any) -> bytes:
    into = io.BytesIO()
    write(*of, into)
    return into.getvalue()


def _whys(view: View) -> Iterator[Any]:
    """What HR is told of the two raters and the employee, nightly of everybody in the agency, and
    of every act of the present state."""
    people: Iterable[UUID] = (*view.raters, view.subject_id)
    if EVERYTHING:
        with reading() as session:
            of_agency = select(Person.id).where(Person.agency_id == view.actor.agency_id)
            people = session.scalars(of_agency.order_by(Person.id)).all()
    acts = [act.name for act in view.definition.machines[view.kind].actions_from(view.state)]
    asked = [("action", name) for name in acts] + [("reading", name) for name in why.READINGS]
    for person in people:
        yield _each(asked, lambda one: why.why(view.case_id, view.actor, person, *one))  # noqa: B023


def _exported(view: View, kind: str) -> str:
    into = io.BytesIO()
    exports.export(view.cycle_id, view.actor, exports.Wanted(kind), into)
    return into.getvalue().decode()


def _runs(view: View) -> Iterator[Any]:
    """What runs over the case tell whoever prepared them: a reminder, and the first act of the
    present state; tried, read row by row, and undone."""
    acts = view.definition.machines[view.kind].actions_from(view.state)
    wanted = [("remind", {})] + [("advance", {"action": act.name}) for act in acts[:1]]
    yield _each(wanted, lambda one: _run(view, *one))
    yield [(one.kind, one.done, one.refused) for one in run_reading.runs_for(view.actor)]


def _run(view: View, kind: str, entry: Mapping[str, Any]) -> Any:
    found: list[Any] = []
    try:
        with transaction():
            run_id = runs.prepare(view.actor, kind, {**entry, "cases": [view.case_id]})
            found.append(runs.try_out(run_id, view.actor))
            one = run_reading.one_run(run_id, view.actor)
            found += [(one.state, one.done, one.refused), run_reading.rows_of(run_id, view.actor)]
            found.append(attempted(lambda: run_reading.file_of(run_id, view.actor)))
            raise _Undone
    except _Undone:
        return found


class _Undone(Exception):
    """The end of what is tried: none of it stays."""


#: No file is kept here: whoever may read one that is named in a row is told that it is gone.
NO_FILES = Files("memory://", 0, ())

READS: Mapping[str, Read] = {
    "absences.listed": lambda v: absences.listed(v.actor, v.subject_id),
    "answers.my_sheet": lambda v: _each(
        v.definition.instruments, lambda key: answers.my_sheet(v.case_id, v.actor, key)
    ),
    "assessors.assessed_on": lambda v: assessors.assessed_on(v.actor, v.subject_id, v.today),
    "assessors.assessing_on": lambda v: assessors.assessing_on(v.actor, v.assessor_id, v.today),
    "assessors.assessors_of": lambda v: assessors.assessors_of(v.case_id, v.actor),
    "briefing.briefing_for": lambda v: briefing.briefing_for(v.cycle_id, v.actor),
    "candidates.candidates": lambda v: _each(
        _asked_aside(v.definition), lambda name: candidates.candidates(v.case_id, v.actor, name)
    ),
    "cases.act": lambda v: list(_acts(v)),
    "case_history.history_of": lambda v: case_history.history_of(v.case_id, v.actor),
    "case_list.cases_for": lambda v: case_list.cases_for(v.actor, case_list.Filter()),
    "case_list.one_case": lambda v: case_list.one_case(v.case_id, v.actor),
    "cases.offers": lambda v: cases.offers(v.case_id, v.actor),
    "closing.closing_assessments": lambda v: closing.closing_assessments(v.case_id, v.actor),
    "competencies.competencies_of_unit": lambda v: competencies.competencies_of_unit(
        v.cycle_id, v.unit_id, v.actor
    ),
    "complaints.complaints_for": lambda v: complaints.complaints_for(v.actor),
    "evidence.evidence_file": lambda v: evidence.evidence_file(
        v.case_id, v.actor, v.subject_id, NO_FILES
    ),
    "evidence.evidence_for": lambda v: evidence.evidence_for(v.case_id, v.actor),
    "evidence.exhibit_file": lambda v: evidence.exhibit_file(
        v.case_id, v.actor, v.subject_id, NO_FILES
    ),
    "exhibits.exhibits_for": lambda v: exhibits.exhibits_for(v.case_id, v.actor),
    "learning.learning": lambda v: learning.learning(v.cycle_id, v.unit_id, v.actor),
    "credits.credit_of": lambda v: credits.credit_of(v.actor, v.subject_id),
    "cycle_list.cycles_for": lambda v: cycle_list.cycles_for(v.actor),
    "cycle_list.one_cycle": lambda v: cycle_list.one_cycle(v.cycle_id, v.actor),
    "directory.people_for": lambda v: directory.people_for(v.actor, directory.Sought()),
    "directory.person_for": lambda v: directory.person_for(v.assessor_id, v.actor),
    "document.document": lambda v: document.document(v.case_id, v.actor).sha256,
    "exports.export": lambda v: _each(exports.KINDS, lambda kind: _exported(v, kind)),
    "feedback.feedback_for": lambda v: feedback.feedback_for(v.case_id, v.actor),
    "feedback.recognitions_of": lambda v: feedback.recognitions_of(v.actor),
    "follow_ups.counts": lambda v: follow_ups.counts(v.cycle_id, v.actor),
    "follow_ups.mine": lambda v: follow_ups.mine(v.actor),
    "follow_ups.of_agency": lambda v: follow_ups.of_agency(v.cycle_id, v.actor),
    "health.readiness": lambda _: health.readiness(),
    "history_search.search": lambda v: history_search.search(
        v.actor, history_search.Sought(v.today.year)
    ),
    "history_search.export": lambda v: _taken(
        lambda into: history_search.export(
            v.actor, history_search.Sought(v.today.year), "csv", into
        )
    ),
    "inbox.notifications_for": lambda v: inbox.notifications_for(v.actor),
    "measured_plans.measurements_for": lambda v: measured_plans.measurements_for(
        v.case_id, v.actor
    ),
    "measured_plans.objective_share": lambda v: measured_plans.objective_share(v.case_id, v.actor),
    "notes.mine": lambda v: notes.mine(v.case_id, v.actor),
    "objections.objection": lambda v: objections.objection(v.case_id, v.actor),
    "observations.observations_for": lambda v: observations.observations_for(v.case_id, v.actor),
    "acting.actor_for": lambda v: organisations.actor_for(
        v.actor.agency_id or 0, v.actor.person_id or v.case_id
    ),
    "placements.placements": lambda v: placements.placements(v.case_id, v.actor),
    "plan_reading.above": lambda v: plan_reading.above(v.case_id, v.actor),
    "plan_reading.plan_for": lambda v: plan_reading.plan_for(v.case_id, v.actor),
    "progress_reading.activities_for": lambda v: progress_reading.activities_for(
        v.case_id, v.actor
    ),
    "progress_reading.realisations_for": lambda v: progress_reading.realisations_for(
        v.case_id, v.actor
    ),
    "progress_reading.steps_for": lambda v: progress_reading.steps_for(v.case_id, v.actor),
    "places.posts_for": lambda v: places.posts_for(v.actor),
    "places.unit_for": lambda v: places.unit_for(v.unit_id, v.actor),
    "places.units_for": lambda v: places.units_for(v.actor),
    "practice.actor_as": lambda v: practice.actor_as(v.case_id, v.actor, v.subject_id),
    "practice.current": lambda v: practice.current(v.cycle_id, v.actor),
    "practice.personas": lambda v: practice.personas(v.case_id, v.actor),
    "questions.questions": lambda v: questions.questions(v.cycle_id, v.actor),
    "reach.reach": lambda v: reach.reach(v.cycle_id, v.actor),
    "readings.readings_of": lambda v: readings.readings_of(v.case_id, v.actor),
    "released.released_answers": lambda v: released.released_answers(v.case_id, v.actor),
    "reports.cycles": lambda _: reports.cycles(),
    "reports.definition_of": lambda v: reports.definition_of(v.cycle_id),
    "results.read_results": lambda v: results.read_results(v.case_id, v.actor),
    "run_reading.*": lambda v: list(_runs(v)),
    "running.running_score": lambda v: running.running_score(v.case_id, v.actor),
    "segment_list.segments_of": lambda v: segment_list.segments_of(
        v.actor, v.subject_id, v.cycle_id
    ),
    "steps.steps_of": lambda v: steps.steps_of(v.case_id, v.actor),
    "substitutions.substitutions_of": lambda v: substitutions.substitutions_of(v.actor),
    "survey_figures.figures": lambda v: _each(
        v.surveys, lambda survey: survey_figures.figures(survey, v.actor)
    ),
    "survey_figures.satisfaction": lambda v: _each(
        v.surveys, lambda survey: survey_figures.satisfaction(survey, v.actor)
    ),
    "survey_figures.surveys_of": lambda v: survey_figures.surveys_of(v.cycle_id, v.actor),
    "survey_replies.survey_form": lambda v: survey_replies.survey_form(v.link),
    "tasks.my_tasks": lambda v: tasks.my_tasks(v.actor),
    "teams.people_of": lambda v: teams.people_of(v.case_id, v.actor),
    "teams.team": lambda v: teams.team(v.actor),
    "trainings.training_needs": lambda v: trainings.training_needs(v.case_id, v.actor),
    "unit_ratings.unit_ratings": lambda v: unit_ratings.unit_ratings(
        v.cycle_id, v.unit_id, v.actor
    ),
    "unit_standings.unit_standings": lambda v: unit_standings.unit_standings(v.cycle_id, v.actor),
    "verify.verify_history": lambda v: list(verify.verify_history(v.actor.agency_id)),
    "verify_results.verify_results": lambda v: list(
        verify_results.verify_results(verify_results.Recount(), v.actor.agency_id)
    ),
    "my_data.my_data": lambda v: _taken(my_data.my_data, v.actor),
    "my_data.my_archive": lambda v: len(
        _taken(partial(my_data.my_archive, files=NO_FILES), v.actor)
    ),
    "my_data.data_by_letter": lambda v: _taken(my_data.data_by_letter, v.actor, v.subject_id),
    "retention.retentions": lambda v: retention.retentions(v.actor),
    "why.why": lambda v: list(_whys(v)),
}

#: What another one of them tells as well, at less cost.
TOLD_TWICE = frozenset({"my_data.my_archive"})
#: Those of them that answer the same whoever reads.
ONCE = frozenset(
    {
        "health.readiness",
        "reports.cycles",
        "reports.definition_of",
        "survey_replies.survey_form",
        "verify.verify_history",
        "verify_results.verify_results",
    }
)
