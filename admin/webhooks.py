"""Webhooks: what was sent to which address, what was given up, and sending it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_admin import expose

from admin.screen import Paged, Screen, listing
from kinerja_flow.models import DEAD, TAKEN, WAITING
from kinerja_flow.policy import READERS
from kinerja_flow.services import forms, webhook_deliveries, webhooks

OUTCOMES = (WAITING, TAKEN, DEAD)


class Filter(Paged):
    """Which deliveries are wanted."""

    outcome = forms.choice("outcome", OUTCOMES, optional=True)


FORM = Filter()


class Webhooks(Screen):
    """The agency's webhooks, each with its deliveries; a paused one is resumed, a delivery that was
    given up is sent again."""

    key = "webhooks"
    path = "webhook"
    section = "section_oversight"
    offices = READERS

    @expose("/")
    def index(self) -> Response:
        return self.page("webhooks.html", rows=webhooks.webhooks_of(self.actor))

    @expose("/<uuid:webhook_id>")
    def deliveries(self, webhook_id: UUID) -> Response:
        of = self.asked(FORM)
        found = webhooks.webhook(self.actor, webhook_id)
        outcome, after = of.get("outcome"), of.get("after")
        deliveries = webhook_deliveries.deliveries
        rows = listing(deliveries, self.actor, webhook_id, outcome, after=after)
        words: dict[str, Any] = {
            "webhook": found,
            "outcomes": OUTCOMES,
            "outcome": outcome,
            "listing": rows,
        }
        return self.page("deliveries.html", **words)

    @expose("/<uuid:webhook_id>/lanjutkan", methods=("POST",))
    def resume(self, webhook_id: UUID) -> Any:
        webhooks.resume(self.actor, webhook_id)
        return self.done("webhook_resumed")

    @expose("/<uuid:webhook_id>/ulangi/<uuid:delivery_id>", methods=("POST",))
    def replay(self, webhook_id: UUID, delivery_id: UUID) -> Any:
        webhook_deliveries.replay(self.actor, webhook_id, delivery_id)
        return self.done("delivery_replayed", "deliveries", webhook_id=webhook_id)
