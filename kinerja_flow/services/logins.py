"""By what somebody is known when they come in: NIP, e-mail or a login, each in one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import reading
from kinerja_flow.models import Account, Agency, Person
from kinerja_flow.services import forms
from workflows.faults import refuse
from workflows.hygiene import forbidden
from workflows.kinds import TextInput

MOST = 200
#: No login, e-mail or NIP looks like this.
NOBODY = " "
_NIP = re.compile(r"[0-9]{18}")
#: ASCII alone: no letter of another script can pass for one of these.
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,99}")
_EMAIL = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")


class LoginInput(TextInput):
    """What somebody types to say who they are: whatever it is, it is only looked up."""

    def taken(self, value: Any) -> str:
        if not isinstance(value, str):
            raise refuse("input_not_text")
        if len(value) > MOST:
            raise refuse("text_length", min=1, max=MOST, length=len(value))
        return key_of(value)


class EmailInput(LoginInput):
    """An e-mail address that mail is sent to."""

    def taken(self, value: Any) -> str:
        email = super().taken(value)
        if not _EMAIL.fullmatch(email):
            raise refuse("not_an_email")
        return email


def typed(name: str) -> LoginInput:
    return LoginInput(forms.spec(name, max=MOST))


def email(name: str, *, optional: bool = False) -> EmailInput:
    return EmailInput(forms.spec(name, max=MOST, optional=optional))


def key_of(text: str) -> str:
    """A login in its one spelling; empty for what can be nobody's.

    Full-width and other compatibility forms are the plain letters (NFKC), large letters small ones,
    and the spaces within a NIP are left out.
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if forbidden(plain) or len(plain) > MOST:
        return ""
    packed = re.sub(r"\s", "", plain)
    return packed if _NIP.fullmatch(packed) else plain


def is_name(key: str) -> bool:
    return _NAME.fullmatch(key) is not None


def is_email(key: str) -> bool:
    return _EMAIL.fullmatch(key) is not None


@dataclass(frozen=True, slots=True)
class Known:
    """An account that may be used today, and whose it is."""

    id: UUID
    agency_id: int
    person_id: UUID
    email: str | None
    password_hash: str | None


def accounts_of(session: Session, login: str, agency: str | None = None) -> Sequence[Known]:
    """The accounts that a login leads to: of an agency, or of all; more than one where a NIP is
    known to several agencies. None that is switched off, or whose person has left."""
    a, p, key = Account, Person, login or NOBODY
    named = select(a.id).where(or_(a.login == key, a.email == key))
    by_nip = select(a.id).join(p, (p.agency_id == a.agency_id) & (p.id == a.person_id))
    either = union(named, by_nip.where(p.nip == key)).subquery()
    columns = (a.id, a.agency_id, a.person_id, a.email, a.password_hash)
    wanted = (
        select(*columns, p.left_on, Agency.zone)
        .join(either, either.c.id == a.id)
        .join(p, (p.agency_id == a.agency_id) & (p.id == a.person_id))
        .join(Agency, Agency.id == a.agency_id)
        .where(a.is_active.is_(True), p.kind != "practice")
    )
    if agency is not None:
        wanted = wanted.where(Agency.key == agency)
    return [Known(*row[:5]) for row in session.execute(wanted) if is_here(row.left_on, row.zone)]


def held(session: Session, account_id: UUID) -> Account:
    """An account as it is now, locked until the transaction ends."""
    return session.scalars(select(Account).where(Account.id == account_id).with_for_update()).one()


def agencies(most: int = 1000) -> list[tuple[str, str]]:
    """The agencies of the installation, key and name, where there are several to choose from."""
    named = select(Agency.key, Agency.name).order_by(Agency.name, Agency.key).limit(most)
    with reading() as session:
        found = [(row.key, row.name) for row in session.execute(named)]
    return found if len(found) > 1 else []


def is_here(left_on: date | None, zone: str) -> bool:
    """Whether somebody is of their agency today, where it is: to the day before they leave."""
    return left_on is None or Calendar(zone).day_of(clock.now()) < left_on
