"""Rules about the steps of an improvement plan, and about what was done only once."""

from __future__ import annotations

from collections.abc import Iterator

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.rules.registry import Ask, rule
from workflows import Ref, Whole
from workflows.vocabulary import STEP_BOOKS


class Least(Schema):
    least = Whole(1, 100, load_default=1)


class OwnAction(Schema):
    action = Ref("action", required=True)


@rule("steps", params=Least, satisfied_by="Write so many steps, each with a day.")
def steps_given(ask: Ask, least: int) -> Iterator[Blocker]:
    """The case's plan has at least `least` steps (default 1), each with the day it is due."""
    found = len(ask.facts.steps)
    if found < least:
        params = {"least": least, "found": found}
        yield Blocker("steps_given", STEP_BOOKS[0], _writers(ask), params)


@rule("steps", satisfied_by="Say of every step what came of it, or why it was dropped.")
def steps_done(ask: Ask) -> Iterator[Blocker]:
    """Every step of the case's plan is done, or was dropped with a reason."""
    if left := sum(step.is_open for step in ask.facts.steps):
        yield Blocker("steps_done", STEP_BOOKS[0], _writers(ask), {"count": left})


def _writers(ask: Ask) -> tuple[str, ...]:
    """Those to whom the present state opens the steps, or what became of them."""
    found = (name for book in STEP_BOOKS for name in ask.facts.state.opens.get(book, ()))
    return tuple(dict.fromkeys(found)) or ("owner",)


@rule("acts", params=OwnAction, satisfied_by="The action was not taken before.")
def not_done(ask: Ask, action: str) -> Iterator[Blocker]:
    """The named action was not taken on this case, or on its parent, before: once and no more."""
    kind, _, name = action.rpartition(".")
    kind = kind or ask.facts.case.kind
    if any((act.kind, act.action) == (kind, name) for act in ask.facts.acts):
        yield Blocker("not_done", None, (), {"action": action})
