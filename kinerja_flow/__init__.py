"""kinerja_flow: an appraisal cycle is a template, and an engine carries every appraisal through."""

from __future__ import annotations

import secrets
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, Response, make_response, request
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from kinerja_flow import api, logs, metrics
from kinerja_flow.api import problems as api_problems
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.errors import Problem, TooLarge, TooMany
from kinerja_flow.files import MEGABYTE, Files
from kinerja_flow.security import failed, secure
from kinerja_flow.web import accounts, citizens, health, passwords, problems, sign_in, start

__version__ = "0.1.0"
PAGES = (
    *(start.pages, health.probes, citizens.pages),
    *(sign_in.pages, passwords.pages, accounts.pages),
)
#: No server of ours has more threads in one process.
THREADS = 16


def create_app(settings: Settings | None = None) -> Flask:
    """The application: settings, extensions, entry points, nothing else."""
    chosen = settings or Settings.from_environment()
    logs.configure(as_json=bool(chosen.log_json))
    app = Flask(__name__, static_folder="web/static", template_folder="web/templates")
    app.config.update(
        SQLALCHEMY_DATABASE_URI=_from_here(chosen.database_url),
        SQLALCHEMY_ENGINE_OPTIONS=_kept(chosen.database_url),
        SECRET_KEY=chosen.secret_key or secrets.token_hex(32),
    )
    app.extensions["kinerja_settings"] = chosen
    app.extensions["kinerja_files"] = _files(chosen)
    db.init_app(app)
    secure(app, chosen)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    if chosen.oidc_issuer:  # its library takes most of a second to load
        from kinerja_flow.web import single_sign_on

        single_sign_on.join(app, chosen)
    api.register(app)
    app.register_error_handler(Problem, _refused)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(Exception, _failed)
    return app


def _files(chosen: Settings) -> Files:
    endings = tuple(filter(None, (word.strip().lower() for word in chosen.file_types.split(","))))
    return Files(chosen.files, chosen.file_megabytes * MEGABYTE, endings)


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


def _kept(url: str) -> dict[str, int]:
    """As many connections as there may be threads: one past that would be made anew each time."""
    return {"pool_size": THREADS} if make_url(url).get_backend_name() == "postgresql" else {}


def _from_here(url: str) -> str:
    """The address with a relative SQLite path counted from the working directory, as migrations
    count it; Flask-SQLAlchemy would count it from its instance folder."""
    address = make_url(url)
    path = address.database
    if address.get_backend_name() != "sqlite" or path in (None, "", ":memory:"):
        return url
    return address.set(database=str(Path(path).absolute())).render_as_string(hide_password=False)
