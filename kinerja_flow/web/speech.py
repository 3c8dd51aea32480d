"""Which language a page is in, and the sentences that pages say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import request

from workflows import Catalogue
from workflows.definition import LANGUAGES

MESSAGES = Catalogue(Path(__file__).with_name("messages.yaml"))


def language() -> str:
    """The language asked for by ?lang=, else the browser's, else Indonesian."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def saying(chosen: str) -> Callable[..., str]:
    """A function for templates that says a code in the chosen language."""

    def say(code: str, **words: object) -> str:
        return MESSAGES.say(code, chosen, **words)

    return say
