"""Who is signed in at the agency, and ending somebody's session."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_admin import expose

from admin.screen import Paged, Screen, listing
from kinerja_flow.security import settings
from kinerja_flow.services.session_list import end_session, sessions_of_agency

FORM = Paged()


class Sessions(Screen):
    """From where somebody signed in is theirs to see, on the page of their account."""

    key = "sessions"
    path = "sesi"
    section = "section_access"

    @expose("/")
    def index(self) -> Response:
        after = self.asked(FORM).get("after")
        found = listing(sessions_of_agency, self.actor, settings(), after=after)
        return self.page("sessions.html", listing=found)

    @expose("/<uuid:session_id>/akhiri", methods=("POST",))
    def end(self, session_id: UUID) -> Any:
        end_session(self.actor, session_id)
        return self.done("session_ended")
