"""Webhooks: which addresses hear of the agency's events, what was sent to them, and again."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Id, Instant, Word
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.paging import SIZE, Page, Paged, page, page_of, place_of
from kinerja_flow.config import Settings
from kinerja_flow.services import forms, webhook_deliveries, webhooks
from kinerja_flow.services.webhook_deliveries import DeliverySeen
from kinerja_flow.services.webhook_forms import FORM, OUTCOMES
from kinerja_flow.services.webhooks import WebhookSeen, WithSecret

noun = Noun("webhooks", "Addresses that hear of the agency's events. HR alone.")


class WebhookView(Schema):
    """An address that hears of events."""

    id = Id("Its id")
    name = Word("What it is called", like="Portal kepegawaian")
    url = Word("Where events are sent", like="https://portal.example.go.id/hooks")
    events = fields.List(
        Word("A type", like="case.moved"), metadata={"description": "The types that it is for"}
    )
    created_at = Instant("Since when it hears of events")
    former_until_at = Instant(
        "Until when the former secret signs as well; null without one", attribute="former_until"
    )
    failing_since_at = Instant(
        "When an attempt failed with none taken since; null while all is well",
        attribute="failing_since",
    )
    paused_at = Instant("Since when nothing is sent to it; null while it runs")
    waiting = Count("How many deliveries wait for an attempt", like=0)
    dead = Count("How many deliveries were given up", like=0)


class WebhookSecretView(Schema):
    """A new secret, shown this once."""

    id = Id("The webhook")
    secret = Word("The secret that signs; it is never shown again", like="whsec_MfKQ9r8GKYqrTwj")
    former_until_at = Instant(
        "Until when the former secret signs as well; null without one", attribute="former_until"
    )


class DeliveryView(Schema):
    """An event for one webhook, and what came of it."""

    id = Id("Its id, which is the webhook-id of every attempt")
    event = Word("The type of the event", like="case.moved")
    at = Instant("When it happened")
    data = fields.Dict(metadata={"description": "What is told of it: ids and codes"})
    outcome = Word("waiting, taken, or dead (given up)", like="dead")
    attempts = Count("How often it was attempted", like=14)
    problem = Word("Why the last attempt failed, as a code; null where it was taken", like="status")
    status = Count("The status of the last answer; null where there was none", like=503)
    try_at = Instant("When it is attempted next; null once it is over")
    ended_at = Instant("When it was taken or given up; null before")


class DeliveryFilter(Paged):
    """Which deliveries are wanted."""

    outcome = forms.choice("outcome", OUTCOMES, optional=True)


@noun.gets("/webhooks", page_of(WebhookView))
def listed(call: Call) -> Page:
    """The agency's webhooks."""
    return Page(webhooks.webhooks_of(call.actor))


# Not once per key: the first answer would be kept, and the secret with it.
NEW = Contract(WebhookSecretView, FORM, status=201)


@noun.operation("POST", "/webhooks", NEW)
def subscribe(call: Call) -> WithSecret:
    """A new webhook, which hears of what happens from now on. Its secret is shown this once."""
    return webhooks.subscribe(call.actor, call.body, _settings())


@noun.gets("/webhooks/<uuid:webhook_id>", WebhookView)
def one(call: Call, webhook_id: UUID) -> WebhookSeen:
    """One of the agency's webhooks."""
    return webhooks.webhook(call.actor, webhook_id)


@noun.sets("/webhooks/<uuid:webhook_id>", FORM, WebhookView)
def change(call: Call, webhook_id: UUID) -> WebhookSeen:
    """Change its name, address and events."""
    return webhooks.change(call.actor, webhook_id, call.body, _settings())


@noun.removes("/webhooks/<uuid:webhook_id>")
def end(call: Call, webhook_id: UUID) -> None:
    """End a webhook, with all that was to be sent to it."""
    webhooks.end(call.actor, webhook_id)


ROTATED = Contract(WebhookSecretView, status=201)


@noun.operation("POST", "/webhooks/<uuid:webhook_id>/secret", ROTATED)
def rotate(call: Call, webhook_id: UUID) -> WithSecret:
    """A new secret, shown this once; for a day the former one signs as well."""
    return webhooks.rotate(call.actor, webhook_id, _settings())


@noun.operation("POST", "/webhooks/<uuid:webhook_id>/resume", Contract(WebhookView, status=202))
def resume(call: Call, webhook_id: UUID) -> WebhookSeen:
    """Send again after a pause; what waited is due at once."""
    return webhooks.resume(call.actor, webhook_id)


@noun.gets("/webhooks/<uuid:webhook_id>/deliveries", page_of(DeliveryView), DeliveryFilter())
def deliveries(call: Call, webhook_id: UUID) -> Page:
    """What was or is to be sent, newest first; `outcome=dead` is what was given up."""
    after = place_of(call.query.get("cursor"), UUID)
    most, outcome = call.query.get("limit", SIZE), call.query.get("outcome")
    place = after[0] if after else None
    found = webhook_deliveries.deliveries(
        call.actor, webhook_id, outcome, after=place, most=most + 1
    )
    return page(found, most, lambda one: (one.id,))


REPLAYED = Contract(DeliveryView, status=202)


@noun.operation(
    "POST", "/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay", REPLAYED
)
def replay(call: Call, webhook_id: UUID, delivery_id: UUID) -> DeliverySeen:
    """Send a delivery again, under its own id."""
    return webhook_deliveries.replay(call.actor, webhook_id, delivery_id)


def _settings() -> Settings:
    found: Settings = current_app.extensions["kinerja_settings"]
    return found
