"""How the command line speaks: language, JSON or text, and where its sentences come from."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from workflows import Catalogue
from workflows.definition import LANGUAGES

MESSAGES = Catalogue(Path(__file__).with_name("messages.yaml"))


def _console(is_error: bool) -> Console:
    file = sys.stderr if is_error else sys.stdout
    return Console(file=file, highlight=False, soft_wrap=not file.isatty())


@dataclass
class Speech:
    """What one run of a command says, and in which form."""

    language: str = LANGUAGES[0]
    is_json: bool = False
    out: Console = field(default_factory=lambda: _console(False))
    error: Console = field(default_factory=lambda: _console(True))

    def text(self, code: str, **words: object) -> str:
        return MESSAGES.say(code, self.language, **words)

    def say(self, code: str, *, style: str = "", **words: object) -> None:
        """Print the sentence for a code; words are never read as markup."""
        self.out.print(Text(self.text(code, **words), style))

    def write(self, value: object) -> None:
        """Print a value as JSON on one line."""
        click.echo(json.dumps(value, ensure_ascii=False))


speaks = click.make_pass_decorator(Speech, ensure=True)


def _set_language(context: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Speech).language = value


def _set_json(context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Speech).is_json = True


Command = Callable[..., Any]
_eager: dict[str, Any] = {"expose_value": False, "is_eager": True}


def in_language(command: Command) -> Command:
    """`--lang`: sentences in Indonesian, or in English."""
    option = click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        callback=_set_language,
        help="Language of what is said; Indonesian (id) by default.",
        **_eager,
    )
    return option(command)


def as_json(command: Command) -> Command:
    """`--json`: what a program reads, on standard output; also for refusals."""
    option = click.option(
        "--json", is_flag=True, callback=_set_json, help="Print JSON for a program.", **_eager
    )
    return option(command)
