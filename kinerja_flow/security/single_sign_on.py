"""Single sign-on by OpenID Connect: any issuer, with state, nonce and PKCE, by Authlib."""

from __future__ import annotations

from typing import Any

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, current_app
from joserfc.errors import JoseError
from requests import RequestException

from kinerja_flow.config import Settings
from kinerja_flow.errors import Forbidden, Problem
from kinerja_flow.security.cookies import settings

EXTENSION = "kinerja_sso"
BACK = "/masuk/sso/kembali"
DISCOVERY = "/.well-known/openid-configuration"
SECONDS = 10
#: What may go wrong between us and the issuer: it is away, or what it says does not hold.
FAULTS = (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, RuntimeError)
log = structlog.get_logger()


def join_issuer(app: Flask, chosen: Settings) -> None:
    """Let people sign in at the issuer of the settings, if there is one."""
    oauth = OAuth(app)
    app.extensions[EXTENSION] = oauth
    if is_joined(chosen):
        oauth.register(
            "sso",
            client_id=chosen.oidc_client,
            client_secret=chosen.oidc_secret or None,
            server_metadata_url=chosen.oidc_issuer.rstrip("/") + DISCOVERY,
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
            },
        )


def is_joined(chosen: Settings) -> bool:
    """Whether there is an issuer, and an address of ours for it to send people back to."""
    return bool(chosen.oidc_issuer and chosen.oidc_client and chosen.address)


def to_issuer() -> Response:
    """The way to the issuer; it leads back to the address of the settings, whatever host was
    asked for. Raises Forbidden where the issuer is away."""
    back = settings().address.rstrip("/") + BACK
    try:
        found: Response = _client().authorize_redirect(back)
    except FAULTS as error:
        raise _refused(error) from error
    return found


def claim_from_issuer() -> object:
    """What the issuer vouches for, as somebody comes back from it. Raises Forbidden where that does
    not hold: state, nonce, signature, issuer, audience, or an e-mail that it has not verified."""
    chosen = settings()
    issued_by = {"iss": {"essential": True, "values": _spellings(chosen.oidc_issuer)}}
    try:
        said = _client().authorize_access_token(claims_options=issued_by)["userinfo"]
    except FAULTS as error:
        raise _refused(error) from error
    if chosen.oidc_claim == "email" and said.get("email_verified") is not True:
        raise Forbidden.of("claim_unverified", "claim")
    return said.get(chosen.oidc_claim)


def _spellings(issuer: str) -> list[str]:
    bare = issuer.rstrip("/")
    return [bare, f"{bare}/"]


def _client() -> Any:
    client = current_app.extensions[EXTENSION].create_client("sso")
    if client is None:
        raise Forbidden.of("sso_missing", "claim")
    return client


def _refused(error: Exception) -> Problem:
    log.warning("sso_refused", error=type(error).__name__)
    return Forbidden.of("sso_refused", "claim")
