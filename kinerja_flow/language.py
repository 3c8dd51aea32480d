"""Which language an answer is in."""

from __future__ import annotations

from flask import request

from workflows.definition import LANGUAGES

_KEPT = "kinerja.language"


def language() -> str:
    """The language asked for by ?lang=, else by Accept-Language, else Indonesian."""
    environ = request.environ
    if _KEPT not in environ:  # a list asks for each of its labels
        environ[_KEPT] = _asked()
    found: str = environ[_KEPT]
    return found


def _asked() -> str:
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
