"""The start page and the answers to "are you there?" and "can you work?"."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from kinerja_flow.db import db

pages = Blueprint("start", __name__)


@pages.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The process answers and its database does."""
    db.session.execute(text("SELECT 1"))
    return jsonify(status="ok")
