"""Service tokens of the agency: whose, with which scopes, until when; and ending one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_admin import expose

from admin.screen import Screen
from kinerja_flow.clock import now
from kinerja_flow.policy import READERS
from kinerja_flow.services import service_tokens


class Tokens(Screen):
    """A token's secret was shown once, to its owner; only its hash is kept, and never shown."""

    key = "tokens"
    path = "token"
    section = "section_access"
    offices = READERS

    @expose("/")
    def index(self) -> Response:
        return self.page("tokens.html", rows=service_tokens.tokens_of(self.actor), now=now())

    @expose("/<uuid:token_id>/akhiri", methods=("POST",))
    def end(self, token_id: UUID) -> Any:
        service_tokens.revoke(self.actor, token_id)
        return self.done("token_ended")
