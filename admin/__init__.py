"""The back office: screens on which HR works, and an auditor looks. They call services, no more."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask_admin import Admin
from flask_admin.theme import Theme

from admin.configuration import Configuration
from admin.guard import guard
from admin.history import History
from admin.readings import Readings
from admin.retention import Retention
from admin.sessions import Sessions
from admin.start import Start
from admin.tables import Offices, Outbox, SweptRows
from admin.tokens import Tokens
from admin.webhooks import Webhooks
from admin.why import WhyNot

#: Every screen, in the order of the menu; the first is the start.
SCREENS = (
    Start,
    *(History, WhyNot, Readings, Outbox, Webhooks, Retention, SweptRows),
    *(Sessions, Tokens, Offices, Configuration),
)


def mount(app: Flask) -> None:
    """Join the screens to an application that is guarded already."""
    app.before_request(guard)
    # Before Flask-Admin's own, so that ours are the templates that are found.
    app.register_blueprint(Blueprint("back_office", __name__, template_folder="templates"))
    start, *others = (screen() for screen in SCREENS)
    office = Admin(app, index_view=start, theme=Theme("none", "admin/base.html"))
    office.add_views(*others)
