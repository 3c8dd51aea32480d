"""One's own account: password, second step, and where one is signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from kinerja_flow.errors import Problem
from kinerja_flow.language import language
from kinerja_flow.pages import sent, told_at
from kinerja_flow.security import caller, device, settings
from kinerja_flow.services import account_events, accounts, me, second_step, sessions
from kinerja_flow.web.sign_in import LARGEST, go
from kinerja_flow.web.speech import page

pages = Blueprint("accounts", __name__)
#: So many of the newest events are shown.
EVENTS = 20


@pages.before_request
def _people_only() -> None:
    request.max_content_length = LARGEST
    caller().refuse_program()


@pages.get("/akun")
def show() -> Response:
    """The account of whoever is signed in."""
    return _shown()


def _shown(problem: Problem | None = None, **words: object) -> Response:
    who = caller()
    mine = me.who_am_i(who.actor)
    said = {
        "mine": mine,
        "at": told_at(mine.zone, language()),
        "here": who.session_id,
        "sessions": sessions.my_sessions(who.actor, settings()),
        "events": account_events.events_of(who.actor, who.actor.person_id, most=EVENTS),
        "codes_left": second_step.recovery_codes_left(who.actor),
        **words,
    }
    return page("account.html", problem, **said)


@pages.post("/akun/sandi")
def change_password() -> Response:
    """A new password; all other sessions end."""
    who = caller()
    try:
        given = sent()
        accounts.change_password(who.actor, given, who.session_id, device().address)
    except Problem as problem:
        return _shown(problem)
    return _shown(is_changed=True)


@pages.post("/akun/sesi")
def end_others() -> Any:
    """All other sessions end."""
    who = caller()
    sessions.revoke_others(who.actor, who.session_id)
    return go("/akun")


@pages.post("/akun/sesi/<uuid:session_id>")
def end_one(session_id: UUID) -> Any:
    """One session ends."""
    sessions.revoke(caller().actor, session_id)
    return go("/akun")


@pages.post("/akun/kode")
def renew_codes() -> Response:
    """New recovery codes in place of the old ones, shown this once."""
    return page("recovery.html", codes=second_step.renew_recovery_codes(caller().actor))
