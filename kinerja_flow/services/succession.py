"""A change of assessor in mid-cycle: everything that one had in hand passes on in one act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from kinerja_flow import clock, policy
from kinerja_flow.clock import Calendar
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import INPUTS, Blocker, Forbidden, Invalid, NotFound, Refused
from kinerja_flow.facts import Facts
from kinerja_flow.models import COUNTED, Agency, Case, Participant, Person
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.rules.appointing import unfit
from kinerja_flow.services.families import CHUNK, Family, change_of, families, own_parts
from kinerja_flow.workflow import Move, Succession, named, next_reviewer, store_together
from workflows.faults import shown

#: Why an assessor may change: moved or promoted, retired, died, on long leave or studying, close
#: to the employee, another ground that HR keeps on file.
GROUNDS = ("mutasi", "promosi", "pensiun", "wafat", "cuti", "tugas_belajar",
           "benturan_kepentingan", "lainnya")  # fmt: skip

#: As many appraisals are named at once; all that somebody has are handed over without naming.
MOST_CASES = 10_000


@dataclass(slots=True)
class HandOver:
    """What a hand-over came to: the appraisals that passed on, and why others did not."""

    handed: list[UUID] = field(default_factory=list)
    refused: dict[UUID, tuple[Blocker, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Change:
    """From whom to whom, on what ground, and who decided it."""

    actor: Actor
    old: UUID
    new: UUID
    ground: str


def hand_over(
    actor: Actor, old: UUID, new: UUID, ground: str, cases: Iterable[UUID] | None = None
) -> HandOver:
    """All open appraisals in which `old` is the assessor, or those of `cases`, pass to `new`.

    With them pass the follow-ups that `old` owns as assessor; plan and progress stay where they
    are, and deadlines go to whoever stands in a relation. Where `new` was the reviewer, the next
    superior becomes it. An appraisal that `old` left vacant is filled. What can't pass is named
    with all that is in the way and holds nothing else up; the same again does nothing.

    Raises Forbidden (not HR, or an officer who names themself), Invalid, NotFound, or Refused
    where `new` has left.
    """
    change = _Change(actor, old, new, ground)
    report = HandOver()
    named_ones = None if cases is None else _readable(cases)
    with transaction() as session:
        _check(session, change)
        found = set(session.scalars(_appraisals_of(change)))
        wanted = sorted(found if named_ones is None else found & named_ones)
        report.refused = dict(_others(session, change, (named_ones or set()) - found))
        for start in range(0, len(wanted), CHUNK):
            _hand_over(session, change, wanted[start : start + CHUNK], report)
    return report


def to_hand_over(actor: Actor, old: UUID, new: UUID, ground: str) -> list[UUID]:
    """The appraisals that `hand_over` would find, by their ids; raises what it does."""
    change = _Change(actor, old, new, ground)
    with reading() as session:
        _check(session, change)
        return sorted(session.scalars(_appraisals_of(change)))


def _readable(cases: Iterable[UUID]) -> set[UUID]:
    """The appraisals that were named, each once; Invalid for what names none, or too many."""
    listed = list(islice(cases, MOST_CASES + 1))
    if len(listed) > MOST_CASES:
        raise Invalid([Blocker("too_many", "cases", ("hr",), {"max": MOST_CASES}, INPUTS)])
    for one in listed:
        if not isinstance(one, UUID):
            raise Invalid.of("not_an_id", "cases", value=shown(one))
    return set(listed)


def _check(session: Session, change: _Change) -> None:
    """What keeps the whole hand-over from being done."""
    only_hr(change.actor, "hand_over")
    if change.ground not in GROUNDS:
        raise Invalid.of("unknown_ground", "ground", known=", ".join(GROUNDS))
    if change.new == change.actor.person_id:
        raise Forbidden.of("own_hand_over", "to")
    if change.old == change.new:
        raise Invalid.of("same_person", "to")
    _check_people(session, change)


def _check_people(session: Session, change: _Change) -> None:
    """Both are people of the agency, and the new one is still there."""
    here = (Person.agency_id == change.actor.agency_id, Person.kind != "practice")
    of = (*here, Person.id.in_((change.old, change.new)))
    rows = select(Person.id, Person.left_on, Agency.zone).join(Agency).where(*of)
    known = {row.id: row for row in session.execute(rows)}
    for name, person in (("from", change.old), ("to", change.new)):
        if person not in known:
            raise NotFound.of("no_such_person", name)
    new = known[change.new]
    if new.left_on is not None and new.left_on <= Calendar(new.zone).day_of(clock.now()):
        raise Refused.of("person_left", "to", left_on=new.left_on)


def _appraisals_of(change: _Change) -> Select[UUID]:
    """Open appraisals of the old one, and closed ones in whose follow-ups they have a part."""
    p, c = Participant, Case
    of_case = and_(c.agency_id == p.agency_id, c.year == p.year, c.id == p.case_id)
    mine = (p.agency_id == change.actor.agency_id, p.person_id == change.old)
    holds = and_(p.relation.in_(("assessor", "owner")), p.until_at.is_(None))
    left = and_(p.relation == "assessor", ~_followed(p))
    return (
        select(func.coalesce(c.parent_id, c.id))
        .select_from(p)
        .join(c, of_case)
        .where(*mine, p.from_at.is_not(None), c.closed_at.is_(None), or_(holds, left))
        .distinct()
    )


def _followed(p: type[Participant]) -> ColumnElement[bool]:
    """Whether somebody took the part over, or holds it beside."""
    later = aliased(p)
    same = [
        getattr(later, name) == getattr(p, name)
        for name in ("agency_id", "year", "case_id", "relation")
    ]
    after = or_(later.until_at.is_(None), later.until_at > p.until_at)
    return exists().where(*same, later.id != p.id, later.from_at.is_not(None), after)


def _others(
    session: Session, change: _Change, ids: set[UUID]
) -> Iterator[tuple[UUID, tuple[Blocker, ...]]]:
    """Why what was named and is not the old one's stays as it is."""
    of = (Case.agency_id == change.actor.agency_id, Case.id.in_(ids))
    here = select(Case.id).where(*of, Case.cycle_id.in_(COUNTED))
    known = set(session.scalars(here)) if ids else set[UUID]()
    for case_id in sorted(ids):
        rule = "not_their_appraisal" if case_id in known else "no_such_case"
        yield case_id, (Blocker(rule, "cases", ("hr",)),)


