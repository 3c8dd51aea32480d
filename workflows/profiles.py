"""What is asked of somebody, by their post and rank: criteria, required levels, trainings.

A profile says the `field`, title (`post`) and `level` of a post and the `rank` of its holder. A
case keeps it as it was when the case was opened, and so what it is measured by stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from workflows.definition import Criterion, Definition, Training

Profile = Mapping[str, Any]


class _Narrowed(Protocol):
    @property
    def applies_to(self) -> Mapping[str, tuple[str, ...]]: ...


def applies(thing: _Narrowed, profile: Profile) -> bool:
    """Whether a criterion, standard or training is for somebody of this profile: all fits that
    its `applies_to` names."""
    return all(profile.get(kind) in keys for kind, keys in thing.applies_to.items())


def criteria_for(definition: Definition, profile: Profile) -> dict[str, tuple[str, ...]]:
    """The criteria of each instrument that apply to a person, in the template's order."""
    return {
        key: tuple(c.key for c in instrument.criteria if applies(c, profile))
        for key, instrument in definition.instruments.items()
    }


def standards_for(definition: Definition, profile: Profile) -> dict[str, dict[str, str]]:
    """The level that the post requires of each criterion that applies: instrument → criterion →
    level. A criterion of which it requires none is not there."""
    return {
        key: {c.key: level for c in instrument.criteria if (level := _required(c, profile))}
        for key, instrument in definition.instruments.items()
    }


def _required(criterion: Criterion, profile: Profile) -> str | None:
    if not applies(criterion, profile):
        return None
    return next((one.level for one in criterion.standard if applies(one, profile)), None)


def trainings_for(definition: Definition, profile: Profile) -> tuple[Training, ...]:
    """The trainings of the catalogue that are for somebody, in its order."""
    return tuple(training for training in definition.trainings if applies(training, profile))
