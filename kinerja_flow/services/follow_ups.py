"""Follow-ups (tindak lanjut) as lists: whose they are, where they stand, and on what ground.

Each is read by whom it belongs to, by whom it is about, and by HR; by nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import reading
from kinerja_flow.models import Agency, Case, Cycle, FollowUp, HistoryEvent, Participant, Result
from kinerja_flow.policy import Actor, only_readers
from kinerja_flow.scoring import Node, from_json
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.services.states import InState, state_told
from kinerja_flow.services.tasks import names_of
from kinerja_flow.workflow import DEFINITIONS, provisional
from workflows.definition import Definition, Label
from workflows.definition import FollowUp as Entry

#: As many follow-ups are listed at a time.
PAGE = 100


@dataclass(frozen=True, slots=True)
class Ground:
    """A node of the delivered result by which a follow-up was opened, with its level or value."""

    node: str
    label: Label
    level: str | None
    value: Fraction | None
    shown: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(InState):
    """A follow-up as its reader sees it: what it is, about whom, whose, by when, and why.

    `ground` is what of the result `number` opened it, empty for whoever it is about until that
    result is delivered; `after_id` the follow-up that it came after. `is_superseded`: a later
    result would not have opened it; `is_provisional`: an objection to the result is under way.
    """

    case_id: UUID
    appraisal_id: UUID
    key: str
    label: Label
    subject_id: UUID
    subject: str
    owners: tuple[str, ...]
    due_on: date | None
    number: int
    ground: tuple[Ground, ...]
    after_id: UUID | None
    is_late: bool
    is_superseded: bool
    is_provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(InState):
    """How many follow-ups of one kind stand in one state in a unit, and how many of them are late:
    not closed though their day is past."""

    key: str
    label: Label
    unit_id: UUID | None
    count: int
    late: int


def mine(actor: Actor, *, after: UUID | None = None, most: int = PAGE) -> list[Listed]:
    """The follow-ups that belong to the actor now, and those about them, newest first; a page
    `after` the one that was listed last."""
    with reading() as session:
        p = Participant
        of = (p.agency_id == actor.agency_id, p.person_id == actor.person_id)
        owned = select(p.case_id).where(*of, p.relation == "owner", p.until_at.is_(None))
        theirs = or_(Case.id.in_(owned), Case.subject_id == actor.person_id)
        return _listed(session, actor, _page(_rows(actor).where(theirs), after, most))


def of_agency(
    cycle_id: UUID,
    actor: Actor,
    *,
    late: bool = False,
    after: UUID | None = None,
    most: int = PAGE,
) -> list[Listed]:
    """The follow-ups of a cycle for HR, newest first, or those that are late; a page `after` the
    one that was listed last. Raises Forbidden, or NotFound for another agency's cycle."""
    only_readers(actor, "cycle")
    with reading() as session:
        cycle_of(session, cycle_id, actor)
        page = _rows(actor).where(Case.cycle_id == cycle_id)
        if late:
            page = page.where(_is_late(_today(session, actor)))
        return _listed(session, actor, _page(page, after, most))


def counts(cycle_id: UUID, actor: Actor) -> list[Count]:
    """How the follow-ups of a cycle stand, for HR: by key, state and unit, with the late ones, in
    a number of queries that does not grow. Raises as `of_agency`."""
    only_readers(actor, "cycle")
    c, f = Case, FollowUp
    with reading() as session:
        definition = DEFINITIONS.get(session, cycle_of(session, cycle_id, actor).digest)
        late = func.count().filter(_is_late(_today(session, actor))).label("late")
        by = (f.key, c.kind, c._state.label("state"), c.unit_id)
        how_many = (func.count().label("counted"), late)
        found = _joined(select(*by, *how_many), actor).where(c.cycle_id == cycle_id)
        rows = session.execute(found.group_by(*by).order_by(*by))
        return [_count(definition, row) for row in rows]


def _count(definition: Definition, row: Any) -> Count:
    state = definition.machines[row.kind].states[row.state]
    return Count(
        **state_told(state),
        key=row.key,
        label=_entry(definition, row.key).label,
        unit_id=row.unit_id,
        count=row.counted,
        late=row.late,
    )


def _joined(statement: Select[*tuple[Any, ...]], actor: Actor) -> Select[Any]:
    """The statement over the follow-ups of the actor's agency that count."""
    f, c = FollowUp, Case
    of_case = and_(c.agency_id == f.agency_id, c.year == f.year, c.id == f.case_id)
    real = select(Cycle.id).where(Cycle.agency_id == actor.agency_id, Cycle.practice_of.is_(None))
    here = (f.agency_id == actor.agency_id, c.cycle_id.in_(real))
    return statement.select_from(f).join(c, of_case).where(*here)


