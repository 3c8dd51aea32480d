"""A page with what all of them need: its words, who is signed in, the token of forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Response, make_response, render_template, request

from kinerja_flow.errors import Problem, TooMany
from kinerja_flow.language import language
from kinerja_flow.security import forgery_token, visitor
from kinerja_flow.security.forgery import FIELD
from workflows import Catalogue

#: The sentences of what stands around every page (`web/templates/base.html`).
FRAME = Catalogue(Path(__file__).parent / "translations" / "frame.yaml")


def told_at(zone: str, chosen: str) -> Callable[[datetime], str]:
    """A function for templates that says a moment as it is in a zone: 20 Jan 2026 12.00."""
    here = ZoneInfo(zone)

    def at(moment: datetime) -> str:
        return format_datetime(moment, "d MMM y HH.mm", tzinfo=here, locale=chosen)

    return at


def sent() -> dict[str, str]:
    """The fields of the form that was sent, without the token that it carries."""
    return {name: value for name, value in request.form.items() if name != FIELD}


class Pages:
    """Pages that speak by sentences of their own, and by those of the frame around them."""

    def __init__(self, own: Catalogue) -> None:
        self._own = own

    def saying(self, chosen: str) -> Callable[..., str]:
        """A function for templates that says a code in the chosen language."""

        def say(code: str, **words: object) -> str:
            catalogue = self._own if code in self._own.texts else FRAME
            return catalogue.say(code, chosen, **words)

        return say

    def page(self, template: str, problem: Problem | None = None, **words: object) -> Response:
        """A page, with what was wrong with what was sent; never kept on the way, since it is of
        one person."""
        chosen = language()
        blockers = () if problem is None else problem.blockers
        faults = [(one.field or "", one.say(chosen), one.way_out(chosen)) for one in blockers]
        said = {"lang": chosen, "say": self.saying(chosen), "who": visitor()}
        said |= {"faults": faults, "at_fault": {field for field, *_ in faults}}
        known = {**said, "csrf": forgery_token(), **words}
        answer = make_response(render_template(template, **known))
        answer.headers["Cache-Control"] = "no-store"
        if problem is not None:
            answer.status_code = problem.status
            if isinstance(problem, TooMany):
                answer.headers["Retry-After"] = str(problem.seconds)
        return answer
