"""Makes the frozen machines of a definition from loaded data; leaves out what did not load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from workflows.definition import (
    Action,
    Input,
    Label,
    Machine,
    Notice,
    Relation,
    Scale,
    State,
    Training,
)
from workflows.takes import readable
from workflows.vocabulary import OFFICER, TRAININGS, Vocabulary

Loaded = Mapping[str, Any]
T = TypeVar("T")

_NEEDED = {
    "settings": ("label", "default", "mark", "source"),
    "machines": ("initial", "states", "actions"),
    "instruments": ("scale", "answered_by", "criteria"),
}


def named(loaded: Loaded, section: str, make: Callable[[str, Loaded], T]) -> dict[str, T]:
    items = (loaded.get(section) or {}).items()
    needed = _NEEDED.get(section, ())
    return {key: make(key, item) for key, item in items if _has(item, needed)}


def each(
    loaded: Loaded, section: str, make: Callable[[Loaded], T], needed: tuple[str, ...]
) -> tuple[T, ...]:
    return tuple(make(item) for item in loaded.get(section) or () if _has(item, needed))


def _has(item: object, needed: tuple[str, ...]) -> bool:
    return isinstance(item, Mapping) and all(item.get(key) is not None for key in needed)


def given(items: Iterable[T | None] | None) -> tuple[T, ...]:
    return tuple(item for item in items or () if item is not None)


def lists(items: Loaded | None) -> dict[str, tuple[str, ...]]:
    return {key: given(names) for key, names in (items or {}).items()}


def label_of(name: str, item: Loaded) -> Label:
    return item.get("label") or readable(name)


class MachineMaker:
    """What needs scales, relations or the vocabulary to be complete: machines and their parts."""

    def __init__(
        self,
        scales: dict[str, Scale],
        relations: dict[str, Relation],
        trainings: tuple[Training, ...],
        vocabulary: Vocabulary,
    ) -> None:
        self.scales, self.relations = scales, relations
        self.trainings = [(training.key, training.label) for training in trainings]
        self.officers = (OFFICER,) if OFFICER in vocabulary.relations else ()

    def machine(self, name: str, item: Loaded) -> Machine:
        actions = each(item, "actions", self._action, ("name",))
        return Machine(
            name=name,
            label=label_of(name, item),
            initial=item["initial"],
            states=named(item, "states", self._state),
            actions={action.name: action for action in actions},
            parent=item.get("parent"),
        )

    def _state(self, name: str, item: Loaded) -> State:
        return State(
            name=name,
            phase=item.get("phase", ""),
            label=label_of(name, item),
            opens=lists(item.get("opens")),
            collects=given(item.get("collects")),
            within=item.get("within"),
            due=item.get("due"),
            on_due=tuple(self._notice(notice) for notice in given(item.get("on_due"))),
            final=item.get("final", False),
        )

    def _notice(self, notice: Notice) -> Notice:
        if notice.kind == "escalate" and not notice.to:
            return replace(notice, to=self.officers)
        return notice

    def _action(self, item: Loaded) -> Action:
        takes = (item.get("takes") or {}).items()
        return Action(
            name=item["name"],
            label=label_of(item["name"], item),
            sources=given(item.get("sources")),
            branches=given(item.get("to")),
            by=given(item.get("by")),
            takes={key: self._input(key, spec) for key, spec in takes if spec and "kind" in spec},
            requires=given(item.get("requires")),
            does=given(item.get("does")),
            notify=given(item.get("notify")),
            distinct_from=given(item.get("distinct_from")),
            after=item.get("after"),
            revision=item.get("revision", False),
        )

    def _input(self, name: str, spec: Loaded) -> Input:
        options = dict(spec["options"])
        if options.get("scale") in self.scales:
            options["levels"] = self.scales[options["scale"]].levels
        relation = self.relations.get(options.get("relation", ""))
        if relation and spec["kind"] == "people":
            options = {"min": relation.min, "max": relation.max, **options}
        if spec["kind"] == TRAININGS:
            options["options"] = self.trainings
        if "options" in options:
            options["options"] = given(options["options"])
        return Input(name, spec["kind"], label_of(name, spec), spec.get("optional", False), options)