def _rows(actor: Actor) -> Select[Any]:
    """Follow-ups with the result that they rest on, and the one that was delivered last."""
    f, c, r, h = FollowUp, Case, Result, HistoryEvent
    of_home = [getattr(h, name) == getattr(f, name) for name in ("agency_id", "year")]
    newest = func.max(h.change["delivered"].as_integer())
    delivered = select(newest).where(*of_home, h.case_id == f.opened_by_id).scalar_subquery()
    told = (r.explanation, delivered.label("delivered"))
    of_case = (c.subject_id, c.kind, c._state.label("state"), c.closed_at, c.digest)
    columns = (f.opened_by_id, f.key, f.due_on, f.number, f.after_id, f.superseded_by)
    rests_on = [getattr(r, name) == getattr(f, name) for name in ("agency_id", "year", "number")]
    statement = _joined(select(f.case_id, f.agency_id, *columns, *of_case, *told), actor)
    joined = statement.join(r, and_(*rests_on, r.case_id == f.opened_by_id))
    return joined.order_by(c.id.desc())


def _page(rows: Select[Any], after: UUID | None, most: int) -> Select[Any]:
    return (rows if after is None else rows.where(Case.id < after)).limit(most)


def _is_late(today: date) -> ColumnElement[bool]:
    return and_(FollowUp.due_on < today, Case.closed_at.is_(None))


def _today(session: Session, actor: Actor) -> date:
    zone = session.scalars(select(Agency.zone).where(Agency.id == actor.agency_id)).one()
    return Calendar(zone).day_of(clock.now())


def _listed(session: Session, actor: Actor, statement: Select[Any]) -> list[Listed]:
    rows = session.execute(statement).all()
    if not rows:
        return []
    today, owners = _today(session, actor), _owners(session, actor, rows)
    people = [*(row.subject_id for row in rows), *(one for of in owners.values() for one in of)]
    names = names_of(session, actor, people)
    contested = provisional(session, rows[0].agency_id, {row.opened_by_id for row in rows})
    found = []
    for row in rows:
        definition = DEFINITIONS.get(session, row.digest)
        entry, state = _entry(definition, row.key), definition.machines[row.kind].states[row.state]
        is_hidden = row.number > (row.delivered or 0) and not _owns(actor, row, owners)
        found.append(
            Listed(
                **state_told(state),
                case_id=row.case_id,
                appraisal_id=row.opened_by_id,
                key=row.key,
                label=entry.label,
                subject_id=row.subject_id,
                subject=names[row.subject_id],
                owners=tuple(sorted(names[one] for one in owners.get(row.case_id, ()))),
                due_on=row.due_on,
                number=row.number,
                ground=() if is_hidden else _ground(entry, row.explanation),
                after_id=row.after_id,
                is_late=bool(row.due_on and row.due_on < today and row.closed_at is None),
                is_superseded=row.superseded_by is not None,
                is_provisional=row.opened_by_id in contested,
            )
        )
    return found


def _owns(actor: Actor, row: Any, owners: Mapping[UUID, Iterable[UUID]]) -> bool:
    """Whether the actor has to see to it, and it is not about themself."""
    is_own = row.subject_id == actor.person_id
    return not is_own and actor.person_id in set(owners.get(row.case_id, ()))


def _owners(session: Session, actor: Actor, rows: Sequence[Any]) -> Mapping[UUID, Iterable[UUID]]:
    p = Participant
    of = (p.agency_id == actor.agency_id, p.case_id.in_([row.case_id for row in rows]))
    standing = (p.relation == "owner", p.from_at.is_not(None), p.until_at.is_(None))
    found: dict[UUID, list[UUID]] = {}
    for case_id, person in session.execute(select(p.case_id, p.person_id).where(*of, *standing)):
        found.setdefault(case_id, []).append(person)
    return found


def _entry(definition: Definition, key: str) -> Entry:
    return next(entry for entry in definition.follow_up if entry.key == key)


def _ground(entry: Entry, explanation: Mapping[str, Any]) -> tuple[Ground, ...]:
    """The nodes that the entry's conditions name; the result as a whole where they name none."""
    score = from_json(explanation)
    named = [call.params["node"] for call in entry.when if "node" in call.params]
    nodes = [score.nodes[name] for name in dict.fromkeys(named)]
    if not nodes and score.tree is not None:
        nodes = [score.tree]
    return tuple(map(_of_node, nodes))


def _of_node(node: Node) -> Ground:
    return Ground(node.name, node.label, node.level, node.number, node.shown)
