"""Holds what came of a step against what was expected of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kinerja_flow.errors import Problem
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.registry import EXPECTATIONS
from kinerja_flow.services.scenarios.report import Check
from kinerja_flow.services.scenarios.scenario import Step


def checks(look: Look, step: Step, problem: Problem | None) -> Iterator[Check]:
    """The refusal, if there is or was to be one, and then each expectation."""
    yield from _refusal(step, problem)
    if problem is not None and _has_changed(look):
        yield Check("unchanged", True, False, False)
    if problem is None or is_answer(step, problem):
        yield from _expectations(look, step)


def is_answer(step: Step, problem: Problem) -> bool:
    """Whether a refusal is what the step is about, rather than a step that went wrong."""
    return step.refused is not None and not isinstance(problem, Unplayable)


def _has_changed(look: Look) -> bool:
    is_moved = look.before is not None and look.before != look.after
    return is_moved or bool(look.notified)


def _refusal(step: Step, problem: Problem | None) -> Iterator[Check]:
    """The refusal that was expected, or the one that was not; and that it changed nothing."""
    if step.refused is None and problem is None:
        return
    if isinstance(problem, Unplayable):
        yield Check("refused", step.refused, problem.code, False)
        return
    found = _found(step.refused, problem)
    expected = _expected(step.refused)
    yield Check("refused", expected, found, found == expected)


def _expected(refused: Any) -> Any:
    if not isinstance(refused, list):
        return refused
    return sorted({_code(one) for one in refused})


def _code(said: Any) -> str:
    return said if isinstance(said, str) else f"{said['rule']} @ {said['field']}"


def _found(refused: Any, problem: Problem | None) -> Any:
    """The refusal in the words of what was expected: its kind, or its codes, with fields if any
    were named."""
    if problem is None:
        return None
    if isinstance(refused, str):
        return problem.code
    placed = {one["rule"] for one in refused or () if isinstance(one, dict)}
    return sorted(
        {f"{b.rule} @ {b.field}" if b.rule in placed else b.rule for b in problem.blockers}
    )


def _expectations(look: Look, step: Step) -> Iterator[Check]:
    for name, expected in step.expect.items():
        word = EXPECTATIONS[name]
        if word.of_case and look.case_id is None:
            yield Check(name, expected, None, False)
            continue
        found = word.find(look, expected)
        yield Check(name, expected, found, word.compare(found, expected))
