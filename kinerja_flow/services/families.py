"""Open appraisals with their open child cases, under one lock, and successions in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kinerja_flow.facts import Facts
from kinerja_flow.models import Case, FollowUp
from kinerja_flow.policy import Actor
from kinerja_flow.workflow import Amendment, Move, Succession, always, amend, load_many, succeed

#: As many appraisals are looked at and written as one set.
CHUNK = 1_000
_NEEDS = always("people", "eligible", "line", "results", "writers", "officers")


@dataclass(frozen=True, slots=True)
class Family:
    """An appraisal and its child cases that are open; `root` is None once it is closed itself.

    `owned` says of each follow-up in which relation its owner came by it.
    """

    home_id: UUID
    root: Facts | None
    children: tuple[Facts, ...]
    owned: Mapping[UUID, str]

    @property
    def any(self) -> Facts:
        return self.open[0]

    @property
    def open(self) -> tuple[Facts, ...]:
        return self.children if self.root is None else (self.root, *self.children)

    @property
    def examiners(self) -> frozenset[UUID]:
        """Those who examine an objection that is still open."""
        return frozenset[UUID]().union(*(c.people.get("examiner", ()) for c in self.children))


def families(session: Session, agency_id: int, homes: Collection[UUID]) -> list[Family]:
    """The families of these appraisals, until the end of the transaction nobody else's to move.

    Children are locked before their parents, as an act does that moves its parent on.
    """
    c = Case
    among = (c.agency_id == agency_id, or_(c.id.in_(homes), c.parent_id.in_(homes)))
    still_open = select(c.id).where(*among, c.closed_at.is_(None))
    for is_child in (c.parent_id.is_not(None), c.parent_id.is_(None)):
        ordered = still_open.where(is_child).order_by(c.id)
        session.execute(ordered.with_for_update(key_share=True)).all()
    found = load_many(session, agency_id, session.scalars(still_open), _NEEDS)
    owned = _owned(session, agency_id, found)
    roots = {facts.case.id: facts for facts in found if facts.case.parent_id is None}
    children: dict[UUID, list[Facts]] = {facts.home_id: [] for facts in found}
    for facts in found:
        if facts.case.parent_id is not None:
            children[facts.home_id].append(facts)
    return [Family(home, roots.get(home), tuple(of), owned) for home, of in children.items()]


def _owned(session: Session, agency_id: int, found: Sequence[Facts]) -> dict[UUID, str]:
    f, definitions = FollowUp, {facts.case.id: facts.definition for facts in found}
    of = (f.agency_id == agency_id, f.case_id.in_(definitions))
    return {
        case_id: plan.owner
        for case_id, key in session.execute(select(f.case_id, f.key).where(*of))
        for plan in definitions[case_id].follow_up
        if plan.key == key
    }


def own_parts(facts: Facts, relation: str) -> frozenset[UUID]:
    """Those who stand in a relation by a part in this very case."""
    own = (p for p in facts.parts if p.relation == relation and p.is_active and not p.in_parent)
    return frozenset(part.person_id for part in own)


def change_of(
    facts: Facts, actor: Actor, found: Sequence[Succession], heard: frozenset[UUID]
) -> Move:
    """The successions in one case as one recorded change of who takes part.

    The employee and everybody new hear of it, and `heard`; HR where time did it.
    """
    done = [succeed(facts, one) for one in found]
    relations = tuple(one.relation for one in found)
    engine = actor.engine
    first = found[0]
    return amend(
        facts,
        actor,
        Amendment(
            code=f"{first.relation}_{'vacant' if first.new is None else 'changed'}",
            capacity=engine or "hr",
            change={"succession": {k: v for one in done for k, v in one.change.items()}},
            writes=[row for one in done for row in one.writes],
            people={k: v for one in done for k, v in one.people.items()},
            notify=("employee", *relations, *(("hr",) if engine else ())),
            heard=heard,
        ),
    )
