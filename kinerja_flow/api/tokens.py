"""Service tokens: whoever is signed in makes, lists and revokes their own; HR sees all."""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Id, Instant, Word
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services import service_tokens
from kinerja_flow.services.service_tokens import Issued

noun = Noun("tokens", "Keys with which programs act for whoever made them.")


class TokenView(Schema):
    """A token, without its secret."""

    id = Id("Its id")
    owner_id = Id("For whom it acts")
    name = Word("What it is for", like="Portal kepegawaian")
    scopes = fields.List(Word("A scope"), metadata={"description": "What it may do"})
    created_at = Instant("When it was issued")
    expires_at = Instant("When it ends by itself")
    revoked_at = Instant("When it was revoked; null while it was not")


class IssuedView(Schema):
    """A new token with its secret, which is shown this once."""

    id = Id("Its id")
    secret = Word("Send it as `Authorization: Bearer …`; it cannot be shown again")


# No Idempotency-Key: the answer, which holds the secret, would be kept with it.
ISSUE = Contract(IssuedView, service_tokens.FORM, status=201, by="person")


@noun.operation("GET", "/tokens", Contract(page_of(TokenView), by="person"))
def listed(call: Call) -> Page:
    """The caller's own tokens; for HR those of the agency."""
    return Page(service_tokens.tokens_of(call.actor))


@noun.operation("POST", "/tokens", ISSUE)
def issue(call: Call) -> Issued:
    """A new token for a program that acts for the caller."""
    return service_tokens.issue(call.actor, call.body)


@noun.operation("DELETE", "/tokens/<uuid:token_id>", Contract(None, status=204, by="person"))
def revoke(call: Call, token_id: UUID) -> None:
    """End a token at once."""
    service_tokens.revoke(call.actor, token_id)
