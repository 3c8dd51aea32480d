"""Can what is promised to anonymous raters be kept? Enough of them, and nobody who watches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.definition import Relation
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft
from workflows.vocabulary import FROM_ANSWERS


def too_few(draft: Draft) -> Iterator[TemplateProblem]:
    misread = {problem.path[:2] for problem in draft.problems}
    for name, relation in draft.definition.relations.items():
        if ("relations", name) in misread:
            continue
        is_counted = relation.anonymous and not draft.only_answers(name)
        if is_counted and relation.min < relation.min_count:
            params = {"name": name, "min": relation.min, "min_count": relation.min_count}
            yield draft.finding("anonymous_too_few", ("relations", name), **params)


def rolling_up(draft: Draft) -> Iterator[TemplateProblem]:
    """A small group joins one that is as well hidden, answers the same, and leads to an end."""
    spoiled = {problem.path[:2] for problem in draft.problems}
    for name, relation in draft.definition.relations.items():
        if relation.rolls_up_to is not None and ("relations", name) not in spoiled:
            yield from _misled(draft, relation, relation.rolls_up_to)


def _misled(draft: Draft, relation: Relation, target: str) -> Iterator[TemplateProblem]:
    relations, path = draft.definition.relations, ("relations", relation.name, "rolls_up_to")
    into, params = relations.get(target), {"name": relation.name, "into": target}
    if into is None or not (relation.anonymous and into.anonymous):
        yield draft.finding("rolls_up_openly", path, **params)
    elif into.min_count < relation.min_count:
        yield draft.finding("rolls_up_to_fewer", path, **params)
    if _comes_back(relations, relation.name):
        yield draft.finding("rolls_up_in_circle", path, **params)
    for instrument in draft.definition.instruments.values():
        if relation.name in instrument.answered_by and target not in instrument.answered_by:
            yield draft.finding("rolls_up_elsewhere", path, **params, instrument=instrument.key)


def _comes_back(relations: Mapping[str, Relation], name: str) -> bool:
    above, seen = relations[name].rolls_up_to, set[str]()
    while above is not None and above not in seen:
        seen.add(above)
        use = relations.get(above)
        above = use.rolls_up_to if use else None
    return name in seen


def awaited_groups(draft: Draft) -> Iterator[TemplateProblem]:
    """No score waits for the answers of a group that are discarded where they are too few."""
    hidden = {use.name for use in draft.definition.relations.values() if use.anonymous}
    for step in draft.definition.scoring:
        if step.call.name in FROM_ANSWERS:
            params = step.call.params
            asked, minimum = params.get("from", {}), params.get("minimum", {})
            required = params.get("required")
            awaited = set(asked) - set(minimum) if required is None else set(required)
            for name in sorted(awaited & hidden):
                path = draft.step_path(step.node, "rule", step.call.name)
                yield draft.finding("waits_for_hidden", path, node=step.node, name=name)


CHECKS = (too_few, rolling_up, awaited_groups)
