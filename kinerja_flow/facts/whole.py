"""All that is known of one case, in groups that are loaded as they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from kinerja_flow.clock import Calendar, Event
from kinerja_flow.facts.rows import (
    TEAM,
    ActivityDay,
    CaseFacts,
    ChildFacts,
    Claim,
    FollowUpFacts,
    ObjectionFacts,
    Part,
    PastAct,
    PlanRowFacts,
    ResultFacts,
    SheetFacts,
    StepFacts,
    Window,
)
from kinerja_flow.scoring import (
    CreditFacts,
    IndicatorRow,
    Material,
    Score,
    UnitFacts,
    evaluate,
)
from workflows.definition import Definition, Machine, State, Term
from workflows.vocabulary import FORMER

T = TypeVar("T")


class Group(Generic[T]):
    """A group of facts under its name; reading one that nobody asked for is a KeyError."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, facts: Facts, _owner: type[Facts]) -> T:
        return cast(T, facts.groups[self.name])


@dataclass
class Facts:
    """All that is known of a case for one decision, at the instant `now`."""

    case: CaseFacts
    definition: Definition
    now: datetime
    calendar: Calendar
    windows: Mapping[str, Window]
    groups: dict[str, Any] = field(default_factory=dict)
    #: Whether somebody only practises here: the case counts for nothing and is seen by nobody.
    is_practice: bool = False
    _score: Score | None = field(default=None, init=False, repr=False)

    @property
    def machine(self) -> Machine:
        return self.definition.machines[self.case.kind]

    @property
    def state(self) -> State:
        return self.machine.states[self.case.state]

    @property
    def home_id(self) -> UUID:
        """The case that owns plan, answers and results: the parent, or the case itself."""
        return self.case.parent_id or self.case.id

    parts = Group[tuple[Part, ...]]("people")
    #: Those who hold the HR role in the agency today.
    officers = Group[frozenset[UUID]]("officers")
    acts = Group[tuple[PastAct, ...]]("acts")
    plan = Group[tuple[PlanRowFacts, ...]]("plan")
    #: SHA-256 of the plan as it stands: what a signature under the plan covers.
    plan_digest = Group[str]("plan_digest")
    #: SHA-256 of the realisations and the evidence: what a signature under the report covers.
    report_digest = Group[str]("report_digest")
    #: The days of the case's period on which somebody noted a direct observation.
    observed = Group[frozenset[date]]("observed")
    activities = Group[tuple[ActivityDay, ...]]("activities")
    claims = Group[tuple[Claim, ...]]("claims")
    results = Group[tuple[ResultFacts, ...]]("results")
    #: All objections to results of the appraisal, oldest first, withdrawn ones included.
    objections = Group[tuple[ObjectionFacts, ...]]("objections")
    #: What a document of the newest result would show that may change: people, posts, the plan.
    shown = Group[Mapping[str, Any]]("shown")
    sheets = Group[tuple[SheetFacts, ...]]("sheets")
    writers = Group[frozenset[UUID]]("writers")  # who filled an absent official's sheet
    children = Group[tuple[ChildFacts, ...]]("children")
    #: What the results of the appraisal have opened, oldest first.
    follow_ups = Group[tuple[FollowUpFacts, ...]]("follow_ups")
    #: The steps of the case's own improvement plan.
    steps = Group[tuple[StepFacts, ...]]("steps")
    #: SHA-256 of these steps as they were planned: what a signature under them covers.
    steps_digest = Group[str]("steps_digest")
    #: The newest result as it was computed then; None before the first.
    told = Group[Score | None]("told")
    #: The agency's employees who have not left: whoever may be asked to take part.
    eligible = Group[frozenset[UUID]]("eligible")
    #: Whoever may be asked to stand in the relations that state a pool of their own.
    pools = Group[Mapping[str, Set[UUID]]]("pools")
    #: Those who take part and have left the agency.
    gone = Group[frozenset[UUID]]("gone")
    #: The superiors above the employee by the reporting lines of today, nearest first.
    line = Group[tuple[UUID, ...]]("line")
    #: The criteria of each instrument that apply to the employee.
    criteria = Group[Mapping[str, tuple[str, ...]]]("criteria")
    material = Group[Material]("material")
    unit = Group[UnitFacts | None]("unit")  # None: the template has no predikat for units
    credit = Group[CreditFacts]("credit")

    @cached_property
    def people(self) -> Mapping[str, frozenset[UUID]]:
        """Who stands in which relation now; a child case's own people outrank its parent's."""
        own: dict[str, set[UUID]] = {}
        inherited: dict[str, set[UUID]] = {}
        for part in self.parts:
            if part.is_active:
                found = inherited if part.in_parent else own
                found.setdefault(part.relation, set()).add(part.person_id)
        named = {**inherited, **own, "employee": {self.case.subject_id}}
        return {relation: frozenset(ids) for relation, ids in named.items()}

    @property
    def raters(self) -> frozenset[UUID]:
        """Those whose result it is too: who stand in a relation that answers an instrument, who
        assessed before, and who are or were of the assessor team."""
        asked = {name for i in self.definition.instruments.values() for name in i.answered_by}
        asked.add(FORMER)
        judging = (p for p in self.parts if p.relation in TEAM and (p.is_active or p.has_ended))
        team = frozenset(part.person_id for part in judging)
        return team.union(*(self.people.get(name, frozenset()) for name in asked))

    @property
    def contradictions(self) -> tuple[IndicatorRow, ...]:
        """The indicators of which two sources differ by more than their tolerance."""
        rows = (row for item in self.material.plan for row in item.indicators)
        return tuple(row for row in rows if row.sources and row.sources.is_contradicted)

    def score(self) -> Score:
        """The score as it would come out now, from what was said and counted so far."""
        if self._score is None:
            self._score = evaluate(self.definition.scoring, self.material)
        return self._score

    def as_told(self) -> Facts:
        """The same facts with the score that the newest result keeps, whatever came after it."""
        found = replace(self)
        found._score = self.told
        return found

    def last_day(self, term: Term) -> date | None:
        """The last day of a term; None while what begins it has not come."""
        if term.window is not None:
            return self.windows[term.window].closes_on
        case = self.case
        event = Event(case.entered_at, case.delivered_at, case.received_at, case.until_on)
        return self.calendar.last_day_since(term, event)
