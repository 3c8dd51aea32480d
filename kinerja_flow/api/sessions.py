"""Where one is signed in, and ending it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.api.fields import Id, Instant, Truth, Word
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.security import caller, settings
from kinerja_flow.services import sessions

noun = Noun("sessions", "One's own sessions on all devices.")


class SessionView(Schema):
    """A device on which one is signed in."""

    id = Id("Its id")
    begun_at = Instant("When one signed in there")
    seen_at = Instant("When it was last used, to the minute")
    address = Word("Address from which one signed in", like="203.0.113.7")
    agent = Word("What the browser says it is")
    is_this = Truth("Whether it is the session of this request")


MINE = Contract(page_of(SessionView), by="person")
END = Contract(None, status=204, by="person")


@noun.operation("GET", "/sessions", MINE)
def listed(call: Call) -> Page:
    """Where one is signed in."""
    here, found = caller().session_id, sessions.my_sessions(call.actor, settings())
    return Page([_told(one, here) for one in found])


def _told(one: sessions.Seen, here: UUID | None) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__} | {"is_this": one.id == here}


@noun.operation("DELETE", "/sessions/<uuid:session_id>", END)
def end(call: Call, session_id: UUID) -> None:
    """End one session."""
    sessions.revoke(call.actor, session_id)


@noun.operation("DELETE", "/sessions", END)
def end_others(call: Call) -> None:
    """End all sessions but this one."""
    sessions.revoke_others(call.actor, caller().session_id)
