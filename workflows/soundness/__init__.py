"""Whether a template that is well written can also be carried out, for every case and person."""

from __future__ import annotations

from workflows.problems import TemplateProblem
from workflows.soundness import (
    anonymity,
    competency,
    contents,
    document,
    family,
    follow_ups,
    moves,
    objections,
    organisation,
    people,
    raters,
    said,
    scoring,
    successors,
    times,
    waits,
)
from workflows.soundness.draft import Draft

CHECKS = (
    *moves.CHECKS,
    *times.CHECKS,
    *waits.CHECKS,
    *people.CHECKS,
    *anonymity.CHECKS,
    *raters.CHECKS,
    *successors.CHECKS,
    *objections.CHECKS,
    *contents.CHECKS,
    *competency.CHECKS,
    *document.CHECKS,
    *scoring.CHECKS,
    *said.CHECKS,
    *organisation.CHECKS,
    *family.CHECKS,
    *follow_ups.CHECKS,
)


def review(draft: Draft) -> list[TemplateProblem]:
    """Every problem that any check finds in the draft."""
    return [problem for check in CHECKS for problem in check(draft)]
