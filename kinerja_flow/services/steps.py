"""The steps of an improvement plan (rencana perbaikan), and what became of each.

They belong to the case of the follow-up, and stand beside its moves as the other entries do: none
bumps its version, each has its own. The book `steps` holds what is to be done; what came of it is
noted by whoever has `step_outcomes`, or `steps`, open. Every verb refuses with NotFound, Conflict
(the book is closed), Forbidden, Stale, or Invalid with every problem of what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import Blocker, Conflict, Forbidden, Invalid, NotFound, Stale
from kinerja_flow.facts import Facts
from kinerja_flow.models import FollowUpStep, HistoryEvent
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.books import not_yet
from kinerja_flow.services.forms import Form
from kinerja_flow.services.step_forms import DROPPED, OUTCOME, PLANNED
from workflows.vocabulary import STEP_BOOKS

BOOK, OUTCOMES = STEP_BOOKS
#: A plan has no more steps.
MOST_STEPS = 50
#: Who reads the steps, beside whom the case is about: those who judge it, and whose it is.
READERS = policy.OPEN_READERS | {"owner"}


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as its reader sees it: open, done on a day, or dropped; `is_late` while it is open."""

    id: UUID
    number: int
    title: str
    due_on: date
    done_on: date | None
    outcome: str | None
    author_id: UUID
    closed_by_id: UUID | None
    version: int
    is_late: bool

    @property
    def is_open(self) -> bool:
        return self.outcome is None


