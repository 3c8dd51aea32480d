"""Does the guidance for units fit their scale and people's levels, and can it be kept?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from workflows.definition import Call, Guideline
from workflows.faults import Path, listing
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft, calls_of
from workflows.soundness.scoring import kinds_of
from workflows.vocabulary import CREDIT, CREDIT_FROM, DISTRIBUTION, RECORD_CREDIT, UNIT_HEAD

_WHERE = "organisation"


def levels_of_no_scale(draft: Draft) -> Iterator[TemplateProblem]:
    """Guidance is for levels of the units' scale, and about levels that people can get."""
    found = draft.definition.organisation
    if found is None:
        return
    of_units, of_people = _levels(draft, found.scale), _levels(draft, _scale_of(draft, found.of))
    for level, lines in found.guidance.items():
        path = (_WHERE, "guidance", level)
        yield from _unknown(draft, (level,), of_units, path)
        for place, line in enumerate(lines):
            yield from _unknown(draft, line.levels, of_people, (*path, place, "levels"))


def not_the_result(draft: Draft) -> Iterator[TemplateProblem]:
    """What is counted is the level that a result is known by: the last that the scoring yields."""
    found = draft.definition.organisation
    kinds = kinds_of(draft)
    levels = [node for node, kind in kinds.items() if kind != "number"]
    if found and found.of in kinds and levels[-1:] != [found.of]:
        last = levels[-1] if levels else "–"
        yield draft.finding("not_the_result", (_WHERE, "of"), name=found.of, last=last)


def guidance_impossible(draft: Draft) -> Iterator[TemplateProblem]:
    """No unit could keep it, however its people are rated."""
    found = draft.definition.organisation
    for level, lines in found.guidance.items() if found else ():
        if _impossible(lines):
            yield draft.finding("guidance_impossible", (_WHERE, "guidance", level), name=level)


def _impossible(lines: Iterable[Guideline]) -> bool:
    """Whether disjoint shares need more than all, or one needs more than it may have."""
    needed = [(set(line.levels), line.at_least) for line in lines if line.at_least is not None]
    allowed = [(set(line.levels), line.at_most) for line in lines if line.at_most is not None]
    total, seen = Fraction(), set[str]()
    for levels, share in sorted(needed, key=lambda one: -one[1]):
        if not levels & seen:
            total, seen = total + share, seen | levels
    over = any(least > most for some, least in needed for all_, most in allowed if some <= all_)
    return over or total > 100


def nothing_to_go_by(draft: Draft) -> Iterator[TemplateProblem]:
    """Words about units need the section that says what units are rated by."""
    if draft.document.data.get(_WHERE) is not None:
        return
    for call, path in _calls(draft):
        if call.name in (DISTRIBUTION, UNIT_HEAD):
            yield draft.finding("no_organisation", path, word=call.name)


def unit_levels_left_out(draft: Draft) -> Iterator[TemplateProblem]:
    """Whatever a unit is rated, its head's level follows."""
    found = draft.definition.organisation
    known = _levels(draft, found.scale) if found else ()
    for step in draft.definition.scoring:
        if known and step.call.name == UNIT_HEAD and set(step.call.params["levels"]) != set(known):
            path = draft.step_path(step.node, "rule", UNIT_HEAD, "levels")
            yield draft.finding("unit_levels_left_out", path, known=listing(known))


def no_credit(draft: Draft) -> Iterator[TemplateProblem]:
    """Credit is recorded of a step that reckons credit."""
    credits = {step.node for step in draft.definition.scoring if step.call.name == CREDIT}
    for call, path in _calls(draft):
        if call.name in (RECORD_CREDIT, CREDIT_FROM) and call.params["node"] not in credits:
            yield draft.finding("no_credit", path, word=call.name, name=call.params["node"])


def _calls(draft: Draft) -> Iterator[tuple[Call, Path]]:
    for machine in draft.machines_read("name", "requires", "does"):
        for action in machine.actions.values():
            for call in calls_of(action):
                yield call, draft.action_path(machine, action.name)
    for step in draft.definition.scoring:
        yield step.call, draft.step_path(step.node, "rule")
    for place, plan in enumerate(draft.definition.follow_up):
        for call in plan.when:
            yield call, ("follow_up", place, "when")


def _unknown(
    draft: Draft, named: Iterable[str], known: tuple[str, ...], path: Path
) -> Iterator[TemplateProblem]:
    for name in named:
        if known and name not in known:
            yield draft.finding("unknown_level", path, name=name, known=listing(known))


def _levels(draft: Draft, scale: str | None) -> tuple[str, ...]:
    found = draft.definition.scales.get(scale or "")
    return found.keys if found else ()


def _scale_of(draft: Draft, node: str) -> str | None:
    """The scale of a step's levels: its own, or that of the step that it is made from."""
    params = {step.node: step.call.params for step in draft.definition.scoring}
    for _ in params:
        given = params.get(node, {})
        if isinstance(scale := given.get("scale"), str):
            return scale
        node = given.get("of", "") if isinstance(given.get("of"), str) else ""
    return None


CHECKS = (
    levels_of_no_scale,
    not_the_result,
    guidance_impossible,
    nothing_to_go_by,
    unit_levels_left_out,
    no_credit,
)
