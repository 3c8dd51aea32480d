"""What happened to the way in which somebody signs in."""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema

from kinerja_flow.api.fields import Id, Instant, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, Paged, page_of, paged
from kinerja_flow.services.account_events import events_of

noun = Noun("account_events", "Signing in, passwords, codes and tokens: what was done, by whom.")


class AccountEventView(Schema):
    """Something that happened to somebody's way in."""

    id = Id("Its id")
    at = Instant("When")
    what = Word("What, as a code", like="code_issued")
    actor_id = Id("Who did it; null for what failed, what a code did, and an operator's act")
    actor = Word("Their name", like="Rina Wulandari")
    network = Word("From which network, for the owner alone; null elsewhere", like="203.0.113.0/24")


@noun.gets("/me/account-events", page_of(AccountEventView), Paged())
def mine(call: Call) -> Page:
    """What happened to the caller's own account, newest first."""
    return paged(call.query, events_of, call.actor, call.actor.person_id)


@noun.gets("/people/<uuid:person_id>/account-events", page_of(AccountEventView), Paged())
def theirs(call: Call, person_id: UUID) -> Page:
    """What happened to somebody's account, newest first: for HR, and for themself."""
    return paged(call.query, events_of, call.actor, person_id)
