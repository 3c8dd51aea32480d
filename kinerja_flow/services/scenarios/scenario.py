"""A scenario as it was read: who there is, which template and cycle, and the steps to play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kinerja_flow.services.scenarios.words import CaseRef
from workflows.definition import Definition, Label


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `given` is what stands under its verb, `gist` the same in a few words.

    Without a verb it only looks; `number` counts from 1, and 0 is what the head of the file does.
    `told` is whether a rater reads what is promised before answering. `watched` is the case that
    it expects something of, where that is not the one it is `on`.
    """

    number: int
    line: int
    verb: str | None = None
    given: Any = None
    gist: str = ""
    who: str | None = None
    on: CaseRef | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    version: int | str | None = None
    key: str | None = None
    told: bool = True
    refused: str | Sequence[Any] | None = None
    expect: Mapping[str, Any] = field(default_factory=dict)
    watched: CaseRef | None = None


@dataclass(frozen=True, slots=True)
class CycleHead:
    year: int
    name: str
    windows: Mapping[str, tuple[date, date]]
    start: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """`source` is the template's text and `definition` what it comes to with the settings.

    `clock` is a moment of the agency's own time. `lines` says where the parts of the head stand.
    """

    title: Label
    source: str
    definition: Definition
    settings: Mapping[str, Any]
    zone: str
    days_off: Sequence[date]
    people: Mapping[str, Mapping[str, Any]]
    cycle: CycleHead
    clock: datetime
    launch: Sequence[str]
    steps: Sequence[Step]
    lines: Mapping[str, int]
