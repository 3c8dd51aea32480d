"""Everything that answers at an address: pages, the API, and what is said when something fails."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from flask import Flask, Response, make_response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from admin import mount
from kinerja_flow import api, metrics
from kinerja_flow.api import problems as api_problems
from kinerja_flow.config import Settings
from kinerja_flow.errors import Problem, TooLarge, TooMany
from kinerja_flow.security import failed, secure
from kinerja_flow.web import (
    accounts,
    citizens,
    health,
    passwords,
    problems,
    sign_in,
    single_sign_on,
    start,
)

PAGES = (
    *(start.pages, health.probes, citizens.pages),
    *(sign_in.pages, passwords.pages, accounts.pages),
)


def open_doors(app: Flask, settings: Settings) -> None:
    """Join the entry points to an application, guarded, with their answers to every failure."""
    secure(app, settings)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    if settings.oidc_issuer:
        single_sign_on.join(app, settings)
    api.register(app)
    mount(app)
    app.register_error_handler(Problem, _refused)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(Exception, _failed)


def _refused(problem: Problem) -> Response:
    for blocker in problem.blockers:
        metrics.refused(blocker.rule)
    answer = make_response(_audience().refused(problem))
    if isinstance(problem, TooMany):
        answer.headers["Retry-After"] = str(problem.seconds)
    return answer


def _too_large(_error: RequestEntityTooLarge) -> Response:
    return _refused(TooLarge.of("body_too_large", most=request.max_content_length))


def _http(error: HTTPException) -> Any:
    return _audience().http(error)


def _failed(error: Exception) -> Any:
    """A fault of ours: its lines of code are logged, and nobody is told more than that."""
    failed(error)
    return _http(InternalServerError())


def _database(error: SQLAlchemyError) -> Any:
    try:
        return _audience().database(error)
    except SQLAlchemyError:
        return _failed(error)


def _audience() -> ModuleType:
    """Who words an error: programs are answered in JSON, people with a page."""
    return api_problems if request.path.startswith(f"{api.PREFIX}/") else problems
