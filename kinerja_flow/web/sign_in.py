"""Signing in and out: login and password, the second step, and its set-up."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, Response, redirect, request

from kinerja_flow.errors import Problem
from kinerja_flow.language import language
from kinerja_flow.pages import sent
from kinerja_flow.security import (
    device,
    drop,
    forgery_token,
    keep,
    refuse_foreign,
    refuse_forged,
    session_secret,
    settings,
    signed,
    spend_of_address,
    visitor,
)
from kinerja_flow.services import logins, mails, second_step, sessions
from kinerja_flow.services.sessions import Opened, Signed
from kinerja_flow.services.sign_in import sign_in
from kinerja_flow.web.speech import page

pages = Blueprint("sign_in", __name__)
#: A form of these pages is no larger, in bytes.
LARGEST = 16 * 1024
#: Where somebody goes on.
STEPS = {"code": "/masuk/kode", "setup": "/masuk/atur", None: "/"}


def go(path: str) -> Any:
    """On to a page of ours; never to one that a request named."""
    return redirect(f"{path}?lang={language()}", 303)


def arrived(opened: Opened) -> Response:
    """On to what is next, under the new session; the one that the browser had before is over."""
    if (before := session_secret()) is not None:
        sessions.sign_out(before)
    return keep(go(STEPS[opened.next_step]), opened.secret)


@pages.before_request
def _limited() -> None:
    request.max_content_length = LARGEST


@pages.get("/masuk")
def ask() -> Any:
    """Who are you? Whoever is signed in goes on."""
    return go("/") if visitor() else _asked()


def _asked(problem: Problem | None = None) -> Response:
    chosen = settings()
    return page(
        "sign_in.html",
        problem,
        agencies=logins.agencies(),
        login=request.form.get("login", "")[: logins.MOST],
        agency=request.form.get("agency", ""),
        has_issuer=bool(chosen.oidc_issuer),
        has_mail=mails.leaves(chosen),
    )


@pages.post("/masuk")
def take() -> Any:
    """Sign in; what is wrong is said on the same page, in the same words for all."""
    refuse_foreign()
    spend_of_address("sign_in")
    try:
        return arrived(sign_in(sent(), device(), settings()))
    except Problem as problem:
        return _asked(problem)


@pages.get("/masuk/kode")
def ask_code() -> Any:
    """The second step."""
    return page("second_step.html") if _due("code") else go("/masuk")


@pages.post("/masuk/kode")
def take_code() -> Any:
    """The second step is taken, by a code of the app or a recovery code."""
    found = _due("code")
    if found is None:
        return go("/masuk")
    refuse_forged()
    try:
        whole = second_step.finish(found, sent(), device(), settings())
    except Problem as problem:
        return page("second_step.html", problem)
    return keep(go("/"), whole.secret)


@pages.get("/masuk/atur")
def show_setup() -> Any:
    """The key for an app, as a QR code and as text; for whoever must have a second step, or wants
    one."""
    found = signed()
    if found is None or found.next_step == "code":
        return go("/masuk")
    return _setup(found)


def _setup(found: Signed, problem: Problem | None = None) -> Response:
    made = second_step.set_up(found, settings())
    drawn = segno.make_qr(made.uri, error="m").svg_inline(scale=6, border=3, light="#fff")
    return page("setup.html", problem, key=made.key, drawn=drawn)


@pages.post("/masuk/atur")
def take_setup() -> Any:
    """The second step is set up by its first code; recovery codes are shown this once."""
    found = signed()
    if found is None or found.next_step == "code":
        return go("/masuk")
    refuse_forged()
    try:
        whole = second_step.confirm(found, sent(), device(), settings())
    except Problem as problem:
        return _setup(found, problem)
    token = forgery_token(whole.secret)
    shown = page("recovery.html", who=found, csrf=token, codes=whole.recovery_codes)
    return keep(shown, whole.secret)


@pages.post("/keluar")
def leave() -> Any:
    """Sign out on this device."""
    secret = session_secret()
    if secret is not None and signed() is not None:
        refuse_forged()
        sessions.sign_out(secret)
    return drop(go("/"))


def _due(step: str) -> Signed | None:
    found = signed()
    return found if found is not None and found.next_step == step else None
