"""For whom codes are wanted: a unit or one person named by HR, or whoever is locked out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.config import Settings
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Blocker, Invalid, NotFound
from kinerja_flow.models import Account, Agency, Person, SignInSession, Unit
from kinerja_flow.policy import Actor
from kinerja_flow.services import accounts, forms, logins, second_step, sessions
from kinerja_flow.services.activation import Sheet, Slip, issue, issue_for_unit, issued
from kinerja_flow.services.callers import person_called


class AskedForm(forms.Form):
    """For whom codes are wanted: a unit, or one person by NIP or id."""

    unit = forms.identity("unit", optional=True)
    person = forms.text("person", 40, optional=True)


ASKED = AskedForm()


def issue_asked(actor: Actor, entry: Mapping[str, Any], settings: Settings) -> Sheet:
    """Codes for a unit or for one person, whichever of the two was named, as a sheet."""
    accounts.refuse_other_than_keepers(actor)
    values, wrong = ASKED.read(entry)
    if len(values) != 1 or wrong:
        raise Invalid(wrong or [Blocker("unit_or_person", "unit")])
    if "unit" in values:
        return issue_for_unit(actor, values["unit"], settings)
    slip = issue(actor, person_called(actor.agency_id, values["person"]), settings)
    return Sheet(_agency_name(actor), "", (slip,), 0)


def units_for(actor: Actor) -> list[tuple[UUID, str]]:
    """The units of the agency, for whoever issues codes, by name."""
    accounts.refuse_other_than_keepers(actor)
    named = select(Unit.id, Unit.name).where(Unit.agency_id == actor.agency_id)
    with reading() as session:
        return [(row.id, row.name) for row in session.execute(named.order_by(Unit.name, Unit.id))]


def rescue(login: str, settings: Settings) -> tuple[Slip, ...]:
    """A way back in for whoever a login leads to, for an operator at the machine itself: their
    second step is forgotten, and a new code issued. Raises NotFound."""
    with transaction() as session:
        known = logins.accounts_of(session, logins.key_of(login))
        if not known:
            raise NotFound.of("no_such_account", "login")
        return tuple(_rescued(session, session.get_one(Account, one.id), settings) for one in known)


def _rescued(session: Session, account: Account, settings: Settings) -> Slip:
    second_step.forget(session, account)
    sessions.ended(session, SignInSession.account_id == account.id)
    nobody = Actor(agency_id=account.agency_id)
    person = session.get_one(Person, account.person_id)
    [slip] = issued(session, nobody, [person], {person.id: account}, settings)
    return slip


def _agency_name(actor: Actor) -> str:
    with reading() as session:
        return session.scalars(select(Agency.name).where(Agency.id == actor.agency_id)).one()
