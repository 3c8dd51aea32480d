"""Pages for whoever has no password, or none any more: by e-mail, by a code, or by HR on paper."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date
from flask import Blueprint, Response, request

from kinerja_flow.errors import Problem
from kinerja_flow.language import language
from kinerja_flow.pages import sent
from kinerja_flow.security import caller, device, refuse_foreign, settings
from kinerja_flow.services import activation, mails, resets, slips
from kinerja_flow.web.sign_in import LARGEST
from kinerja_flow.web.speech import page

pages = Blueprint("passwords", __name__)


@pages.before_request
def _limited() -> None:
    request.max_content_length = LARGEST


@pages.get("/masuk/lupa")
def ask_reset() -> Response:
    """Whose password was forgotten, and what to do without e-mail."""
    return page("forgotten.html", has_mail=mails.leaves(settings()), is_asked=False)


@pages.post("/masuk/lupa")
def take_reset() -> Response:
    """The same answer whether or not there is such an account."""
    refuse_foreign()
    has_mail = mails.leaves(settings())
    try:
        resets.ask(sent(), device(), language())
    except Problem as problem:
        return page("forgotten.html", problem, has_mail=has_mail, is_asked=False)
    return page("forgotten.html", has_mail=has_mail, is_asked=True)


@pages.get("/aktivasi")
@pages.get("/aktivasi/<code>")
def ask_activation(code: str = "") -> Response:
    """A code, from paper or from the link of a mail, and a new password."""
    return page("activation.html", code=code[:100], is_done=False)


@pages.post("/aktivasi")
@pages.post("/aktivasi/<code>")
def take_activation(code: str = "") -> Response:
    """A password is chosen with a code."""
    refuse_foreign()
    given = sent()
    try:
        activation.redeem(given, device())
    except Problem as problem:
        return page("activation.html", problem, code=given.get("code", code)[:100], is_done=False)
    return page("activation.html", code="", is_done=True)


@pages.get("/kode-aktivasi")
def ask_slips() -> Response:
    """For HR: of which unit codes are to be printed, or for whom one."""
    caller().refuse_program()
    return _slips_asked()


def _slips_asked(problem: Problem | None = None) -> Response:
    units = slips.units_for(caller().actor)
    return page("slips_asked.html", problem, units=units, person=request.form.get("person", ""))


@pages.post("/kode-aktivasi")
def take_slips() -> Response:
    """Codes on slips to be printed, shown this once."""
    who = caller()
    who.refuse_program()
    try:
        sheet = slips.issue_asked(who.actor, sent(), settings())
    except Problem as problem:
        return _slips_asked(problem)
    chosen = language()

    def day(moment: datetime) -> str:
        return format_date(moment, "d MMMM y", locale=chosen)

    return page("slips.html", sheet=sheet, address=settings().address, day=day)