def add(case_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Add a step (`step_forms.PlannedForm`): title, due_on, not before today; its id.

    A step that the plan has word for word, by the same day, is that one: nothing is doubled.
    """
    with transaction() as session:
        # Steps are numbered, so that whoever adds one waits for the other.
        facts = books.facts_for(session, case_id, actor, lock="move")
        books.refuse_unless_open(facts, actor, BOOK)
        values = _read(PLANNED, entry, facts)
        s = FollowUpStep
        known = session.execute(_of_case(facts, s.id, s.number, s.title, s.due_on)).all()
        for row in known:
            if (row.title, row.due_on) == (values["title"], values["due_on"]):
                return UUID(str(row.id))
        if len(known) >= MOST_STEPS:
            raise Conflict.of("too_many_steps", BOOK, max=MOST_STEPS)
        step_id, number = new_id(), max((row.number for row in known), default=0) + 1
        owned = {**_key(facts), **books.author(facts, actor, BOOK)}
        session.add(s(id=step_id, number=number, **owned, **values))
        return step_id


def correct(
    case_id: UUID, actor: Actor, step_id: UUID, entry: Mapping[str, Any], version: int
) -> int:
    """Replace what a step without an outcome says, by its author who saw its `version`; its new
    version."""
    with transaction() as session:
        facts = books.opened(session, case_id, actor, BOOK)
        row = _locked(session, facts, step_id)
        _refuse_fixed(row, actor)
        values = _read(PLANNED, entry, facts, kept=row.due_on)
        return _put(session, facts, row, version, values)


def remove(case_id: UUID, actor: Actor, step_id: UUID, version: int) -> None:
    """Take a step without an outcome off the plan, by its author who saw its `version`."""
    with transaction() as session:
        facts = books.opened(session, case_id, actor, BOOK)
        row = _locked(session, facts, step_id)
        _refuse_fixed(row, actor)
        _refuse_stale(row, version)
        session.delete(row)


def finish(
    case_id: UUID, actor: Actor, step_id: UUID, entry: Mapping[str, Any], version: int
) -> int:
    """Say that a step is done: outcome, and done_on unless it is today, not before the follow-up
    was opened; its new version.

    Said again, it replaces what was said before.
    """
    with transaction() as session:
        facts, row = _to_close(session, case_id, actor, step_id)
        values, wrong = OUTCOME.read(entry)
        day = values.get("done_on")
        wrong += [*not_yet(facts, "done_on", day), *_too_early(session, facts, day)]
        if wrong:
            raise Invalid(wrong)
        today = facts.calendar.day_of(facts.now)
        said = {"outcome": values["outcome"], "done_on": values.get("done_on", today)}
        return _put(session, facts, row, version, {**said, **_closing(facts, actor)})


def drop(case_id: UUID, actor: Actor, step_id: UUID, entry: Mapping[str, Any], version: int) -> int:
    """Say that a step is not taken, with the reason; its new version."""
    with transaction() as session:
        facts, row = _to_close(session, case_id, actor, step_id)
        values = _read(DROPPED, entry, facts)
        said = {"outcome": values["reason"], "done_on": None}
        return _put(session, facts, row, version, {**said, **_closing(facts, actor)})


def steps_of(case_id: UUID, actor: Actor) -> list[PlannedStep]:
    """The steps of a follow-up, in their order; NotFound for whoever has no part in judging it."""
    s = FollowUpStep
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        if not policy.relations(facts, actor) & READERS:
            raise NotFound.of("no_such_case", "case")
        today = facts.calendar.day_of(facts.now)
        columns = (s.id, s.number, s.title, s.due_on, s.done_on, s.outcome)
        told = (s.author_id, s.closed_by_id, s.version)
        rows = session.execute(_of_case(facts, *columns, *told).order_by(s.number))
        late = [(row, row.outcome is None and row.due_on < today) for row in rows]
        return [PlannedStep(**row._mapping, is_late=is_late) for row, is_late in late]


def _key(facts: Facts) -> dict[str, Any]:
    """The key of the follow-up itself: its steps are no entries of the appraisal."""
    return {**books.home_key(facts), "case_id": facts.case.id}


def _of_case(facts: Facts, *columns: Any) -> Select[Any]:
    owned = (getattr(FollowUpStep, name) == value for name, value in _key(facts).items())
    return select(*columns or (FollowUpStep,)).where(*owned)


def _locked(session: Session, facts: Facts, step_id: UUID) -> FollowUpStep:
    found = _of_case(facts).where(FollowUpStep.id == step_id).with_for_update()
    row: FollowUpStep | None = session.scalars(found).one_or_none()
    if row is None:
        raise NotFound.of("no_such_improvement_step", "step")
    return row


def _to_close(
    session: Session, case_id: UUID, actor: Actor, step_id: UUID
) -> tuple[Facts, FollowUpStep]:
    """The case, which lets the actor say what became of its steps, and the step."""
    facts = books.facts_for(session, case_id, actor, lock="entry")
    books.refuse_unless_open(facts, actor, _closing_book(facts, actor))
    return facts, _locked(session, facts, step_id)


def _closing_book(facts: Facts, actor: Actor) -> str:
    """The book in which the actor notes outcomes: `step_outcomes`, or `steps` where that is theirs
    alone or the only one of the two that is open."""
    mine = [book for book in (OUTCOMES, BOOK) if not any(policy.may_write(facts, actor, book))]
    return next(iter(mine), OUTCOMES if facts.state.opens.get(OUTCOMES) else BOOK)


def _closing(facts: Facts, actor: Actor) -> dict[str, Any]:
    made = books.author(facts, actor, _closing_book(facts, actor))
    return {"closed_by_id": made["author_id"], "closed_for_id": made["on_behalf_of_id"]}


def _refuse_fixed(row: FollowUpStep, actor: Actor) -> None:
    if row.author_id != actor.person_id:
        raise Forbidden.of("not_author", "step")
    if row.outcome is not None:
        raise Conflict.of("step_has_outcome", "step")


def _refuse_stale(row: FollowUpStep, version: int) -> None:
    if row.version != version:
        raise Stale.of("stale", "version", seen=version, present=row.version)


def _read(
    form: Form, entry: Mapping[str, Any], facts: Facts, kept: date | None = None
) -> dict[str, Any]:
    """The values of an entry; Invalid with every problem. A day that is `kept` may be past."""
    values, wrong = form.read(entry)
    if values.get("due_on") != kept:
        wrong += _past(facts, values.get("due_on"))
    if wrong:
        raise Invalid(wrong)
    return values


def _past(facts: Facts, day: date | None) -> Iterator[Blocker]:
    today = facts.calendar.day_of(facts.now)
    if day is not None and day < today:
        yield Blocker("step_day_past", "due_on", (), {"day": day, "today": today})


def _too_early(session: Session, facts: Facts, day: date | None) -> Iterator[Blocker]:
    """What is wrong with the day of a step: there was no plan yet."""
    h = HistoryEvent
    own = (getattr(h, name) == value for name, value in _key(facts).items())
    opened_at = session.scalar(select(h.at).where(*own, h.seq == 1))
    first = facts.calendar.day_of(opened_at) if opened_at else None
    if day is not None and first is not None and day < first:
        yield Blocker("before_case_opened", "done_on", (), {"day": day, "first": first})


def _put(
    session: Session, facts: Facts, row: FollowUpStep, version: int, said: Mapping[str, Any]
) -> int:
    """Change a row of which the actor saw the `version`; its new one. Where it says just this
    already, it stays as it is: the same request twice has one effect."""
    if all(getattr(row, name) == value for name, value in said.items()):
        return row.version
    _refuse_stale(row, version)
    own = (getattr(FollowUpStep, name) == value for name, value in _key(facts).items())
    changed = update(FollowUpStep).where(*own, FollowUpStep.id == row.id)
    session.execute(changed.values(**said, version=version + 1))
    return version + 1
