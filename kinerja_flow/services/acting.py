"""Who acts: a person with the roles and grants of today, found by one statement per request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, false, literal_column, select

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.db import glance
from kinerja_flow.errors import Forbidden, NotFound
from kinerja_flow.models import Account, Agency, Person, RoleGrant, ServiceToken, Substitution
from kinerja_flow.policy import Actor, Grant
from kinerja_flow.workflow.statements import Hot, Listed

_a, _c, _p, _r, _s, _t = (
    model.__table__.c for model in (Agency, Account, Person, RoleGrant, Substitution, ServiceToken)
)
_ROLES = (
    select(Listed(_r.role, _r.from_on, _r.until_on))
    .where(_r.agency_id == _p.agency_id, _r.person_id == _p.id)
    .scalar_subquery()
)
_GRANTS = (
    select(Listed(_s.id, _s.absent_id, _s.from_on, _s.until_on))
    .where(_s.agency_id == _p.agency_id, _s.substitute_id == _p.id, _s.revoked_at.is_(None))
    .scalar_subquery()
)
_WHO = (_p.agency_id, _p.id, _p.left_on, _a.zone, _ROLES, _GRANTS)
_IS_REAL = _p.kind != literal_column("'practice'")
_PERSON = Hot(
    select(*_WHO)
    .join(Agency.__table__, _a.id == _p.agency_id)
    .where(_p.agency_id == bindparam("agency"), _p.id == bindparam("person"), _IS_REAL)
)
_TOKEN = Hot(
    select(_t.id, _t.scopes, _t.expires_at, _t.revoked_at, *_WHO)
    .join(Person.__table__, (_p.agency_id == _t.agency_id) & (_p.id == _t.owner_id))
    .join(Agency.__table__, _a.id == _p.agency_id)
    .outerjoin(Account.__table__, (_c.agency_id == _p.agency_id) & (_c.person_id == _p.id))
    # An owner without an account has none that could be switched off.
    .where(_t.sha256 == bindparam("sha256"), _IS_REAL, _c.is_active.is_not(false()))
)


def actor_for(agency_id: int, person_id: UUID) -> Actor:
    """The person as an actor, with the roles and the grants of substitution of today.

    Raises NotFound for somebody of another agency, Forbidden for somebody who has left.
    """
    found = _found(_PERSON, {"agency": agency_id, "person": person_id})
    if found is None:
        raise NotFound.of("no_such_person", "person")
    return _actor(found)


def owner_of_token(sha256: str) -> tuple[Sequence[Any], Actor] | None:
    """A token's id, scopes, end and revocation, and its owner as an actor; None if it is unknown,
    or its owner's account was switched off.

    Raises Forbidden where the owner has left.
    """
    found = _found(_TOKEN, {"sha256": sha256})
    return None if found is None else (found[:4], _actor(found[4:]))


def _found(statement: Hot, values: Mapping[str, Any]) -> list[Any] | None:
    with glance() as connection:
        rows = statement.rows(connection, values)
    return rows[0] if rows else None


def _actor(found: Sequence[Any]) -> Actor:
    agency_id, person_id, left_on, zone, roles, grants = found
    today = Calendar(zone).day_of(clock.now())
    if left_on is not None and left_on <= today:
        raise Forbidden.of("person_left", "person", left_on=left_on)
    held = frozenset(role for role, *span in roles or () if _is_on(today, *span))
    lent = tuple(_grant(*row) for row in sorted(grants or (), key=_by_day))
    return Actor(person_id, agency_id, held, grants=tuple(g for g in lent if _covers(g, today)))


def _is_on(today: date, from_on: str, until_on: str | None) -> bool:
    """Whether the day lies within days that are told as text, as JSON has them."""
    return from_on <= today.isoformat() and (until_on is None or until_on >= today.isoformat())


def _by_day(row: Sequence[str]) -> tuple[str, str]:
    return row[2], row[0]


def _grant(grant_id: str, absent_id: str, from_on: str, until_on: str) -> Grant:
    days = date.fromisoformat(from_on), date.fromisoformat(until_on)
    return Grant(UUID(grant_id), UUID(absent_id), *days)


def _covers(grant: Grant, today: date) -> bool:
    return grant.from_on <= today <= grant.until_on