def _hand_over(session: Session, change: _Change, homes: list[UUID], report: HandOver) -> None:
    moves: list[Move] = []
    for family in families(session, change.actor.agency_id or 0, homes):
        due = [(facts, found) for facts in family.open if (found := _due(facts, family, change))]
        if not due:
            continue
        if in_the_way := tuple(_in_the_way(family, change)):
            report.refused[family.home_id] = tuple(named(family.any, in_the_way))
            continue
        heard = frozenset({change.old})
        moves += [change_of(facts, change.actor, found, heard) for facts, found in due]
        report.handed.append(family.home_id)
    store_together(session, moves)


def _in_the_way(family: Family, change: _Change) -> Iterator[Blocker]:
    facts, new = family.any, change.new
    if "hr" not in policy.standing(facts, change.actor):
        yield policy.not_yours(facts, change.actor, ("hr",), "cases")
    yield from unfit(facts, "assessor", new, "to", ("hr",))
    if new in family.examiners:
        yield Blocker("appointable", "to", ("hr",), {"relation": "assessor"})
    reviews = new in own_parts(facts, "reviewer")
    if reviews and next_reviewer(facts, new) is None:
        yield Blocker("no_examiner", "to", ("hr",))


def _due(facts: Facts, family: Family, change: _Change) -> list[Succession]:
    """The parts in one case that pass on."""
    found = []
    held = own_parts(facts, "assessor")
    is_vacant = facts is family.root and not held
    if change.old in held or is_vacant:
        found.append(_part("assessor", change.new, change))
        above = next_reviewer(facts, change.new)
        reviewers = own_parts(facts, "reviewer")
        if change.new in reviewers or (above and is_vacant and not reviewers):
            found.append(_part("reviewer", above, change))
    by_office = family.owned.get(facts.case.id) == "assessor"
    if by_office and change.old in own_parts(facts, "owner"):
        found.append(_part("owner", change.new, change))
    return found


def _part(relation: str, new: UUID | None, change: _Change) -> Succession:
    return Succession(relation, new, change.ground, change.actor.person_id)
