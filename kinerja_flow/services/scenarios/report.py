"""What came of a scenario: step by step what was done, found and expected."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kinerja_flow.errors import Problem
from kinerja_flow.services.scenarios.problems import WORDS
from kinerja_flow.services.scenarios.scenario import Step
from workflows.definition import Label


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was expected, what was found, and whether the one meets the other."""

    name: str
    expected: Any
    found: Any
    is_met: bool

    def as_json(self) -> dict[str, Any]:
        said = {"name": self.name, "expected": self.expected, "found": self.found}
        return {**said, "met": self.is_met}

    def complaint(self, language: str) -> str:
        """What was expected and not found, spelled as in a scenario."""
        said = {"expected": _spelled(self.expected), "found": _spelled(self.found)}
        if self.name == "refused" and self.expected is None:
            return WORDS.say("unmet_refusal", language, **said)
        if self.name == "refused" and self.found is None:
            return WORDS.say("unmet_success", language, **said)
        return WORDS.say("unmet", language, name=self.name, **said)


def _spelled(value: Any) -> str:
    """A value as one writes it in YAML, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_spelled(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_spelled, value)) + "]"
    return str(value) if isinstance(value, str) else json.dumps(value, default=str)


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step. `at` is the agency's time after it; the states are those of its case, if any.

    `problem` is the refusal, expected or not; a step that was not reached has `is_played` False.
    """

    step: Step
    at: str | None = None
    case: str | None = None
    before: str | None = None
    after: str | None = None
    notified: Sequence[str] = ()
    fired: Sequence[Mapping[str, Any]] = ()
    problem: Problem | None = None
    checks: Sequence[Check] = ()
    is_played: bool = True

    @property
    def is_met(self) -> bool:
        return self.is_played and all(check.is_met for check in self.checks)

    def as_json(self, language: str) -> dict[str, Any]:
        return {
            "number": self.step.number,
            "line": self.step.line,
            "who": self.step.who,
            "verb": self.step.verb,
            "what": self.step.gist,
            "case": self.case,
            "at": self.at,
            "state_before": self.before,
            "state_after": self.after,
            "notified": list(self.notified),
            "fired": [dict(one) for one in self.fired],
            "refused": _refused(self.problem, language),
            "checks": [check.as_json() for check in self.checks],
            "played": self.is_played,
            "met": self.is_met,
        }

    def say(self, language: str) -> str:
        """The step on one line: where, who, what, and what it came to."""
        step = self.step
        done = " ".join(word for word in (step.who, step.verb or "expect", step.gist) if word)
        return WORDS.say(
            "step", language, line=step.line, done=done, outcome=self._outcome(language)
        )

    def _outcome(self, language: str) -> str:
        if not self.is_played:
            return WORDS.say("step_skipped", language)
        if self.problem is not None:
            rules = ", ".join(dict.fromkeys(b.rule for b in self.problem.blockers))
            return WORDS.say("step_refused", language, kind=self.problem.code, rules=rules)
        if self.before != self.after:
            return WORDS.say("step_moved", language, before=self.before or "–", after=self.after)
        return WORDS.say("step_done", language)

    def complaints(self, language: str) -> Iterator[str]:
        """A sentence for each expectation that was not met."""
        for check in self.checks:
            if not check.is_met:
                yield check.complaint(language)
        if self.problem is not None and not self.is_met:
            for blocker in self.problem.blockers:
                yield f"{blocker.say(language)} {blocker.way_out(language)}"


def _refused(problem: Problem | None, language: str) -> dict[str, Any] | None:
    if problem is None:
        return None
    blockers = [blocker.as_json(language) for blocker in problem.blockers]
    return {"type": problem.code, "blockers": blockers}


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a whole scenario, in the language that was asked for."""

    title: Label
    template: str
    digest: str
    steps: Sequence[StepReport]
    language: str

    @property
    def passed(self) -> bool:
        return all(step.is_met for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        return {
            "scenario": self.title(self.language),
            "template": self.template,
            "digest": self.digest,
            "passed": self.passed,
            "steps": [step.as_json(self.language) for step in self.steps],
        }

    def lines(self) -> Iterator[str]:
        """The report as lines of text: each step, and under it what was not met."""
        yield self.title(self.language)
        for step in self.steps:
            yield f"  {'✓' if step.is_met else '✗'} {step.say(self.language)}"
            yield from (f"      {line}" for line in step.complaints(self.language))
        yield WORDS.say("passed" if self.passed else "failed", self.language)
