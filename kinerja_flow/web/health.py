"""What a supervisor or a load balancer asks: does the process live, and can it work?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from kinerja_flow.services.health import READY, readiness

probes = Blueprint("health", __name__)


@probes.get("/healthz")
def healthz() -> Response:
    """The process answers; the database is not asked."""
    return jsonify(status="ok")


@probes.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 when the database answers and has this program's schema, else 503 with the reason."""
    found = readiness()
    return jsonify(status=found), 200 if found == READY else 503
