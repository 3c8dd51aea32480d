"""One-time codes: on paper for whoever has no e-mail, by unit or one by one; and their use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.config import Settings
from kinerja_flow.db import new_id, transaction
from kinerja_flow.errors import Invalid, NotFound
from kinerja_flow.models import Account, Agency, Person, Post, PostHolding, SignInCode, Unit
from kinerja_flow.policy import Actor
from kinerja_flow.services import account_events, accounts, delays, forms, keys, logins, passwords
from kinerja_flow.services.sessions import Device
from kinerja_flow.services.unit_people import today_of, units_below

#: So many codes are issued at once.
MOST_SLIPS = 500


class RedeemForm(forms.Form):
    """A one-time code, and the password that its holder chooses."""

    code = forms.text("code", 100)
    password = passwords.chosen("password")


REDEEM = RedeemForm()


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed for somebody; the code is shown this once."""

    person_id: UUID
    name: str
    nip: str | None
    login: str | None
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """The slips of a unit, and how many people of it have a password already."""

    agency: str
    unit: str
    slips: tuple[Slip, ...]
    active: int


def issue_for_unit(actor: Actor, unit_id: UUID, settings: Settings) -> Sheet:
    """A code for everybody in a unit and below it who has no password yet, in the order of names.

    Whoever has no account gets one. Earlier codes of theirs end. Not for the actor themself, nor
    for administrators unless the actor is one. Raises Forbidden, NotFound, Invalid (too many).
    """
    accounts.refuse_other_than_keepers(actor)
    with transaction() as session:
        names = _names(session, actor, unit_id)
        people = _people(session, actor, unit_id)
        barred = accounts.above(session, actor, [person.id for person in people])
        having = _accounts(session, actor, [person.id for person in people])
        new = [p for p in people if p.id not in barred and not _is_active(having.get(p.id))]
        if len(new) > MOST_SLIPS:
            raise Invalid.of("too_many_slips", "unit", most=MOST_SLIPS, count=len(new))
        slips = issued(session, actor, new, having, settings)
        active = sum(_is_active(account) for account in having.values())
        return Sheet(*names, slips, active)


def issue(actor: Actor, person_id: UUID, settings: Settings) -> Slip:
    """A code for one person, with or without a password. Raises Forbidden, NotFound, Invalid."""
    accounts.refuse_other_than_keepers(actor)
    with transaction() as session:
        accounts.refuse_stranger(session, actor, person_id)
        accounts.refuse_above(session, actor, person_id)
        having = _accounts(session, actor, [person_id])
        [slip] = issued(session, actor, [session.get_one(Person, person_id)], having, settings)
        return slip


def redeem(entry: Mapping[str, Any], device: Device) -> None:
    """Choose a password with a code, once. It signs nobody in, and takes no second step away.

    Raises Invalid (also for a code that is unknown, used or too old), TooMany.
    """
    values, wrong = REDEEM.read(entry)
    if wrong:
        raise Invalid(wrong)
    at = delays.at_address(device.address)
    delays.count_attempt(at)
    hashed = passwords.hashed(values["password"])
    with transaction() as session:
        code = _open(session, keys.sha256(keys.typed(values["code"])))
        if code is None:
            raise Invalid.of("code_unknown", "code")
        delays.forgive(session, at)
        code.used_at = clock.now()
        session.flush()
        account = logins.held(session, code.account_id)
        accounts.set_password(session, account, hashed)
        account_events.note(session, account, "password_chosen", None, device.address)


def _open(session: Session, digest: str) -> SignInCode | None:
    c, now = SignInCode, clock.now()
    of = (c.sha256 == digest, c.used_at.is_(None), c.ended_at.is_(None), c.expires_at > now)
    whose = (Person.agency_id == Account.agency_id) & (Person.id == Account.person_id)
    found = select(c, Person.left_on, Agency.zone).join(Account, Account.id == c.account_id)
    found = found.join(Person, whose).join(Agency, Agency.id == Person.agency_id)
    found = found.where(*of, Account.is_active.is_(True)).with_for_update(of=c)
    row = session.execute(found).one_or_none()
    return row[0] if row and logins.is_here(row.left_on, row.zone) else None


def issued(
    session: Session,
    actor: Actor,
    people: Sequence[Person],
    having: Mapping[UUID, Account],
    settings: Settings,
) -> tuple[Slip, ...]:
    kept = {p.id: having.get(p.id) or _account(actor, p.id) for p in people}
    session.add_all(kept.values())
    session.flush()
    accounts.end_codes(session, [account.id for account in kept.values()])
    slips = []
    for person in people:
        account, lasts = kept[person.id], timedelta(days=settings.code_days)
        code, row = accounts.code_row(account, "paper", lasts, actor.person_id)
        session.add(row)
        account_events.note(session, account, "code_issued", actor.person_id)
        login = account.login or account.email
        slips.append(Slip(person.id, person.name, person.nip, login, code, row.expires_at))
    session.flush()
    return tuple(slips)


def _account(actor: Actor, person_id: UUID) -> Account:
    assert actor.agency_id is not None, "an actor acts for an agency"
    return Account(id=new_id(), agency_id=actor.agency_id, person_id=person_id, is_active=True)


def _is_active(account: Account | None) -> bool:
    return account is not None and account.password_hash is not None


def _names(session: Session, actor: Actor, unit_id: UUID) -> tuple[str, str]:
    of = (Unit.agency_id == actor.agency_id, Unit.id == unit_id)
    row = session.execute(
        select(Agency.name, Unit.name).join(Agency, Agency.id == Unit.agency_id).where(*of)
    ).one_or_none()
    if row is None:
        raise NotFound.of("no_such_unit", "unit")
    return row[0], row[1]


def _people(session: Session, actor: Actor, unit_id: UUID) -> list[Person]:
    """Who holds a post in the unit or below it today, by name."""
    assert actor.agency_id is not None, "an actor acts for an agency"
    today, h = today_of(session, actor.agency_id), PostHolding
    units = units_below(session, actor.agency_id, unit_id)
    holding = (
        select(h.person_id)
        .join(Post, (Post.agency_id == h.agency_id) & (Post.id == h.post_id))
        .where(h.agency_id == actor.agency_id, Post.unit_id.in_(units))
        .where(h.from_on <= today, or_(h.until_on.is_(None), h.until_on >= today))
    )
    here = or_(Person.left_on.is_(None), Person.left_on > today)
    of = (Person.agency_id == actor.agency_id, Person.id.in_(holding), here)
    found = select(Person).where(*of, Person.kind != "practice").order_by(Person.name, Person.id)
    return list(session.scalars(found))


def _accounts(session: Session, actor: Actor, people: Iterable[UUID]) -> dict[UUID, Account]:
    of = (Account.agency_id == actor.agency_id, Account.person_id.in_(list(people)))
    return {account.person_id: account for account in session.scalars(select(Account).where(*of))}
