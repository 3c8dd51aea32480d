"""The start of the back office: what wants an eye, with a way to it."""

from __future__ import annotations

from flask import Response
from flask_admin import expose

from admin.screen import Screen
from kinerja_flow.policy import READERS
from kinerja_flow.services.attention import attention


class Start(Screen):
    """Counts of what waits for HR; an administrator, who reads no cases, is led by the menu."""

    key = "start"
    path = ""
    #: Where each thing that wants an eye is looked after, where there is a screen for it.
    leads_to = {"webhooks": "admin_webhooks.index", "deliveries": "admin_webhooks.index"}

    @expose("/")
    def index(self) -> Response:
        counts = attention(self.actor) if self.actor.roles & READERS else {}
        return self.page("start.html", counts=counts, leads_to=self.leads_to)
