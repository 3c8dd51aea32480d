"""How long the agency keeps what is not kept for ever."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_admin import expose

from admin.screen import Screen
from kinerja_flow.errors import Invalid
from kinerja_flow.pages import sent
from kinerja_flow.policy import READERS
from kinerja_flow.services.retention import retentions, set_retention


class Retention(Screen):
    """History, results and what they rest on are not among it: they are kept."""

    key = "retention"
    path = "retensi"
    section = "section_oversight"
    offices = READERS

    @expose("/")
    def index(self) -> Response:
        return self._shown()

    @expose("/", methods=("POST",))
    def change(self) -> Any:
        try:
            set_retention(self.actor, sent())
        except Invalid as problem:
            return self._shown(problem)
        return self.done("retention_set")

    def _shown(self, problem: Invalid | None = None) -> Response:
        return self.page("retention.html", problem, rows=retentions(self.actor))
