"""The way to a single sign-on and back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask

from kinerja_flow.config import Settings
from kinerja_flow.errors import Forbidden
from kinerja_flow.security import device, settings
from kinerja_flow.security.single_sign_on import BACK, claim_from_issuer, join_issuer, to_issuer
from kinerja_flow.services.sign_in import sign_in_by_claim
from kinerja_flow.web.sign_in import arrived
from kinerja_flow.web.speech import page

pages = Blueprint("single_sign_on", __name__)


def join(app: Flask, chosen: Settings) -> None:
    """Let people come in by the issuer of the settings."""
    join_issuer(app, chosen)
    app.register_blueprint(pages)


@pages.get("/masuk/sso")
def go_out() -> Any:
    """On to the issuer."""
    try:
        return to_issuer()
    except Forbidden as problem:
        return page("no_entry.html", problem)


@pages.get(BACK)
def come_back() -> Any:
    """Back from the issuer: signed in, or told why not. No account is made by it."""
    try:
        return arrived(sign_in_by_claim(claim_from_issuer(), device(), settings()))
    except Forbidden as problem:
        return page("no_entry.html", problem)
