"""The first hour of an installation: an agency, and the person who may let others in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import func, select

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import transaction
from kinerja_flow.errors import Blocker, Conflict, Invalid
from kinerja_flow.models import Account, Agency
from kinerja_flow.services.organisations import add_person, create_agency, grant_role

#: A password is at least as long; nothing else is asked of it (NIST SP 800-63B).
LEAST_PASSWORD = 12
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
    hashed = PasswordHasher().hash(administrator.password)
    with transaction() as session:
        if session.scalar(select(func.count()).select_from(Agency)):
            raise Conflict.of("already_installed", "agency")
        agency_id = create_agency(agency.key, agency.name, agency.zone)
        today = Calendar(agency.zone).day_of(clock.now())
        person_id = add_person(agency_id, administrator.name, nip=administrator.nip)
        for role in FIRST_ROLES:
            grant_role(agency_id, person_id, role, today)
        of = {"agency_id": agency_id, "person_id": person_id, "login": administrator.login}
        session.add(Account(**of, password_hash=hashed))
        return Installed(agency_id, person_id)


def _check(agency: NewAgency, administrator: NewAdministrator) -> None:
    named = {
        "agency": agency.name,
        "key": agency.key,
        "name": administrator.name,
        "login": administrator.login,
    }
    wrong = [Blocker("text_missing", name) for name, text in named.items() if not text.strip()]
    if len(administrator.password) < LEAST_PASSWORD:
        wrong.append(Blocker("password_short", "password", params={"least": LEAST_PASSWORD}))
    if agency.key.strip() and not KEY.fullmatch(agency.key):
        wrong.append(Blocker("agency_key_form", "key"))
    nip = administrator.nip
    if nip is not None and not (len(nip) == 18 and nip.isascii() and nip.isdigit()):
        wrong.append(Blocker("nip_form", "nip"))
    if wrong:
        raise Invalid(wrong)
