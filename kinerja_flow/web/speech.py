"""The sentences that pages say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workflows import Catalogue

MESSAGES = Catalogue(Path(__file__).with_name("messages.yaml"))


def saying(chosen: str) -> Callable[..., str]:
    """A function for templates that says a code in the chosen language."""

    def say(code: str, **words: object) -> str:
        return MESSAGES.say(code, chosen, **words)

    return say
