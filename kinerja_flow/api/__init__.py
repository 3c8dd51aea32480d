"""The API: small, regular resources over the services, and a document that is true of them."""

from __future__ import annotations

from flask import Flask, Response

from kinerja_flow.api import (
    account_events,
    answers,
    batch,
    briefings,
    cases,
    citizens,
    competencies,
    complaints,
    contradictions,
    credits,
    cycles,
    document,
    evidence,
    exports,
    feedback,
    follow_ups,
    history,
    measurements,
    notes,
    objections,
    observations,
    parts,
    people,
    personal,
    plans,
    practice,
    problem_kinds,
    progress,
    questions,
    redactions,
    results,
    runs,
    session,
    sessions,
    standing_in,
    steps,
    surveys,
    tasks,
    templates,
    tokens,
    unit_levels,
    webhooks,
    why,
)
from kinerja_flow.api.bodies import JSON
from kinerja_flow.api.noun import PREFIX as PREFIX
from kinerja_flow.api.specification import written

NOUNS = (
    batch.noun,
    cases.noun,
    plans.noun,
    progress.noun,
    evidence.noun,
    observations.noun,
    contradictions.noun,
    feedback.noun,
    notes.noun,
    answers.noun,
    objections.noun,
    steps.noun,
    follow_ups.noun,
    complaints.noun,
    measurements.noun,
    surveys.noun,
    citizens.noun,
    questions.noun,
    briefings.noun,
    practice.noun,
    redactions.noun,
    results.noun,
    document.noun,
    parts.noun,
    history.noun,
    tasks.noun,
    competencies.noun,
    credits.noun,
    people.noun,
    personal.noun,
    standing_in.noun,
    cycles.noun,
    runs.noun,
    unit_levels.noun,
    why.noun,
    exports.noun,
    templates.noun,
    problem_kinds.noun,
    session.noun,
    sessions.noun,
    account_events.noun,
    tokens.noun,
    webhooks.noun,
)


def register(app: Flask) -> None:
    """Publish the nouns under /api/v1, and their description at /api/v1/openapi.json."""
    for noun in NOUNS:
        app.register_blueprint(noun)
    app.add_url_rule(f"{PREFIX}/openapi.json", "openapi", _described)


def _described() -> Response:
    return Response(written(NOUNS), mimetype=JSON)
