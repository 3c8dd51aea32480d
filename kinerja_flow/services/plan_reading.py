"""Reading a plan: its RHK with their indicators, and the lists beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import reading
from kinerja_flow.errors import Forbidden
from kinerja_flow.facts import Facts
from kinerja_flow.models import Case, Cycle, PlanIndicator, PlanItem, PlanNote
from kinerja_flow.policy import OPEN_READERS, Actor
from kinerja_flow.services import books
from kinerja_flow.services.entries import refuse_stranger
from kinerja_flow.services.plans import BOOK
from kinerja_flow.workflow import named


@dataclass(frozen=True, slots=True)
class IndicatorSeen:
    """An indicator: what is aimed at as it was written, and as exact numbers."""

    id: UUID
    aspect: str
    title: str
    catalogue_key: str | None
    target: str
    value: Fraction | None
    upper: Fraction | None
    unit: str
    polarity: str
    is_objective: bool
    baseline: Fraction | None


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """An RHK with its indicators, in the plan's order."""

    id: UUID
    ordinal: int
    section: str
    title: str
    perspective: str | None
    weight: Fraction | None
    superior_item_id: UUID | None
    superior_text: str | None
    indicators: tuple[IndicatorSeen, ...]


@dataclass(frozen=True, slots=True)
class NoteSeen:
    """A line of one of the lists beside the RHK."""

    id: UUID
    section: str
    about: str | None
    text: str


@dataclass(frozen=True, slots=True)
class PlanSeen:
    """A whole plan; `version` is that of the case through which it is read."""

    case_id: UUID
    version: int
    items: tuple[ItemSeen, ...]
    notes: tuple[NoteSeen, ...]


@dataclass(frozen=True, slots=True)
class Above:
    """An RHK of a superior's plan that an RHK may serve."""

    id: UUID
    person_id: UUID
    title: str


def plan_for(case_id: UUID, actor: Actor) -> PlanSeen:
    """The plan of an appraisal, in three queries beside those for the case.

    For the employee, those who assess or examine, and HR. Raises Forbidden for others who take
    part, NotFound for anybody else.
    """
    with reading() as session:
        facts = _readable(session, case_id, actor)
        n = PlanNote
        notes = session.execute(books.of_home(facts, n).order_by(n.section, n.about, n.id))
        lines = tuple(NoteSeen(row.id, row.section, row.about, row.text) for row in notes)
        return PlanSeen(facts.home_id, facts.case.version, _items(session, facts), lines)


def above(case_id: UUID, actor: Actor) -> list[Above]:
    """The RHK of the assessor's and the reviewer's own plans of the year, which an RHK of this plan
    may serve (PermenPANRB 6/2022: cascading). For whoever may read the plan."""
    with reading() as session:
        facts = _readable(session, case_id, actor)
        people = facts.people.get("assessor", frozenset()) | facts.people.get(
            "reviewer", frozenset()
        )
        p, c, case = PlanItem, Case, facts.case
        of_case = (c.agency_id == p.agency_id) & (c.year == p.year) & (c.id == p.case_id)
        real = select(Cycle.id).where(
            Cycle.agency_id == case.agency_id, Cycle.practice_of.is_(None)
        )
        here = (p.agency_id == case.agency_id, p.year == case.year, c.cycle_id.in_(real))
        found = select(p.id, c.subject_id, p.title).join(c, of_case)
        theirs = found.where(*here, c.subject_id.in_(people)).order_by(c.id, p.ordinal)
        return [Above(*row) for row in session.execute(theirs)]


def _readable(session: Session, case_id: UUID, actor: Actor) -> Facts:
    facts = books.facts_for(session, case_id, actor)
    refuse_stranger(facts, actor)
    if not policy.relations(facts, actor) & OPEN_READERS:
        refused = policy.not_yours(facts, actor, tuple(sorted(OPEN_READERS)), BOOK)
        raise Forbidden(named(facts, [refused]))
    return facts


def _items(session: Session, facts: Facts) -> tuple[ItemSeen, ...]:
    i, n = PlanItem, PlanIndicator
    of_item: dict[UUID, list[IndicatorSeen]] = defaultdict(list)
    for row in session.execute(books.of_home(facts, n).order_by(n.ordinal)):
        of_item[row.item_id].append(_indicator(row))
    rows: Sequence[Any] = session.execute(books.of_home(facts, i).order_by(i.ordinal)).all()
    return tuple(_item(row, of_item[row.id]) for row in rows)


def _item(row: Any, indicators: Sequence[IndicatorSeen]) -> ItemSeen:
    plain = ("id", "ordinal", "section", "title", "perspective", "weight")
    linked = ("superior_item_id", "superior_text")
    said = {name: getattr(row, name) for name in (*plain, *linked)}
    return ItemSeen(**said, indicators=tuple(indicators))


def _indicator(row: Any) -> IndicatorSeen:
    plain = ("id", "aspect", "title", "catalogue_key", "upper", "unit", "polarity", "baseline")
    said = {name: getattr(row, name) for name in (*plain, "is_objective")}
    return IndicatorSeen(**said, target=row.target_raw, value=row.target)
