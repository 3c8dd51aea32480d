"""A change of post in mid-year: a segment of the appraisal ends, and the next begins the day after.

PermenPANRB 6/2022 lets whoever moves be appraised for each part of the year by whom they worked
under. Segments of a person in a cycle touch and never overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kinerja_flow.db import transaction
from kinerja_flow.errors import INPUTS, Blocker, Forbidden, Invalid, Refused
from kinerja_flow.facts import Facts
from kinerja_flow.models import Case
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.services import books
from kinerja_flow.services.checkpoints import Checkpoints
from kinerja_flow.services.next_segment import NextSegment, Spans, as_json, told
from kinerja_flow.services.windows import is_day, unreadable, wrong_windows
from kinerja_flow.workflow import (
    Amendment,
    Move,
    Opening,
    always,
    amend,
    opening_writes,
    store,
    write,
)
from workflows.faults import shown

_NEEDS = always("people", "results", "children")


@dataclass(frozen=True, slots=True)
class Windows:
    """Dates for one segment alone, by window: `ended` of the one that ends, such as a rating right
    away, `begun` of the one that begins, such as a time to plan."""

    ended: Spans = field(default_factory=dict)
    begun: Spans = field(default_factory=dict)


def move(
    actor: Actor, person_id: UUID, cycle_id: UUID, on_day: date, windows: Windows | None = None
) -> UUID:
    """Somebody holds another post from a day on: `split` of the segment that runs on that day.

    Raises Refused where no appraisal of theirs in the cycle covers the day, else as `split`.
    """
    only_hr(actor, "case")
    _check(on_day, windows or Windows())
    with transaction() as session:
        running = select(Case.id).where(
            Case.agency_id == actor.agency_id,
            Case.cycle_id == cycle_id,
            Case.subject_id == person_id,
            Case.parent_id.is_(None),
            Case.from_on <= on_day,
            Case.until_on >= on_day,
        )
        case_id = session.scalar(running)
        if case_id is None:
            raise Refused([Blocker("no_segment_then", "day", ("hr",), {"day": on_day})])
        return split(case_id, actor, on_day, windows)


def split(case_id: UUID, actor: Actor, day: date, windows: Windows | None = None) -> UUID:
    """End a segment the day before `day`, and open the next one from that day; its id.

    Post, assessor and reviewer are those of that day, by posts held and reporting lines, which HR
    records before. The ended segment goes its own way to a result. Of its checkpoints those that
    run over the new end are cut there; those behind it fall away (see `Checkpoints`).
    Raises NotFound, Forbidden, Invalid, Conflict or Refused, with every blocker.
    """
    only_hr(actor, "case")
    own = windows or Windows()
    _check(day, own)
    with transaction() as session:
        children = Checkpoints.locked(session, actor, case_id)
        facts = books.facts_for(session, case_id, actor, lock="move", needs=_NEEDS)
        children.refuse_if_changed(facts)
        if actor.person_id == facts.case.subject_id:
            raise Forbidden.of("own_case", "case", by="hr")
        next_one = NextSegment(session, facts, day)
        wrong = [*_not_inside(session, facts, day), *next_one.blockers()]
        wrong += [*children.blockers(facts, day), *_wrong_windows(facts, own)]
        if wrong:
            raise Refused(wrong)
        opening = next_one.opening(actor, own.begun)
        ended = _ended(facts, actor, opening, own.ended)
        store(session, [ended, *children.cut(actor, day)])
        write(session, [*opening_writes(opening), *told(opening)])
        children.drop(actor, facts, day)
        return opening.case_id


def _check(day: object, windows: Windows) -> None:
    """Invalid for what is no day, or no window with two of them."""
    wrong = [*unreadable(windows.ended), *unreadable(windows.begun)]
    if not is_day(day):
        wrong.append(Blocker("input_not_date", "day", ("hr",), {"value": shown(day)}, INPUTS))
    if wrong:
        raise Invalid(wrong)


def _not_inside(session: Session, facts: Facts, day: date) -> Iterator[Blocker]:
    """Why the segment can't end the day before this one."""
    case = facts.case
    period = {"first": case.from_on, "last": case.until_on}
    today = facts.calendar.day_of(facts.now)
    if day > today:
        yield Blocker("segment_in_future", "day", ("clock",), {"day": day, "today": today})
    if case.parent_id is not None:
        yield Blocker("not_a_segment", "case", ("hr",))
    elif facts.results or facts.state.phase not in ("planning", "running", "assessing"):
        yield Blocker("segment_rated", "case", ("reviewer",), {"state": facts.state.label})
    if case.from_on < day <= case.until_on:
        return
    same = select(Case.id).where(
        Case.agency_id == case.agency_id,
        Case.cycle_id == case.cycle_id,
        Case.subject_id == case.subject_id,
        Case.parent_id.is_(None),
        Case.id != case.id,
        or_(Case.from_on == day, Case.until_on == day - timedelta(days=1)),
    )
    rule = "already_split" if session.scalar(same) else "outside_segment"
    yield Blocker(rule, "day", ("hr",), {"day": day, **period})


def _wrong_windows(facts: Facts, own: Windows) -> Iterator[Blocker]:
    for given in (own.ended, own.begun):
        yield from wrong_windows(facts.definition.window_labels, given)


def _ended(facts: Facts, actor: Actor, opening: Opening, windows: Spans) -> Move:
    """The segment with its new last day and windows, as an event of its history."""
    last = opening.facts.case.from_on - timedelta(days=1)
    moved = {"until": [facts.case.until_on.isoformat(), last.isoformat()]}
    change: dict[str, Any] = {**moved, "next": str(opening.case_id)}
    sets: dict[str, Any] = {"until_on": last}
    if windows:
        change["windows"] = as_json(windows)
        sets["windows"] = {**(facts.case.windows or {}), **change["windows"]}
    notify = ("employee", "assessor", "reviewer")
    return amend(facts, actor, Amendment("segment_ended", "hr", change, sets=sets, notify=notify))
