"""Do the scoring steps fit together? Numbers where numbers are needed, levels of their scale."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Step
from workflows.faults import Path, listing
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft
from workflows.vocabulary import Word


def nodes_of_other_kind(draft: Draft) -> Iterator[TemplateProblem]:
    kinds = kinds_of(draft)
    for step in draft.definition.scoring:
        params = step.call.params
        for param, needed in _word(draft, step).needed(params).items():
            for name in texts(params.get(param)):
                if kinds.get(name) not in (needed, "", None):
                    path = _path(draft, step, param)
                    yield draft.finding(f"{needed}_needed", path, name=name)


def kinds_of(draft: Draft) -> dict[str, str]:
    """What each step makes: "number" or "level"; "" where that can't be told."""
    kinds: dict[str, str] = {}
    for step in draft.definition.scoring:
        word = _word(draft, step)
        named = step.call.params.get(word.yields)
        kinds[step.node] = kinds.get(named, "") if isinstance(named, str) else word.yields
    return kinds


def levels_of_no_scale(draft: Draft) -> Iterator[TemplateProblem]:
    for step in draft.definition.scoring:
        scale = draft.definition.scales.get(step.call.params.get("scale") or "")
        for param in _word(draft, step).levels if scale else ():
            for name in _leaves(step.call.params.get(param)):
                if scale and name not in scale.keys:
                    path, known = _path(draft, step, param), listing(scale.keys)
                    yield draft.finding("unknown_level", path, name=name, known=known)


def followed_steps_that_hide(draft: Draft) -> Iterator[TemplateProblem]:
    """Whoever follows a step sees all that it is made from, and nothing that is judged unseen."""
    followed = {step.node for step in draft.definition.scoring if step.follows}
    for step in (one for one in draft.definition.scoring if one.follows):
        word = _word(draft, step)
        if not word.follows:
            yield draft.finding(
                "not_to_follow", draft.step_path(step.node, "follows"), name=word.name
            )
        for param in word.needed(step.call.params) if word.follows else ():
            for name in texts(step.call.params.get(param)):
                if name not in followed:
                    yield draft.finding("not_followed", _path(draft, step, param), name=name)


def _word(draft: Draft, step: Step) -> Word:
    return draft.names.vocabulary.scoring[step.call.name]


def _path(draft: Draft, step: Step, param: str) -> Path:
    return draft.step_path(step.node, "rule", step.call.name, param)


def texts(value: object) -> Iterator[str]:
    """The nodes that a parameter names: one, a list, or the keys of their shares."""
    named = [value] if isinstance(value, str) else value
    yield from named if isinstance(named, (list, dict)) else ()


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else ():
        yield from _leaves(item)


CHECKS = (nodes_of_other_kind, levels_of_no_scale, followed_steps_that_hide)
