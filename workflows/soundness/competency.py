"""Can people be held against what their posts require, and be proposed trainings for the gaps?"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Criterion, Step
from workflows.faults import Path, listing
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft
from workflows.soundness.follow_ups import rules_used
from workflows.vocabulary import FIT, HAS_GAP, TRAININGS


def standards(draft: Draft) -> Iterator[TemplateProblem]:
    """Each is a level of the instrument's scale, can hold, and is held against somebody."""
    if _is_spoilt(draft, "instruments"):
        return
    compared = {step.call.params.get("instrument") for step in _fits(draft)}
    for key, instrument in draft.definition.instruments.items():
        scale = draft.definition.scales.get(instrument.scale)
        keys = scale.keys if scale else ()
        for place, criterion in enumerate(instrument.criteria):
            path: Path = ("instruments", key, "criteria", place, "standard")
            yield from _of_criterion(draft, criterion, keys, path)
        stated = any(criterion.standard for criterion in instrument.criteria)
        if stated and key not in compared and not _is_spoilt(draft, "scoring"):
            yield draft.finding("standard_unused", ("instruments", key), name=key)


def _of_criterion(
    draft: Draft, criterion: Criterion, keys: tuple[str, ...], path: Path
) -> Iterator[TemplateProblem]:
    for_all = False
    for place, one in enumerate(criterion.standard):
        at = (*path, place, "level")
        if keys and one.level not in keys:
            yield draft.finding("unknown_level", at, name=one.level, known=listing(keys))
        if for_all:
            params = {"level": one.level, "name": criterion.key}
            yield draft.finding("standard_unreachable", at, **params)
        for_all = for_all or not one.applies_to


def comparisons(draft: Draft) -> Iterator[TemplateProblem]:
    """What people are held against is said of some criterion at least."""
    for step in _fits(draft):
        name = step.call.params.get("instrument", "")
        instrument = draft.definition.instruments.get(name)
        if instrument is None or _is_spoilt(draft, "instruments"):
            continue
        if not any(criterion.standard for criterion in instrument.criteria):
            path = draft.step_path(step.node, "rule")
            yield draft.finding("standard_missing", path, node=step.node, name=name)


def gaps_asked_for(draft: Draft) -> Iterator[TemplateProblem]:
    """Only a step that compares with what posts require has gaps."""
    fits = {step.node for step in _fits(draft)}
    for path, call in rules_used(draft):
        name = call.params.get("node")
        if call.name == HAS_GAP and name not in fits and not _is_spoilt(draft, "scoring"):
            yield draft.finding("gap_needed", path, name=name)


def trainings(draft: Draft) -> Iterator[TemplateProblem]:
    """There are trainings where some are asked for, and somebody asks where there are some."""
    asked, count = False, len(draft.definition.trainings)
    for machine in draft.machines_read("name", "takes"):
        for action in machine.actions.values():
            for name, given in action.takes.items():
                if given.kind != TRAININGS:
                    continue
                asked, least = True, max(given.options.get("min") or 0, 1)
                if count < least and not _is_spoilt(draft, "trainings"):
                    path = draft.action_path(machine, action.name, "takes", name)
                    yield draft.finding("no_trainings", path, name=name, min=least, count=count)
    if count and not asked and not _is_spoilt(draft, "machines"):
        yield draft.finding("unused_trainings", ("trainings",))


def _fits(draft: Draft) -> list[Step]:
    return [step for step in draft.definition.scoring if step.call.name == FIT]


def _is_spoilt(draft: Draft, section: str) -> bool:
    """Whether a part of the section could not be read, and so may hold what seems to be missing."""
    return any(problem.path[:1] == (section,) for problem in draft.problems)


CHECKS = (standards, comparisons, gaps_asked_for, trainings)
