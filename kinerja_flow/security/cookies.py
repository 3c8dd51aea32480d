"""The cookie of a session: what it is called, and that it goes nowhere but here."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request

from kinerja_flow.config import Settings

NAME = "kinerja-session"
#: A browser takes such a cookie over HTTPS alone, from this very host, for all of its pages.
LOCKED = "__Host-"


def settings() -> Settings:
    """The settings of the application that answers."""
    found: Settings = current_app.extensions["kinerja_settings"]
    return found


def session_secret() -> str | None:
    """What the cookie of the request holds."""
    found = request.cookies.get(_named(NAME, settings()))
    return found or None


def keep(response: Response, secret: str) -> Response:
    """The answer with the cookie of a session, gone when the browser is closed."""
    response.set_cookie(_named(NAME, settings()), secret, **_locks())
    return response


def drop(response: Response) -> Response:
    """The answer that takes the cookie away."""
    response.delete_cookie(_named(NAME, settings()), **_locks())
    return response


def _locks() -> dict[str, Any]:
    is_secure = bool(settings().tls)
    return {"path": "/", "secure": is_secure, "httponly": True, "samesite": "Lax"}


def _named(name: str, chosen: Settings) -> str:
    return f"{LOCKED}{name}" if chosen.tls else name
