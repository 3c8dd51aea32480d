"""The start page: what runs here, how far each cycle is, and the course of each template."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template

from kinerja_flow.services import reports
from kinerja_flow.services.templates import shipped_keys
from kinerja_flow.web.speech import language, saying
from kinerja_flow.workflow import relation_label
from workflows.definition import Action

pages = Blueprint("start", __name__)


@pages.get("/")
def start() -> str:
    """The cycles with their cases by phase and state."""
    chosen = language()
    return render_template(
        "start.html",
        lang=chosen,
        say=saying(chosen),
        cycles=reports.cycles(),
        templates=shipped_keys(),
    )


@pages.get("/cycles/<uuid:cycle_id>")
def course(cycle_id: UUID) -> str:
    """The machines that a cycle runs by: every state, and who may do what in it."""
    chosen = language()
    definition = reports.definition_of(cycle_id)

    def who(action: Action) -> str:
        return ", ".join(relation_label(definition, name)(chosen) for name in action.by)

    words = {"lang": chosen, "say": saying(chosen), "who": who}
    return render_template("course.html", definition=definition, **words)
