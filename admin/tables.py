"""The plain tables of the agency that have no screen of their own."""

from __future__ import annotations

from admin.table import Table
from kinerja_flow.models import Notification, RoleGrant, Swept
from kinerja_flow.policy import OFFICES, READERS


class Outbox(Table):
    """What goes out, and whether it went. To whom is left out: some of them rate anonymously."""

    key, path, section, offices = "outbox", "kotak-keluar", "section_oversight", READERS
    of_model = Notification
    shows = ("created_at", "event", "attempts", "sent_at")


class Offices(Table):
    """Who holds an office in the system, from when to when."""

    key, path, section = "offices", "peran", "section_access"
    of_model = RoleGrant
    shows = ("person_id", "role", "from_on", "until_on")
    labels = {"role": OFFICES}
    people = ("person_id",)


class SweptRows(Table):
    """How many rows of what went, since their time was over."""

    key, path, section = "swept", "sapuan", "section_oversight"
    of_model = Swept
    shows = ("swept_at", "what", "count")
