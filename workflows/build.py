"""Turns loaded data into the frozen values of a definition; leaves out what did not load."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.build_machines import Loaded, MachineMaker, each, given, label_of, lists, named
from workflows.definition import (
    Briefing,
    Criterion,
    Definition,
    Document,
    FollowUp,
    Indicator,
    Instrument,
    Label,
    Relation,
    Scale,
    Setting,
    Stage,
    Standard,
    Step,
    Training,
)
from workflows.measured_record import measured
from workflows.organisation_record import organisation
from workflows.takes import readable
from workflows.training import hours
from workflows.vocabulary import Vocabulary


def build(loaded: Loaded, vocabulary: Vocabulary, canonical: bytes, digest: str) -> Definition:
    """The definition that `loaded` makes; for data with errors, as much of one as there is."""
    scales = named(loaded, "scales", _scale)
    relations = named(loaded, "relations", lambda name, item: _relation(name, item, vocabulary))
    windows = _windows(loaded.get("windows") or {})
    needed = ("key", "label", "jp", "develops")
    trainings = each(loaded, "trainings", _training, needed)
    makers = MachineMaker(scales, relations, trainings, vocabulary)
    return Definition(
        key=loaded.get("key", ""),
        title=loaded.get("title") or readable(loaded.get("key", "")),
        basis=given(loaded.get("basis")),
        windows=tuple(windows),
        window_labels=windows,
        machines=named(loaded, "machines", makers.machine),
        relations=relations,
        scales=scales,
        instruments=named(loaded, "instruments", _instrument),
        indicators=each(loaded, "indicators", _indicator, ("key", "label", "aspect", "unit")),
        scoring=each(loaded, "scoring", _step, ("node", "rule")),
        trainings=trainings,
        training_hours=hours(loaded.get("training_hours") or {}),
        follow_up=each(loaded, "follow_up", _follow_up, ("key", "machine", "owner")),
        settings=named(loaded, "settings", lambda key, item: Setting(key=key, **item)),
        briefing=_briefing(loaded.get("briefing")),
        document=_document(loaded.get("document") or {}),
        canonical=canonical,
        digest=digest,
        organisation=organisation(loaded.get("organisation")),
    )


def _windows(loaded: Mapping[str | None, Label | None]) -> dict[str, Label]:
    return {name: label or readable(name) for name, label in loaded.items() if name}


def _scale(key: str, item: Loaded) -> Scale:
    if item.get("levels"):
        levels = [level for level in item["levels"] if level and "key" in level]
        pairs = tuple((level["key"], label_of(level["key"], level)) for level in levels)
    else:
        numbers = [str(number) for number in range(item.get("start", 0), item.get("to", 0) + 1)]
        pairs = tuple((number, Label(number, number)) for number in numbers)
    return Scale(key, label_of(key, item), pairs)


def _relation(name: str, item: Loaded, vocabulary: Vocabulary) -> Relation:
    """Those who only answer are anonymous, whether or not the template says so."""
    hidden = {"anonymous": True} if vocabulary.relations[name].rates else {}
    return Relation(name=name, **{**item, **hidden, "label": label_of(name, item)})


def _instrument(key: str, item: Loaded) -> Instrument:
    return Instrument(
        key=key,
        label=label_of(key, item),
        scale=item["scale"],
        answered_by=given(item["answered_by"]),
        criteria=each(item, "criteria", _criterion, ("key", "label")),
        comments=item.get("comments", True),
    )


def _criterion(item: Loaded) -> Criterion:
    applies_to = lists(item.get("applies_to"))
    standard = each(item, "standard", _standard, ("level",))
    return Criterion(item["key"], item["label"], item.get("guide"), applies_to, standard)


def _standard(item: Loaded) -> Standard:
    return Standard(item["level"], lists(item.get("applies_to")))


def _indicator(item: Loaded) -> Indicator:
    made = {"applies_to": lists(item.get("applies_to")), "measured": measured(item)}
    return Indicator(**{**item, **made})


def _step(item: Loaded) -> Step:
    label = label_of(item["node"], item)
    return Step(item["node"], label, item["rule"], item.get("follows", False))


def _training(item: Loaded) -> Training:
    named = (name.partition(".") for name in given(item["develops"]))
    develops = tuple((instrument, criterion) for instrument, _, criterion in named)
    applies_to = lists(item.get("applies_to"))
    return Training(item["key"], item["label"], item["jp"], develops, applies_to)


def _follow_up(item: Loaded) -> FollowUp:
    made = {"label": label_of(item["key"], item), "when": given(item.get("when"))}
    return FollowUp(**{**item, **made})


def _briefing(item: Loaded | None) -> Briefing | None:
    if not item or "purpose" not in item:
        return None
    stages = each(item, "stages", lambda stage: Stage(**stage), ("label",))
    return Briefing(item["purpose"], item.get("roles") or {}, stages, item.get("scores"))


def _document(item: Loaded) -> Document:
    listed = {name: given(value) for name, value in item.items() if isinstance(value, list)}
    return Document(**{**item, **listed})
