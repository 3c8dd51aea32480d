"""Substitution: who stands in for an absent official, from day to day, and whose word that is.

HR or the absent official grants it; nobody is given it twice for the same days, and whoever is
absent themself stands in for nobody, so that no chain of grants can arise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, tuple_, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import Blocker, Conflict, Forbidden, Invalid, NotFound
from kinerja_flow.models import Agency, Person, Substitution
from kinerja_flow.models.substitution import KINDS
from kinerja_flow.policy import READERS, Actor
from kinerja_flow.services import forms
from kinerja_flow.services.substitution_checks import (
    Planned,
    refuse_clash,
    wrong_days,
    wrong_people,
)

#: As many grants are listed at a time.
PAGE = 50


class GrantForm(forms.Form):
    """Who is absent, who stands in, as what, from which day through which, and why."""

    absent = forms.identity("absent")
    by = forms.identity("by")
    kind = forms.choice("kind", KINDS)
    from_on = forms.day("from_on")
    until_on = forms.day("until_on")
    ground = forms.text("ground", optional=True)


FORM = GrantForm()


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant as its reader sees it; the substitute is not told the ground."""

    id: UUID
    absent_id: UUID
    substitute_id: UUID
    kind: str
    from_on: date
    until_on: date
    granted_by: UUID | None
    granted_at: datetime
    ground: str | None
    revoked_at: datetime | None
    revoked_by: UUID | None


_COLUMNS = tuple(getattr(Substitution, name) for name in Granted.__dataclass_fields__)


def grant(actor: Actor, plan: Mapping[str, Any]) -> UUID:
    """Let somebody stand in for an absent official; the id of the grant. `GrantForm` is the shape.

    Raises Invalid with every problem, NotFound (somebody of another agency), Forbidden (neither HR
    nor the absent official; an officer who names themself), or Conflict (another grant in those
    days).
    """
    values, wrong = FORM.read(plan)
    if wrong:
        raise Invalid(wrong)
    planned = Planned(values["absent"], values["by"], values["from_on"], values["until_on"])
    with transaction() as session:
        people = _locked(session, actor, {"absent": planned.absent_id, "by": planned.by_id})
        _refuse_outsider(actor, planned.absent_id)
        if actor.person_id == planned.by_id != planned.absent_id:
            raise Forbidden.of("own_substitution", "by")
        today = _today(session, actor)
        wrong = [*wrong_days(planned, today), *wrong_people(planned, values["kind"], people)]
        if wrong:
            raise Invalid(wrong)
        refuse_clash(session, actor.agency_id, planned)
        row = Substitution(
            id=new_id(),
            agency_id=actor.agency_id,
            absent_id=planned.absent_id,
            substitute_id=planned.by_id,
            kind=values["kind"],
            from_on=planned.from_on,
            until_on=planned.until_on,
            granted_by=actor.person_id,
            granted_at=clock.now(),
            ground=values.get("ground"),
        )
        session.add(row)
        return row.id


def revoke(actor: Actor, grant_id: UUID) -> None:
    """End a grant from now on; it stays on record. By HR or the absent official.

    Raises NotFound, Forbidden, or Conflict where it was revoked before or is over.
    """
    s = Substitution
    of = (s.agency_id == actor.agency_id, s.id == grant_id)
    with transaction() as session:
        found = session.execute(select(s.absent_id, s.substitute_id).where(*of)).one_or_none()
        if found is None or not _may_know(actor, found):
            raise NotFound.of("no_such_substitution", "grant")
        _refuse_outsider(actor, found.absent_id)
        days = select(s.until_on, s.revoked_at).where(*of).with_for_update(of=s)
        until_on, revoked_at = session.execute(days).one()
        if revoked_at is not None or until_on < _today(session, actor):
            raise Conflict.of("substitution_over", "grant")
        ended = {"revoked_at": clock.now(), "revoked_by": actor.person_id}
        session.execute(update(s).where(*of).values(**ended))


def substitutions_of(actor: Actor, *, after: UUID | None = None, most: int = PAGE) -> list[Granted]:
    """The grants that the actor may know of, latest first day first: HR all of the agency, others
    those in which they are absent or stand in. `after` is the last one of the page before."""
    s = Substitution
    of_agency = select(*_COLUMNS).where(s.agency_id == actor.agency_id)
    if not actor.roles & READERS:
        mine = or_(s.absent_id == actor.person_id, s.substitute_id == actor.person_id)
        of_agency = of_agency.where(mine)
    if after is not None:
        last = select(s.from_on, s.id).where(s.agency_id == actor.agency_id, s.id == after)
        of_agency = of_agency.where(tuple_(s.from_on, s.id) < last.scalar_subquery())
    page = of_agency.order_by(s.from_on.desc(), s.id.desc()).limit(max(1, min(most, PAGE)))
    with reading() as session:
        return [_seen_by(actor, Granted(*row)) for row in session.execute(page)]


def _seen_by(actor: Actor, granted: Granted) -> Granted:
    if actor.roles & READERS or granted.absent_id == actor.person_id:
        return granted
    fields = {name: getattr(granted, name) for name in Granted.__dataclass_fields__}
    return Granted(**{**fields, "ground": None})


def _may_know(actor: Actor, found: Any) -> bool:
    return "hr" in actor.roles or actor.person_id in (found.absent_id, found.substitute_id)


def _refuse_outsider(actor: Actor, absent_id: UUID) -> None:
    """Forbidden to whoever is neither HR nor the absent official themself."""
    if "hr" not in actor.roles and actor.person_id != absent_id:
        raise Forbidden([Blocker("substitution_not_yours", "absent", ("hr",))])


def _locked(session: Session, actor: Actor, who: Mapping[str, UUID]) -> dict[str, date | None]:
    """When each of these people of the agency left, by their field: locked, in the order of their
    ids, so that of two grants over the same person one waits for the other."""
    here = (Person.agency_id == actor.agency_id, Person.kind != "practice")
    of = (*here, Person.id.in_(who.values()))
    rows = select(Person.id, Person.left_on).where(*of).order_by(Person.id)
    known = {row.id: row.left_on for row in session.execute(rows.with_for_update(key_share=True))}
    for field, person_id in who.items():
        if person_id not in known:
            raise NotFound.of("no_such_person", field)
    return {field: known[person_id] for field, person_id in who.items()}


def _today(session: Session, actor: Actor) -> date:
    zone = session.scalars(select(Agency.zone).where(Agency.id == actor.agency_id)).one()
    return Calendar(zone).day_of(clock.now())
