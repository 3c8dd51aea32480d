"""What supervisors ask: does the process live, can it work, and what has it done so far?"""

from __future__ import annotations

import hmac
import ipaddress

from flask import Blueprint, Response, abort, current_app, jsonify, request

from kinerja_flow import metrics
from kinerja_flow.config import Settings
from kinerja_flow.services.health import READY, STOPPING, is_stopping, readiness

probes = Blueprint("health", __name__)
#: A proxy adds one of these, so whoever asks is not the one who connects.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@probes.get("/healthz")
def healthz() -> Response:
    """The process answers; the database is not asked."""
    return jsonify(status="ok")


@probes.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 when the database answers and has this program's schema, else 503 with the reason; 503
    too once the server was told to stop."""
    found = STOPPING if is_stopping() else readiness()
    return jsonify(status=found), 200 if found == READY else 503


@probes.get("/metrics")
def counted() -> Response:
    """What was counted, for Prometheus; for whoever holds the token, or asks from loopback."""
    settings: Settings = current_app.extensions["kinerja_settings"]
    if not (_holds(settings.metrics_token) if settings.metrics_token else _is_near()):
        abort(404)
    return Response(metrics.exposed(), content_type=metrics.MEDIA_TYPE)


def _holds(token: str) -> bool:
    sent = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(sent, f"Bearer {token}".encode())


def _is_near() -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
