"""kinerja_flow: an appraisal cycle is a template, and an engine carries every appraisal through."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import Flask
from sqlalchemy import make_url

from kinerja_flow import logs
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.files import MEGABYTE, Files

__version__ = "0.1.0"
#: No server of ours has more threads in one process.
THREADS = 16


def create_app(settings: Settings | None = None) -> Flask:
    """The application: settings, extensions, entry points, nothing else."""
    # Whoever only runs a command waits for none of the two hundred addresses.
    from kinerja_flow.entry import open_doors

    app = create_core(settings)
    open_doors(app, app.extensions["kinerja_settings"])
    return app


def create_core(settings: Settings | None = None) -> Flask:
    """The application without its entry points: all that services and commands need."""
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
    return app


def _files(chosen: Settings) -> Files:
    endings = tuple(filter(None, (word.strip().lower() for word in chosen.file_types.split(","))))
    return Files(chosen.files, chosen.file_megabytes * MEGABYTE, endings)


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
