"""The edge of HTTP: who calls, with which scopes, how often, and what every answer carries."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from kinerja_flow.config import Settings
from kinerja_flow.security import bodies, headers, hosts, limits, tracing
from kinerja_flow.security.callers import Caller, caller, device, signed, visitor
from kinerja_flow.security.cookies import drop, keep, session_secret, settings
from kinerja_flow.security.forgery import forgery_token, refuse_foreign, refuse_forged
from kinerja_flow.security.limits import spend_of_address
from kinerja_flow.security.tracing import failed, request_id

__all__ = [
    "Caller",
    "caller",
    "device",
    "drop",
    "failed",
    "forgery_token",
    "keep",
    "refuse_foreign",
    "refuse_forged",
    "request_id",
    "secure",
    "session_secret",
    "settings",
    "signed",
    "spend_of_address",
    "visitor",
]

#: Supervisors ask these by whatever name and however often.
FREE = frozenset({"health"})
#: Blueprints with a limit of their own, more narrow than that of every address.
NARROW = {"citizens": "citizens", "forms": "citizens"}
#: A form of ours has far fewer fields.
FORM_PARTS, FORM_BYTES = 200, 256 * 1024


def secure(app: Flask, settings: Settings) -> None:
    """Guard every request and answer of the application, errors included."""
    app.config.update(_config(settings))
    app.request_class = bodies.Request
    if settings.proxies:
        behind = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)
        app.wsgi_app = behind  # type: ignore[method-assign]
    limits.install(app, settings)

    @app.before_request
    def arrive() -> None:
        tracing.begin()
        if request.blueprint not in FREE:
            hosts.refuse_strange(settings.host_names)
            _count()

    @app.after_request
    def leave(response: Response) -> Response:
        headers.guard(response, settings)
        tracing.told(response)
        return response


def _count() -> None:
    if request.endpoint != "static":
        spend_of_address(NARROW.get(request.blueprint or "", "address"))


def _config(settings: Settings) -> dict[str, object]:
    """How much Flask takes, and where its cookies go: to us alone, and never to a script."""
    return {
        "MAX_CONTENT_LENGTH": settings.body_kib * 1024,
        "MAX_FORM_PARTS": FORM_PARTS,
        "MAX_FORM_MEMORY_SIZE": FORM_BYTES,
        "SESSION_COOKIE_NAME": "__Host-kinerja" if settings.tls else "kinerja",
        "SESSION_COOKIE_SECURE": bool(settings.tls),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
    }
