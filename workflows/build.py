"""Turns loaded data into the frozen values of a definition; leaves out what did not load."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from workflows.definition import (
    Action,
    Briefing,
    Criterion,
    Definition,
    FollowUp,
    Indicator,
    Input,
    Instrument,
    Label,
    Machine,
    Notice,
    Relation,
    Scale,
    Setting,
    State,
    Step,
)
from workflows.takes import readable
from workflows.vocabulary import OFFICER, Vocabulary

Loaded = Mapping[str, Any]
T = TypeVar("T")


def build(loaded: Loaded, vocabulary: Vocabulary, canonical: bytes, digest: str) -> Definition:
    """The definition that `loaded` makes; for data with errors, as much of one as there is."""
    scales = _named(loaded, "scales", _scale)
    relations = _named(loaded, "relations", _relation)
    makers = _Makers(scales, relations, vocabulary)
    return Definition(
        key=loaded.get("key", ""),
        title=loaded.get("title") or readable(loaded.get("key", "")),
        basis=_tuple(loaded.get("basis")),
        windows=_tuple(loaded.get("windows")),
        machines=_named(loaded, "machines", makers.machine),
        relations=relations,
        scales=scales,
        instruments=_named(loaded, "instruments", _instrument),
        indicators=_each(loaded, "indicators", _indicator, ("key", "label", "aspect", "unit")),
        scoring=_each(loaded, "scoring", _step, ("node", "rule")),
        follow_up=_each(loaded, "follow_up", _follow_up, ("key", "machine", "when", "owner")),
        settings=_named(loaded, "settings", lambda key, item: Setting(key=key, **item)),
        briefing=_briefing(loaded.get("briefing")),
        canonical=canonical,
        digest=digest,
    )


_NEEDED = {
    "settings": ("label", "default", "mark", "source"),
    "machines": ("initial", "states", "actions"),
    "instruments": ("scale", "answered_by", "criteria"),
}


def _named(loaded: Loaded, section: str, make: Callable[[str, Loaded], T]) -> dict[str, T]:
    items = (loaded.get(section) or {}).items()
    needed = _NEEDED.get(section, ())
    return {key: make(key, item) for key, item in items if _has(item, needed)}


def _each(
    loaded: Loaded, section: str, make: Callable[[Loaded], T], needed: tuple[str, ...]
) -> tuple[T, ...]:
    return tuple(make(item) for item in loaded.get(section) or () if _has(item, needed))


def _has(item: object, needed: tuple[str, ...]) -> bool:
    return isinstance(item, Mapping) and all(item.get(key) is not None for key in needed)


def _tuple(items: Iterable[T | None] | None) -> tuple[T, ...]:
    return tuple(item for item in items or () if item is not None)


def _lists(items: Loaded | None) -> dict[str, tuple[str, ...]]:
    return {key: _tuple(names) for key, names in (items or {}).items()}


def _label(name: str, item: Loaded) -> Label:
    return item.get("label") or readable(name)


class _Makers:
    """What needs scales, relations or the vocabulary to be complete: machines and their parts."""

    def __init__(
        self, scales: dict[str, Scale], relations: dict[str, Relation], vocabulary: Vocabulary
    ) -> None:
        self.scales, self.relations = scales, relations
        self.officers = (OFFICER,) if OFFICER in vocabulary.relations else ()

    def machine(self, name: str, item: Loaded) -> Machine:
        actions = _each(item, "actions", self._action, ("name",))
        return Machine(
            name=name,
            label=_label(name, item),
            initial=item["initial"],
            states=_named(item, "states", self._state),
            actions={action.name: action for action in actions},
            parent=item.get("parent"),
        )

    def _state(self, name: str, item: Loaded) -> State:
        return State(
            name=name,
            phase=item.get("phase", ""),
            label=_label(name, item),
            opens=_lists(item.get("opens")),
            collects=_tuple(item.get("collects")),
            within=item.get("within"),
            due=item.get("due"),
            on_due=tuple(self._notice(notice) for notice in _tuple(item.get("on_due"))),
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
            label=_label(item["name"], item),
            sources=_tuple(item.get("sources")),
            branches=_tuple(item.get("to")),
            by=_tuple(item.get("by")),
            takes={key: self._input(key, spec) for key, spec in takes if spec and "kind" in spec},
            requires=_tuple(item.get("requires")),
            does=_tuple(item.get("does")),
            notify=_tuple(item.get("notify")),
            distinct_from=_tuple(item.get("distinct_from")),
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
        if "options" in options:
            options["options"] = _tuple(options["options"])
        return Input(name, spec["kind"], _label(name, spec), spec.get("optional", False), options)


def _scale(key: str, item: Loaded) -> Scale:
    if item.get("levels"):
        levels = [level for level in item["levels"] if level and "key" in level]
        pairs = tuple((level["key"], _label(level["key"], level)) for level in levels)
    else:
        numbers = [str(number) for number in range(item.get("start", 0), item.get("to", 0) + 1)]
        pairs = tuple((number, Label(number, number)) for number in numbers)
    return Scale(key, _label(key, item), pairs)


def _relation(name: str, item: Loaded) -> Relation:
    return Relation(name=name, **{**item, "label": _label(name, item)})


def _instrument(key: str, item: Loaded) -> Instrument:
    return Instrument(
        key=key,
        label=_label(key, item),
        scale=item["scale"],
        answered_by=_tuple(item["answered_by"]),
        criteria=_each(item, "criteria", _criterion, ("key", "label")),
        comments=item.get("comments", True),
    )


def _criterion(item: Loaded) -> Criterion:
    applies_to = _lists(item.get("applies_to"))
    return Criterion(item["key"], item["label"], item.get("guide"), applies_to)


def _indicator(item: Loaded) -> Indicator:
    return Indicator(**{**item, "applies_to": _lists(item.get("applies_to"))})


def _step(item: Loaded) -> Step:
    return Step(item["node"], _label(item["node"], item), item["rule"])


def _follow_up(item: Loaded) -> FollowUp:
    return FollowUp(**{**item, "label": _label(item["key"], item)})


def _briefing(item: Loaded | None) -> Briefing | None:
    if not item or "purpose" not in item:
        return None
    return Briefing(item["purpose"], item.get("roles") or {})
