"""A page with what all of them need: the language, who is signed in, the token of forms."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from kinerja_flow.errors import Problem, TooMany
from kinerja_flow.language import language
from kinerja_flow.security import forgery_token, visitor
from kinerja_flow.security.forgery import FIELD
from kinerja_flow.web.speech import saying


def sent() -> dict[str, str]:
    """The fields of the form that was sent, without the token that it carries."""
    return {name: value for name, value in request.form.items() if name != FIELD}


def _told(faults: list[tuple[str, str, str]]) -> dict[str, object]:
    """What is wrong, and with which fields of the page."""
    return {"faults": faults, "at_fault": {field for field, *_ in faults}}


def page(template: str, problem: Problem | None = None, **words: object) -> Response:
    """A page, with what was wrong with what was sent; never kept on the way, since it is of one
    person."""
    chosen = language()
    blockers = () if problem is None else problem.blockers
    faults = [(one.field or "", one.say(chosen), one.way_out(chosen)) for one in blockers]
    said = {"lang": chosen, "say": saying(chosen), "who": visitor(), "csrf": forgery_token()}
    answer = make_response(render_template(template, **{**said, **_told(faults), **words}))
    answer.headers["Cache-Control"] = "no-store"
    if problem is not None:
        answer.status_code = problem.status
        if isinstance(problem, TooMany):
            answer.headers["Retry-After"] = str(problem.seconds)
    return answer
