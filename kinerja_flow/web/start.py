"""The start page: what runs here, how far each cycle is, and the course of each template."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from kinerja_flow.language import language
from kinerja_flow.security import caller, visitor
from kinerja_flow.services import me, reports
from kinerja_flow.services.installations import is_installed
from kinerja_flow.services.templates import shipped_keys
from kinerja_flow.web.speech import page
from kinerja_flow.workflow import relation_label
from workflows.definition import Action

pages = Blueprint("start", __name__)


@pages.get("/")
def start() -> Response:
    """The cycles of one's agency with their cases by phase and state; else where to sign in."""
    who = visitor()
    if who is None:
        return page("welcome.html", is_installed=is_installed(), templates=shipped_keys())
    mine, found = me.who_am_i(who.actor), reports.cycles(who.actor.agency_id)
    return page("start.html", mine=mine, cycles=found, templates=shipped_keys())


@pages.get("/cycles/<uuid:cycle_id>")
def course(cycle_id: UUID) -> Response:
    """The machines that a cycle of one's agency runs by: every state, and who may do what in it."""
    chosen, who = language(), caller()
    who.refuse_outside("cycles:read")
    definition = reports.course_of(cycle_id, who.actor)

    def by(action: Action) -> str:
        return ", ".join(relation_label(definition, name)(chosen) for name in action.by)

    return page("course.html", definition=definition, by=by)
