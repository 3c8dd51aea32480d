"""Which trainings of the catalogue would close somebody's gaps, and how many hours they come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import Case, Person, Statement
from kinerja_flow.policy import RESULT_READERS, Actor
from kinerja_flow.scoring import Competency, competencies_in
from kinerja_flow.services import books
from kinerja_flow.services.competencies import gaps_in
from kinerja_flow.services.reading_log import note_of_case
from kinerja_flow.workflow import delivered_scores
from workflows.definition import Definition, Training, TrainingHours
from workflows.profiles import trainings_for
from workflows.vocabulary import EMPLOYEE, TRAININGS

#: Whoever may read the result of an appraisal, whose it is, and whoever follows it up.
READERS = RESULT_READERS | {EMPLOYEE, "owner"}


@dataclass(frozen=True, slots=True)
class Matched:
    """A gap, and the trainings for this employee that develop the criterion, in the catalogue's
    order; none where the catalogue has none."""

    competency: Competency
    trainings: tuple[Training, ...]


@dataclass(frozen=True, slots=True)
class TrainingNeeds:
    """What would close the gaps of the newest delivered result, the largest first.

    `proposed` are the trainings that were proposed last in each case of the appraisal, `hours` what
    is due in a year to people of this employment (None: nothing is stated).
    """

    gaps: tuple[Matched, ...]
    proposed: tuple[Training, ...]
    hours: TrainingHours | None

    @property
    def matched(self) -> tuple[Training, ...]:
        """All that match some gap, each once."""
        return tuple(dict.fromkeys(one for gap in self.gaps for one in gap.trainings))

    @property
    def lacking(self) -> int:
        """How many hours (JP) the proposed trainings stay below what is due in a year."""
        return max(0, ((self.hours and self.hours.least) or 0) - jp_of(self.proposed))

    @property
    def exceeding(self) -> int:
        """How many hours (JP) the proposed trainings exceed what somebody may have in a year."""
        most = self.hours.most if self.hours else None
        return 0 if most is None else max(0, jp_of(self.proposed) - most)


def jp_of(trainings: Iterable[Training]) -> int:
    """The hours (JP) of trainings together."""
    return sum(training.jp for training in trainings)


def training_needs(case_id: UUID, actor: Actor) -> TrainingNeeds:
    """What an appraisal's delivered result asks for, for its employee, for whoever reads results,
    and for the owner of a follow-up on that follow-up; to others there is nothing (NotFound).

    A constant number of queries.
    """
    with transaction() as session:
        facts = books.facts_for(session, case_id, actor)
        home = (facts.case.agency_id, facts.case.year)
        scores = delivered_scores(session, *home, [facts.home_id])
        if facts.home_id not in scores or not policy.relations(facts, actor) & READERS:
            raise NotFound.of("no_result", "result")
        number, score = scores[facts.home_id]
        note_of_case(session, facts, actor, [number], "trainings")
        proposed = _proposed(session, facts)
        of_person = (Person.agency_id == home[0], Person.id == facts.case.subject_id)
        employment = session.scalars(select(Person.employment).where(*of_person)).one()
    fit = trainings_for(facts.definition, facts.case.profile)
    gaps = tuple(Matched(one, _developing(one, fit)) for one in gaps_in(competencies_in(score)))
    # Whose employment nobody entered is a PNS, as most are: no hours would be due to them else.
    hours = facts.definition.training_hours.get(employment or "pns")
    return TrainingNeeds(gaps, proposed, hours)


def _developing(gap: Competency, trainings: Iterable[Training]) -> tuple[Training, ...]:
    wanted = (gap.instrument, gap.criterion)
    return tuple(training for training in trainings if wanted in training.develops)


def _proposed(session: Session, facts: Facts) -> tuple[Training, ...]:
    """The trainings named last in each case of the appraisal, in the catalogue's order."""
    s, case, fields = Statement, facts.case, training_fields(facts.definition)
    family = or_(Case.id == facts.home_id, Case.parent_id == facts.home_id)
    same = (Case.agency_id == s.agency_id) & (Case.year == s.year) & (Case.id == s.case_id)
    said = (
        select(s.case_id, s.field, s.value)
        .join(Case, same)
        .where(Case.agency_id == case.agency_id, Case.year == case.year, family)
        .where(s.field.in_(fields), s.value.is_not(None))
        .order_by(s.seq)
    )
    latest = {(row.case_id, row.field): row.value for row in session.execute(said)}
    named = {key for value in latest.values() for key in value.split(", ")}
    return tuple(one for one in facts.definition.trainings if one.key in named)


def training_fields(definition: Definition) -> set[str]:
    """The inputs of the template that take trainings."""
    return {
        given.name
        for machine in definition.machines.values()
        for action in machine.actions.values()
        for given in action.takes.values()
        if given.kind == TRAININGS
    }
