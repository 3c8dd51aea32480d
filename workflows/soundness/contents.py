"""Is everything that is declared put to use? Instruments, scales, windows."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft


def uncollected_instruments(draft: Draft) -> Iterator[TemplateProblem]:
    collected = {
        name
        for machine in draft.definition.machines.values()
        for state in machine.states.values()
        for name in state.collects
    }
    spoiled = len(list(draft.machines_read("collects"))) < len(draft.names.states)
    for key in draft.definition.instruments:
        if key not in collected and not spoiled:
            yield draft.finding("instrument_not_collected", ("instruments", key), name=key)


def unused_things(draft: Draft) -> Iterator[TemplateProblem]:
    for section, kind in (("scales", "scale"), ("instruments", "instrument")):
        for name in getattr(draft.definition, section):
            if not draft.is_used(kind, name):
                yield draft.finding(f"unused_{kind}", (section, name), name=name)
    for index, name in enumerate(draft.definition.windows):
        if not draft.is_used("window", name):
            yield draft.finding("unused_window", ("windows", index), name=name)


CHECKS = (uncollected_instruments, unused_things)
