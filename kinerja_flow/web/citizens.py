"""The page behind a survey's link: a citizen answers without an account and without a trace.

No cookie, no session, and no line in a log that names a link, an address or an answer. A form needs
no token against forgery: whoever has the link may use it, and nobody is signed in.
"""

from __future__ import annotations

from typing import Any

from babel.dates import format_date
from flask import Blueprint, Response, render_template, request

from kinerja_flow.errors import Blocker, Invalid
from kinerja_flow.language import language
from kinerja_flow.security.links import HEADERS, LARGEST, sender, unlogged
from kinerja_flow.services.survey_replies import SurveyPage, reply, survey_form
from kinerja_flow.web.speech import saying

ANSWERS = "answers."
pages = Blueprint("citizens", __name__)


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
    try:
        reply(link, _given(sent), sender())
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
