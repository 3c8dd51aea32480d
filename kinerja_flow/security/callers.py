"""Who calls: found once per request, by the service token or the session that it carries."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import g, request

from kinerja_flow.errors import Forbidden, Unauthenticated
from kinerja_flow.policy import Actor
from kinerja_flow.security.cookies import session_secret, settings
from kinerja_flow.security.forgery import refuse_forged
from kinerja_flow.security.limits import spend_of_actor, spend_of_address
from kinerja_flow.services import service_tokens, sessions
from kinerja_flow.services.service_tokens import covers
from kinerja_flow.services.sessions import Device, Signed

BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who signed in, or a program that acts for somebody under a token's scopes (None: no
    token, so whatever the person may do themself)."""

    actor: Actor
    scopes: frozenset[str] | None = None
    token_id: UUID | None = None
    session_id: UUID | None = None

    def refuse_outside(self, scope: str) -> None:
        """Forbidden where the call needs a scope that its token does not have."""
        if self.scopes is not None and not covers(self.scopes, scope):
            raise Forbidden.of("scope_missing", "scope", scope=scope)

    def refuse_program(self) -> None:
        """Forbidden unless a person signed in: what opens doors is not opened by a token."""
        if self.session_id is None:
            raise Forbidden.of("session_needed", "Authorization")


def caller() -> Caller:
    """Whoever sent the present request; Unauthenticated where nobody can be told."""
    if "caller" not in g:
        g.caller = _found()
        spend_of_actor(g.caller.actor.person_id)
    found: Caller = g.caller
    return found


def visitor() -> Caller | None:
    """Whoever looks at a page that is for everybody; None where they are not signed in."""
    found = signed()
    if found is None or found.next_step:
        return None
    return Caller(found.actor, session_id=found.id)


def signed() -> Signed | None:
    """Who is signed in by the cookie of the request, also while their second step is due."""
    if "signed" not in g:
        secret = session_secret()
        g.signed = None if secret is None else sessions.recognised(secret, settings())
    found: Signed | None = g.signed
    return found


def device() -> Device:
    """From where the request comes."""
    return Device(request.remote_addr or "", request.user_agent.string)


def _found() -> Caller:
    sent = request.headers.get("Authorization")
    return _by_session() if sent is None else _by_token(sent)


def _by_token(sent: str) -> Caller:
    if not sent.lower().startswith(BEARER):
        raise Unauthenticated.of("sign_in_first", "Authorization")
    try:
        known = service_tokens.recognised(sent[len(BEARER) :].strip())
    except Unauthenticated:
        # Counted where it fails alone: a stale token must not stop others behind one address.
        spend_of_address("tokens")
        raise
    return Caller(known.actor, known.scopes, known.id)


def _by_session() -> Caller:
    found = signed()
    if found is None:
        raise Unauthenticated.of("sign_in_first", "Authorization")
    refuse_forged()
    if found.next_step:
        raise Unauthenticated.of("second_step_first", "Authorization")
    return Caller(found.actor, session_id=found.id)
