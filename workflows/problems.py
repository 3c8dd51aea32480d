"""What is wrong with a template, told to its author: the place, the rule, and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

from workflows.faults import Path
from workflows.wording import Catalogue

MESSAGES = Catalogue(File(__file__).with_name("messages.yaml"))


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One problem of a template; `line` and `column` count from 1 and are 0 where unknown."""

    code: str
    path: Path = ()
    line: int = 0
    column: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The path as people read it; entries of lists are counted from 1."""
        return ".".join(f"#{part + 1}" if isinstance(part, int) else part for part in self.path)

    def say(self, language: str) -> str:
        """One sentence or two that an HR officer can act on."""
        rule = MESSAGES.say(self.code, language, **self.params)
        known = ("_line" if self.line else "") + ("_place" if self.path else "")
        return MESSAGES.say(f"at{known}", language, line=self.line, place=self.place, rule=rule)


class TemplateError(ValueError):
    """A template that cannot be used, with every problem found in it."""

    def __init__(self, problems: Iterable[TemplateProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.say("en") for problem in self.problems))
