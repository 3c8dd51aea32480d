"""What a unit can learn from a cycle: how questions and indicators came out, the weakest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kinerja_flow.db import reading
from kinerja_flow.models import Case, Cycle, Statement, TemplateVersion
from kinerja_flow.policy import Actor
from kinerja_flow.scoring import number_of
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.services.learning_figures import (
    Key,
    Learned,
    Names,
    learned,
)
from kinerja_flow.services.learning_group import Group
from kinerja_flow.services.reports import definition_of
from kinerja_flow.services.trainings import training_fields
from kinerja_flow.services.unit_people import people_seen
from workflows.definition import Definition, Training

#: As many of the weakest questions are singled out.
WEAKEST = 3


@dataclass(frozen=True, slots=True)
class Weak:
    """A question on which the unit is weakest, and the trainings that develop it: each with how
    many people it was proposed for in this cycle, zero included."""

    learned: Learned
    trainings: tuple[tuple[Training, int], ...]


@dataclass(frozen=True, slots=True)
class Learning:
    """`people` were told a result. `too_few` names what fewer than LEAST of them were told of.

    A figure leaves out whoever the figures of the units within would single out (`enough`).
    """

    people: int
    answers: tuple[Learned, ...]
    indicators: tuple[Learned, ...]
    weakest: tuple[Weak, ...]
    too_few: tuple[Key, ...]
    compared_with: str | None


def learning(cycle_id: UUID, unit_id: UUID, actor: Actor) -> Learning:
    """What the delivered results of a unit and all below it say together, for HR and the officials
    above, who see those below them; of somebody who moved the last segment counts.

    It rests on what each explanation shows, so that a group of raters too small to be shown is in
    no figure here. The cycle before is the agency's last one of the same template in an earlier
    year. A constant number of queries. NotFound where there is nobody to be seen.
    """
    with reading() as session:
        cycle = cycle_of(session, cycle_id, actor)
        definition = definition_of(cycle.id)
        rows = people_seen(session, actor, cycle, unit_id)
        now = Group.of(session, cycle, unit_id, rows)
        earlier = _before(session, cycle)
        then = earlier and Group.of(
            *(session, earlier, unit_id),
            people_seen(session, actor, earlier, unit_id, may_be_none=True),
        )
        proposed = _proposed(session, cycle, definition, now.counted)
    named = Names(definition)
    answers = tuple(learned(now.answers, then.answers if then else {}, named))
    indicators = tuple(learned(now.indicators, then.indicators if then else {}, named))
    shown = {one.key for one in (*answers, *indicators)}
    return Learning(
        people=len(now.cases),
        answers=answers,
        indicators=indicators,
        weakest=_weakest(answers, definition, proposed),
        too_few=tuple(sorted(now.keys - shown)),
        compared_with=earlier.name if earlier else None,
    )


def _before(session: Session, cycle: Cycle) -> Cycle | None:
    """The agency's last cycle of the same template in an earlier year."""
    own_key = select(TemplateVersion.key).where(TemplateVersion.id == cycle.template_id)
    earlier = (
        select(Cycle)
        .join(TemplateVersion, TemplateVersion.id == Cycle.template_id)
        .where(
            Cycle.agency_id == cycle.agency_id,
            Cycle.year < cycle.year,
            Cycle.practice_of.is_(None),
            TemplateVersion.key == own_key.scalar_subquery(),
        )
        .order_by(Cycle.year.desc(), Cycle.id.desc())
        .limit(1)
    )
    return session.scalars(earlier).first()


def _weakest(
    answers: Collection[Learned], definition: Definition, proposed: Mapping[str, int]
) -> tuple[Weak, ...]:
    """The lowest questions by their place on the scale, each criterion by its lowest group."""
    ordered = sorted(answers, key=lambda one: (_place(one, definition), one.key))
    lowest = {one.key[:2]: one for one in reversed(ordered)}
    few = sorted(lowest.values(), key=lambda one: (_place(one, definition), one.key))[:WEAKEST]
    return tuple(
        Weak(
            one,
            tuple(
                (training, proposed.get(training.key, 0))
                for training in definition.trainings
                if one.key[:2] in training.develops
            ),
        )
        for one in few
    )


def _place(learned: Learned, definition: Definition) -> Fraction:
    """Where a mean lies between the ends of its scale, from 0 to 1."""
    scale = definition.scales[definition.instruments[learned.key[0]].scale]
    low, high = (number_of(scale, scale.keys[end]) for end in (0, -1))
    return (learned.mean - low) / (high - low)


def _proposed(
    session: Session, cycle: Cycle, definition: Definition, cases: Collection[UUID]
) -> Mapping[str, int]:
    """For how many of the appraisals each training was proposed, as it was named last."""
    s, ids, fields = Statement, list(cases), training_fields(definition)
    if not fields:
        return {}
    same = (Case.agency_id == s.agency_id) & (Case.year == s.year) & (Case.id == s.case_id)
    said = (
        select(s.case_id, Case.parent_id, s.field, s.value)
        .join(Case, same)
        .where(Case.agency_id == cycle.agency_id, Case.year == cycle.year)
        .where(or_(Case.id.in_(ids), Case.parent_id.in_(ids)))
        .where(s.field.in_(fields), s.value.is_not(None))
        .order_by(s.seq)
    )
    latest: dict[Any, tuple[UUID, str]] = {}
    for row in session.execute(said):
        latest[row.case_id, row.field] = (row.parent_id or row.case_id, row.value)
    pairs = {(home, key) for home, value in latest.values() for key in value.split(", ")}
    return Counter(key for _, key in pairs)
