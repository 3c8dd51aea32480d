"""The sentences of the tour, in Indonesian and English."""

from __future__ import annotations

from pathlib import Path

from workflows import Catalogue

MESSAGES = Catalogue(Path(__file__).with_name("messages.yaml"))


def say(code: str, language: str, /, **words: object) -> str:
    """The sentence for a code."""
    return MESSAGES.say(code, language, **words)
