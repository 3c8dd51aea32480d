"""What is wrong with a scenario: with its text, or with a step that cannot be played at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kinerja_flow.errors import Blocker, Problem
from workflows import Catalogue, TemplateError, TemplateProblem

WORDS = Catalogue(Path(__file__).with_name("messages.yaml"))


@dataclass(frozen=True, slots=True)
class ScenarioProblem(TemplateProblem):
    """One problem of a scenario's text; `template` names the template's own file if it is there."""

    template: str = ""

    def say(self, language: str) -> str:
        """One sentence or two that an HR officer can act on."""
        if self.template or self.code not in WORDS.texts:
            said = TemplateProblem.say(self, language)
        else:
            rule = WORDS.say(self.code, language, **self.params)
            known = ("_line" if self.line else "") + ("_place" if self.path else "")
            said = WORDS.say(f"at{known}", language, line=self.line, place=self.place, rule=rule)
        if not self.template:
            return said
        return WORDS.say("in_template", language, template=self.template, problem=said)

    def as_json(self, language: str) -> dict[str, Any]:
        return {
            "line": self.line,
            "place": self.place,
            "rule": self.code,
            "template": self.template or None,
            "message": self.say(language),
        }


class ScenarioError(TemplateError):
    """A scenario that cannot be read, with every problem found in it."""

    problems: tuple[ScenarioProblem, ...]

    def as_json(self, language: str) -> list[dict[str, Any]]:
        return [problem.as_json(language) for problem in self.problems]


def of_scenario(
    problems: Iterable[TemplateProblem], template: str = ""
) -> tuple[ScenarioProblem, ...]:
    """Problems found by the reader or checker of templates, as problems of a scenario."""
    names = [field.name for field in fields(TemplateProblem)]
    return tuple(
        ScenarioProblem(**{name: getattr(one, name) for name in names}, template=template)
        for one in problems
    )


class Unplayable(Problem):
    """A step that names what is not there; no service was asked."""

    status, code = 422, "unplayable"

    @classmethod
    def of(cls, rule: str, field: str | None = None, **params: Any) -> Unplayable:
        return cls([Blocker(rule, field, params=params, catalogue=WORDS)])
