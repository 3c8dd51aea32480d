"""Which language an answer is in."""

from __future__ import annotations

from flask import request

from workflows.definition import LANGUAGES


def language() -> str:
    """The language asked for by ?lang=, else by Accept-Language, else Indonesian."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
