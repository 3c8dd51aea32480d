"""What holds wherever a survey is answered by its link alone: nothing is logged, kept or handed on.

No line of a log names a link, an address or an answer, and nothing on the way keeps the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from flask import abort, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from kinerja_flow.errors import Problem
from kinerja_flow.services.survey_marks import Sender

#: A whole form is no larger, in bytes: two texts of the longest kind, however they are encoded.
LARGEST = 64 * 1024
LONGEST_BROWSER = 500
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
log = structlog.get_logger()
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


def sender() -> Sender:
    """Where the present form comes from."""
    return Sender(request.remote_addr or "", request.user_agent.string[:LONGEST_BROWSER])
