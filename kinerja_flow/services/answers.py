"""Answers to the instruments of a case: each rater's own sheet, sealed until its stage closes.

Nothing here leaves a trace beside the sheet: no event, no notification, no idempotency key, so
that nothing links an anonymous rater to an answer later (`design.md`, section 8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Blocker, Conflict, Forbidden, Invalid, NotFound, Stale
from kinerja_flow.facts import Facts
from kinerja_flow.models import Sheet
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.answer_forms import read_answers
from kinerja_flow.services.books import of_home
from kinerja_flow.services.promises import Promise, promise
from kinerja_flow.workflow import collects, named
from workflows.definition import Instrument


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to some or all criteria of an instrument: criterion → {value, comment}.

    `version` is the version of the own sheet that the rater saw (0: none yet; None: whatever).
    `understood` says that an anonymous rater was told what `OwnSheet.told` says; it is asked for
    with the first answer, and kept nowhere beyond the sealed sheet.
    """

    instrument: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    understood: bool = False


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """A rater's own sheet as it stands; version 0 is one that was not begun.

    `told` is what an anonymous rater is promised and within which limits; None for others.
    """

    instrument: str
    version: int
    answers: Mapping[str, Any]
    told: Promise | None = None


def answer(case_id: UUID, actor: Actor, sheet: Answers) -> OwnSheet:
    """Answer criteria of an instrument; what was answered before and isn't named here stays.

    Raises NotFound (case, instrument), Forbidden (no rater of it), Conflict (the state does not
    collect it), Stale, or Invalid with every problem.
    """
    with transaction() as session:
        facts = books.facts_for(session, case_id, actor, lock="entry")
        instrument = _instrument(facts, sheet.instrument)
        held = _held(facts, actor, instrument)
        if not collects(facts, instrument.key, held.relation):
            params = {"instrument": instrument.key, "state": facts.state.name}
            raise Conflict([Blocker("instrument_closed", "instrument", (), params)])
        given, wrong = read_answers(facts, instrument, sheet.answers)
        row = _begun(session, facts, actor, instrument, held)
        _refuse_stale(sheet.version, row.version)
        told = promise(facts, instrument.key, held.relation)
        if told is not None and row.version == 0 and sheet.understood is not True:
            wrong.append(Blocker("limits_not_told", "understood"))
        if wrong:
            raise Invalid(wrong)
        row.answers, row.version = {**row.answers, **given}, row.version + 1
        row.written_by_id = actor.person_id if held.grant else row.written_by_id
        session.add(row)
        session.flush()
        return OwnSheet(instrument.key, row.version, dict(row.answers), told)


def _begun(
    session: Session, facts: Facts, actor: Actor, instrument: Instrument, held: policy.Held
) -> Sheet:
    """The rater's sheet under a lock, or a new one that is not kept yet."""
    rater = _rater(actor, held)
    known = _own(facts, rater, instrument).where(Sheet.relation == held.relation)
    row: Sheet | None = session.scalars(known.with_for_update()).one_or_none()
    if row is not None:
        return row
    key = {**books.home_key(facts), "instrument": instrument.key, "relation": held.relation}
    return Sheet(**key, rater_id=rater, version=0, answers={})


def _rater(actor: Actor, held: policy.Held | None) -> UUID | None:
    """Whose sheet it is: a substitute fills that of the absent official, who goes on with it."""
    return held.grant.absent_id if held and held.grant else actor.person_id


def _own(facts: Facts, rater: UUID | None, instrument: Instrument) -> Select[Any]:
    mine = (Sheet.rater_id == rater, Sheet.instrument == instrument.key)
    return of_home(facts, Sheet, Sheet).where(*mine)


def _refuse_stale(seen: int | None, present: int) -> None:
    if seen is not None and seen != present:
        raise Stale.of("stale", "version", seen=seen, present=present)


def my_sheet(case_id: UUID, actor: Actor, instrument: str) -> OwnSheet:
    """The actor's own answers to an instrument of a case, while they are sealed; nobody else's,
    but those of the official for whom they stand in.

    Beside them whatever an anonymous rater must know before the first answer. Raises Forbidden
    where the actor neither rates nor may know of the case.
    """
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        found = _instrument(facts, instrument)
        held = _asked_as(facts, actor, found)
        told = promise(facts, found.key, held.relation) if held else None
        own = _own(facts, _rater(actor, held), found)
        if held and held.grant:  # not what the absent official answers in another relation
            own = own.where(Sheet.relation == held.relation)
        row: Sheet | None = session.scalars(own).first()
        if row is None:
            if held is None and not policy.knows(facts, actor):
                raise _not_theirs(facts, actor, found)
            return OwnSheet(found.key, 0, {}, told)
        return OwnSheet(found.key, row.version, dict(row.answers), told)


def _instrument(facts: Facts, key: object) -> Instrument:
    instrument = facts.definition.instruments.get(str(key))
    if instrument is None:
        raise NotFound.of("no_such_instrument", "instrument", instrument=str(key)[:40])
    return instrument


def _held(facts: Facts, actor: Actor, instrument: Instrument) -> policy.Held:
    """The relation in which the actor answers; Forbidden where there is none."""
    held = _asked_as(facts, actor, instrument)
    if held is None:
        raise _not_theirs(facts, actor, instrument)
    return held


def _not_theirs(facts: Facts, actor: Actor, instrument: Instrument) -> Forbidden:
    said = policy.not_yours(facts, actor, instrument.answered_by, "instrument")
    return Forbidden(named(facts, [said]))


def _asked_as(facts: Facts, actor: Actor, instrument: Instrument) -> policy.Held | None:
    """The first of the instrument's relations in which the actor stands; never their own case but
    as its employee."""
    return policy.first_held(policy.standing(facts, actor), instrument.answered_by)
