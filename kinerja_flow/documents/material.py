"""What a document is made from: plain values, already loaded and decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kinerja_flow.scoring import Score
from workflows.definition import Definition, Label


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody stated in an input of the template, by its latest statement."""

    label: Label
    text: Label
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """The latest realisation of an indicator, in the words in which it was reported."""

    raw: str
    source: str | None
    day_on: date


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark of the feedback book: its kind, its author's name; `replies` are to it."""

    kind: str
    text: str
    by: str
    at: datetime
    replies: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: who, as what, when, for whom, and the SHA-256 of what they were shown."""

    capacity: str
    name: str
    at: datetime
    sha256: str
    for_name: str | None = None
    grant_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """How and when a result reached its employee: opened, acknowledged, deemed."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Material:
    """A result with all that its document shows of it.

    `content` is what was kept at the delivery (`workflow.shown`), `relations` the template's
    labels, `criteria` those of each instrument that apply to the employee. `is_delivered` is false
    for one that only those who judge may read.
    """

    definition: Definition
    relations: Mapping[str, Label]
    criteria: Mapping[str, tuple[str, ...]]
    content: Mapping[str, Any]
    score: Score
    number: int
    digest: str
    computed_at: datetime
    decided_by: str | None
    is_delivered: bool
    is_superseded: bool
    is_provisional: bool
    #: The predikat of the employee's unit, where the template rates units.
    unit_level: Label | None = None
    stated: Mapping[str, Said] = field(default_factory=dict)
    reached: Mapping[str, Entry] = field(default_factory=dict)
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
    signatures: tuple[Signed, ...] = ()
    plan_signatures: tuple[Signed, ...] = ()
    receipts: tuple[Word, ...] = ()
