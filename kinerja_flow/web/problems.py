"""How a refusal looks in a browser: one page, in the one shape of errors."""

from __future__ import annotations

from flask import render_template
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from kinerja_flow.errors import Problem
from kinerja_flow.language import language
from kinerja_flow.services.health import READY, readiness
from kinerja_flow.web.speech import saying

#: The codes of HTTP that have a sentence of their own; others get that of 500.
SAID = (400, 404, 405, 413, 503)


def refused(problem: Problem) -> tuple[str, int]:
    said = problem.as_json(language())
    return _page(problem.status, said["title"], said["blockers"])


def http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    return _page(status, saying(language())(f"http_{status if status in SAID else 500}"))


def database(error: SQLAlchemyError) -> tuple[str, int]:
    """A database that is away or not migrated is said to be so; any other error stays one."""
    found = readiness()
    if found == READY:
        raise error
    return _page(503, saying(language())(f"database_{found}"))


def _page(status: int, title: str, blockers: object = ()) -> tuple[str, int]:
    chosen = language()
    words = {"lang": chosen, "say": saying(chosen), "title": title, "blockers": blockers}
    return render_template("problem.html", **words, status=status), status
