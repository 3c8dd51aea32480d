"""kinerja_flow: an appraisal cycle is a template, and an engine carries every appraisal through."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import Flask
from sqlalchemy import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from kinerja_flow import logs
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.security import secure
from kinerja_flow.web import citizens, health, problems, start

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> Flask:
    """The application: settings, extensions, entry points, nothing else."""
    chosen = settings or Settings.from_environment()
    logs.configure()
    app = Flask(__name__, static_folder="web/static", template_folder="web/templates")
    app.config.update(
        SQLALCHEMY_DATABASE_URI=_from_here(chosen.database_url),
        SECRET_KEY=chosen.secret_key or secrets.token_hex(32),
    )
    app.extensions["kinerja_settings"] = chosen
    if chosen.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=chosen.proxies)  # type: ignore[method-assign]
    db.init_app(app)
    secure(app)
    app.register_blueprint(start.pages)
    app.register_blueprint(health.probes)
    app.register_blueprint(citizens.pages)
    problems.register(app)
    return app


def _from_here(url: str) -> str:
    """The address with a relative SQLite path counted from the working directory, as migrations
    count it; Flask-SQLAlchemy would count it from its instance folder."""
    address = make_url(url)
    path = address.database
    if address.get_backend_name() != "sqlite" or path in (None, "", ":memory:"):
        return url
    return address.set(database=str(Path(path).absolute())).render_as_string(hide_password=False)
