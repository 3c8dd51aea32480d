"""Sentences by code and language: a file of messages, read once and filled in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from workflows.definition import LANGUAGES


class Catalogue:
    """A YAML file that maps each code to a text in Indonesian (`id`) and in English (`en`)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def texts(self) -> Mapping[str, Mapping[str, str]]:
        texts: Mapping[str, Mapping[str, str]] = yaml.safe_load(self.path.read_text("utf-8"))
        return texts

    def say(self, code: str, language: str, **params: Any) -> str:
        """The sentence for `code`; any language but English is answered in Indonesian."""
        return self.texts[code]["en" if language == "en" else "id"].format_map(params)

    def placeholders(self, code: str) -> Mapping[str, frozenset[str]]:
        """The names that each language's text of `code` asks for."""
        return {language: _named(self.texts[code][language]) for language in LANGUAGES}


def _named(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)
