"""Requests that another site makes a browser send: refused by origin and by a token.

Both are asked of whatever may change something and comes with a cookie. A form for whoever is not
signed in yet has no session to take a token from: there the origin decides.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import request

from kinerja_flow.errors import Forbidden
from kinerja_flow.security.cookies import session_secret, settings

HEADER = "X-CSRF-Token"
FIELD = "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: What browsers say of requests that our own pages, or people themselves, make.
OURS = frozenset({"same-origin", "none"})


def forgery_token(secret: str | None = None) -> str:
    """What a request of a session, by default the present one, has to carry; empty without one."""
    secret = secret or session_secret()
    return "" if secret is None else hashlib.sha256(f"csrf:{secret}".encode()).hexdigest()


def refuse_forged() -> None:
    """Forbidden unless a request that may change something comes from our own pages."""
    if request.method in SAFE:
        return
    refuse_foreign()
    sent = request.headers.get(HEADER) or request.form.get(FIELD, "")
    wanted = forgery_token()
    if not wanted or not hmac.compare_digest(sent.encode("utf-8", "replace"), wanted.encode()):
        raise Forbidden.of("forgery_suspected", HEADER)


def refuse_foreign() -> None:
    """Forbidden where the browser says that another site sent the request."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    hosts = {request.host, urlsplit(settings().address).netloc}
    is_foreign = origin is not None and _host_of(origin) not in hosts - {""}
    if is_foreign or (site is not None and site not in OURS):
        raise Forbidden.of("other_site", "Origin")


def _host_of(origin: str) -> str:
    """The host that an origin names; empty where it names none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
