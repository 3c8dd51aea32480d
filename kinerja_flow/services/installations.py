"""The first hour of an installation: an agency, and the person who may let others in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Blocker, Conflict, Invalid
from kinerja_flow.models import Account, Agency
from kinerja_flow.services import logins, passwords
from kinerja_flow.services.organisations import add_person, create_agency, grant_role

#: The short name of an agency, as it may stand in an address.
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
#: What the first administrator may do: let others in, and run cycles.
FIRST_ROLES = ("administrator", "hr")


@dataclass(frozen=True, slots=True)
class NewAgency:
    key: str
    name: str
    zone: str = "Asia/Jakarta"


@dataclass(frozen=True, slots=True)
class NewAdministrator:
    name: str
    login: str
    password: str = field(repr=False)
    nip: str | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    agency_id: int
    person_id: UUID


def install(agency: NewAgency, administrator: NewAdministrator) -> Installed:
    """The first agency with its first administrator, on a database that has none yet.

    Raises Invalid for what cannot be accepted, and Conflict when there is an agency already.
    """
    _check(agency, administrator)
    hashed = passwords.hashed(administrator.password)
    login = logins.key_of(administrator.login)
    named = {"email" if logins.is_email(login) else "login": login}
    with transaction() as session:
        if session.scalar(select(func.count()).select_from(Agency)):
            raise Conflict.of("already_installed", "agency")
        agency_id = create_agency(agency.key, agency.name, agency.zone)
        today = Calendar(agency.zone).day_of(clock.now())
        person_id = add_person(agency_id, administrator.name, nip=administrator.nip)
        for role in FIRST_ROLES:
            grant_role(agency_id, person_id, role, today)
        of = {"agency_id": agency_id, "person_id": person_id, **named}
        session.add(Account(**of, password_hash=hashed))
        return Installed(agency_id, person_id)


def is_installed() -> bool:
    """Whether there is an agency yet."""
    with reading() as session:
        return session.scalar(select(Agency.id).limit(1)) is not None


def _check(agency: NewAgency, administrator: NewAdministrator) -> None:
    named = {
        "agency": agency.name,
        "key": agency.key,
        "name": administrator.name,
        "login": administrator.login,
    }
    wrong = [Blocker("text_missing", name) for name, text in named.items() if not text.strip()]
    wrong += passwords.NEW.read({"password": administrator.password})[1]
    login = logins.key_of(administrator.login)
    if login and not (logins.is_name(login) or logins.is_email(login)):
        wrong.append(Blocker("login_form", "login"))
    if agency.key.strip() and not KEY.fullmatch(agency.key):
        wrong.append(Blocker("agency_key_form", "key"))
    nip = administrator.nip
    if nip is not None and not (len(nip) == 18 and nip.isascii() and nip.isdigit()):
        wrong.append(Blocker("nip_form", "nip"))
    if wrong:
        raise Invalid(wrong)
