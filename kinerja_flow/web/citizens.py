"""The page behind a survey's link: a citizen answers without an account and without a trace.

No cookie, no session, and no line in a log that names a link, an address or an answer. A form needs
no token against forgery: whoever has the link may use it, and nobody is signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from babel.dates import format_date
from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from kinerja_flow.errors import Blocker, Invalid, Problem
from kinerja_flow.services.survey_marks import Sender
from kinerja_flow.services.survey_replies import SurveyPage, reply, survey_form
from kinerja_flow.web.speech import language, saying

#: A whole form is no larger, in bytes: two texts of the longest kind, however they are encoded.
LARGEST = 64 * 1024
LONGEST_BROWSER = 500
ANSWERS = "answers."
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
log = structlog.get_logger()
pages = Blueprint("citizens", __name__)
View = Callable[..., Any]


def unlogged(view: View) -> View:
    """The view, whose faults are logged by their kind alone: a traceback would name the link."""

    @wraps(view)
    def careful(*args: Any, **given: Any) -> Any:
        try:
            return view(*args, **given)
        except (Problem, HTTPException):
            raise
        except Exception as error:
            log.error("survey_page_failed", error=type(error).__name__)
            status = 503 if isinstance(error, SQLAlchemyError) else 500
        return abort(status)

    return careful


@pages.after_request
def _unkept(response: Response) -> Response:
    """Let nothing on the way keep the page, or hand its address on."""
    response.headers.update(HEADERS)
    return response


@pages.get("/s/<link>")
@unlogged
def ask(link: str) -> str:
    """What is asked, and what a citizen should know before the first answer."""
    return _page(survey_form(link), {}, ())


@pages.post("/s/<link>")
@unlogged
def take(link: str) -> tuple[str, int]:
    """Take the answers, and thank for them; a form that is not right comes back as it was."""
    request.max_content_length = LARGEST
    sent = request.form.to_dict()
    browser = request.user_agent.string[:LONGEST_BROWSER]
    try:
        reply(link, _given(sent), Sender(request.remote_addr or "", browser))
    except Invalid as problem:
        return _page(survey_form(link), sent, problem.blockers), problem.status
    chosen = language()
    words = {"lang": chosen, "say": saying(chosen), "has_complaint": bool(sent.get("complaint"))}
    return render_template("thanks.html", **words), 200


def _given(sent: dict[str, str]) -> dict[str, Any]:
    """What the fields of the page say, with the answers by criterion."""
    answers = {n.removeprefix(ANSWERS): v for n, v in sent.items() if n.startswith(ANSWERS)}
    rest = {name: value for name, value in sent.items() if not name.startswith(ANSWERS)}
    return {**rest, "answers": answers}


def _places(page: SurveyPage, chosen: str) -> dict[str, str]:
    """The fields of the page that a fault can lead to, and what they are called."""
    asked = {ANSWERS + c.key: c.label(chosen) for c in page.asked.criteria}
    return asked | {
        name: saying(chosen)(f"survey_{name}_short") for name in ("comment", "complaint")
    }


def _page(page: SurveyPage, sent: dict[str, str], blockers: tuple[Blocker, ...]) -> str:
    chosen = language()
    faults = [(blocker.field or "", blocker.say(chosen)) for blocker in blockers]
    return render_template(
        "survey.html",
        lang=chosen,
        say=saying(chosen),
        page=page,
        sent=sent,
        faults=faults,
        fault_at=dict(faults),
        places=_places(page, chosen),
        last_day=format_date(page.closes_on, "d MMMM y", locale=chosen),
    )
