"""Somebody's angka kredit: what results came to, the opening balance, and what is next.

PermenPANRB 1/2023 and Peraturan BKN 3/2023: credit is cumulative within a jenjang.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import Blocker, Forbidden, Invalid, NotFound
from kinerja_flow.models import Case, CreditEntry, Person, Reason
from kinerja_flow.policy import READERS, Actor, only_hr
from kinerja_flow.scoring import next_threshold
from kinerja_flow.scoring.credit_steps import JENJANG, PANGKAT, STEPS
from kinerja_flow.services import forms
from kinerja_flow.services.outdating import hold
from kinerja_flow.services.unit_ratings import reasoned
from kinerja_flow.workflow import Entry, counting, entries_of, totals, write
from workflows.definition import Input, Label
from workflows.kinds import NumberInput

#: What an opening balance may be; documents state three places.
_LIMITS = {"from": 0, "to": 1000, "places": 3}


class BalanceForm(forms.Form):
    """The credit that somebody had on a day, by which document; `level` is the jenjang."""

    person = forms.identity("person")
    level = forms.choice("level", tuple(STEPS))
    value = NumberInput(Input("value", "number", Label("value", "value"), False, _LIMITS))
    day = forms.day("day")
    basis = forms.text("basis")


BALANCE = BalanceForm()


@dataclass(frozen=True, slots=True)
class Credited:
    """An entry of the record. `basis` is the document of an opening balance, else None; one that
    does not count was superseded, and stays."""

    level: str
    value: Fraction
    from_on: date
    until_on: date
    case_id: UUID | None
    number: int | None
    basis: str | None
    counts: bool


@dataclass(frozen=True, slots=True)
class LevelCredit:
    """What somebody has in a jenjang, exactly, and the thresholds that it has not reached yet: of
    the next pangkat and of the next jenjang (None: there is none left, or none is stated)."""

    level: str
    total: Fraction
    next_pangkat: int | None
    next_jenjang: int | None
    entries: tuple[Credited, ...]


def enter_balance(actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Enter the opening balance of somebody in a jenjang, by HR with its basis; the entry's id.

    A later one for the same jenjang takes its place, and the old stays on record. It is refused
    where it covers days of which a result came to credit in that jenjang: these would count twice.
    Where a result of such days is still to come, its sign-off waits for another balance.
    Raises Forbidden (no HR officer; one's own), Invalid with every problem, or NotFound.
    """
    only_hr(actor, "credit")
    assert actor.agency_id is not None, "an officer is of an agency"
    values, wrong = BALANCE.read(entry)
    if wrong:
        raise Invalid(wrong)
    if values["person"] == actor.person_id:
        raise Forbidden.of("own_credit", "person")
    with transaction() as session:
        _refuse_stranger(session, actor.agency_id, values["person"])
        _hold_appraisals(session, actor.agency_id, values["person"])
        _refuse_twice(session, actor.agency_id, values)
        row = {
            "agency_id": actor.agency_id,
            "year": values["day"].year,
            "id": new_id(),
            "person_id": values["person"],
            "level": values["level"],
            "value": Fraction(values["value"]),
            "from_on": values["day"],
            "until_on": values["day"],
            "noted_by": actor.person_id,
            "noted_at": clock.now(),
        }
        write(session, reasoned(CreditEntry, row, values["basis"]))
        return UUID(str(row["id"]))


def _hold_appraisals(session: Session, agency_id: int, person: UUID) -> None:
    """No result comes to credit while a balance is entered that may cover its days."""
    mine = (Case.agency_id == agency_id, Case.subject_id == person, Case.parent_id.is_(None))
    hold(session, agency_id, select(Case.id).where(*mine))


def _refuse_twice(session: Session, agency_id: int, values: Mapping[str, Any]) -> None:
    """Credit is cumulative, so that a balance says all that was earned up to its day."""
    counted = counting(entries_of(session, agency_id, [values["person"]]))
    earned = (one for one in counted if one.case_id and one.level == values["level"])
    first = min((one.from_on for one in earned), default=None)
    if first is not None and values["day"] >= first:
        params = {"day": values["day"], "first": first}
        raise Invalid([Blocker("balance_after_results", "day", (), params)])


def credit_of(actor: Actor, person_id: UUID) -> list[LevelCredit]:
    """Somebody's record by jenjang, the one they earned in last at the end: for themself and HR.

    For all others there is none (NotFound).
    """
    assert actor.agency_id is not None, "an actor acts for an agency"
    if actor.person_id != person_id and not actor.roles & READERS:
        raise NotFound.of("no_such_person", "person")
    with reading() as session:
        _refuse_stranger(session, actor.agency_id, person_id)
        entries = entries_of(session, actor.agency_id, [person_id])
        reasons = _texts(session, actor.agency_id, entries)
    counted = {one.id for one in counting(entries)}
    sums = totals(one for one in entries if one.id in counted)
    last = {one.level: one.until_on for one in sorted(entries, key=lambda one: one.until_on)}
    return [
        LevelCredit(
            level=level,
            total=sums[level],
            next_pangkat=next_threshold(level, PANGKAT, sums[level]),
            next_jenjang=next_threshold(level, JENJANG, sums[level]),
            entries=tuple(
                _credited(one, reasons, counted) for one in entries if one.level == level
            ),
        )
        for level in sorted(last, key=lambda level: last[level])
    ]


def _credited(one: Entry, reasons: Mapping[UUID, str], counted: set[UUID]) -> Credited:
    of = (one.level, one.value, one.from_on, one.until_on, one.case_id, one.number)
    basis = reasons[one.reason_id] if one.reason_id else None
    return Credited(*of, basis, one.id in counted)


def _texts(session: Session, agency_id: int, entries: list[Entry]) -> Mapping[UUID, str]:
    wanted = [one.reason_id for one in entries if one.reason_id]
    rows = select(Reason.id, Reason.text).where(
        Reason.agency_id == agency_id, Reason.id.in_(wanted)
    )
    return {row.id: row.text for row in session.execute(rows)}


def _refuse_stranger(session: Session, agency_id: int, person_id: UUID) -> None:
    here = (Person.agency_id == agency_id, Person.kind == "employee", Person.id == person_id)
    if session.scalar(select(Person.id).where(*here)) is None:
        raise NotFound.of("no_such_person", "person")
