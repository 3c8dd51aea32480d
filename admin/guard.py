"""Who comes into the back office, and who may change something there: asked once, for everything.

Whatever lies below the address is guarded, so that a screen that forgets to ask is not open.
"""

from __future__ import annotations

from flask import request

from kinerja_flow.policy import ADMINISTRATOR, AUDITOR, only_office
from kinerja_flow.security import caller
from kinerja_flow.security.forgery import SAFE
from workflows.vocabulary import OFFICER

PREFIX = "/admin"
WRITERS = frozenset({OFFICER, ADMINISTRATOR})
READERS = WRITERS | {AUDITOR}


def guard() -> None:
    """Unauthenticated for whoever is not signed in, Forbidden for a program, for a form of another
    site (`caller`), for whoever holds none of the offices, and for what an auditor would change."""
    if not f"{request.path}/".startswith(f"{PREFIX}/"):
        return
    who = caller()
    who.refuse_program()
    only_office(who.actor, READERS if request.method in SAFE else WRITERS, "page")
