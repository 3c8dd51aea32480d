"""What credit adds up to: the thresholds of the next pangkat and the next jenjang."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from kinerja_flow.scoring.node import Node


class Steps(NamedTuple):
    """What the credit earned in a jenjang must reach: for each next pangkat, and for the next
    jenjang (None: there is none above that credit leads to)."""

    pangkat: int
    jenjang: int | None

    @property
    def thresholds(self) -> tuple[int, ...]:
        """Each pangkat within the jenjang; the last of them is the next jenjang."""
        return tuple(range(self.pangkat, (self.jenjang or self.pangkat) + 1, self.pangkat))


#: By jenjang, cumulative within it (PermenPANRB 1/2023, Peraturan BKN 3/2023).
STEPS: Mapping[str, Steps] = MappingProxyType(
    {
        "pemula": Steps(15, 15),
        "terampil": Steps(20, 60),
        "mahir": Steps(50, 100),
        "penyelia": Steps(100, None),
        "ahli_pertama": Steps(50, 100),
        "ahli_muda": Steps(100, 200),
        "ahli_madya": Steps(150, 450),
        "ahli_utama": Steps(200, None),
    }
)

PANGKAT, JENJANG = "pangkat", "jenjang"


def thresholds(level: str | None, to: str) -> tuple[int, ...]:
    """The thresholds of a jenjang on the way `to` the next pangkat, or the next jenjang."""
    steps = STEPS.get(level or "")
    if steps is None:
        return ()
    if to == PANGKAT:
        return steps.thresholds
    return () if steps.jenjang is None else (steps.jenjang,)


def next_threshold(level: str | None, to: str, total: Fraction) -> int | None:
    """The first threshold that the total has not reached; None where there is none left."""
    return next((one for one in thresholds(level, to) if total < one), None)


def reaches(level: str | None, to: str, before: Fraction, total: Fraction) -> bool:
    """Whether the credit brings the total from below a threshold to it, or beyond."""
    return any(before < one <= total for one in thresholds(level, to))


class CreditFacts(NamedTuple):
    """Angka kredit: the newest result's `nodes` that reckon it, which of them are `recorded`
    already (node and number), the person's `total` in each jenjang without this case's, and up to
    which day the `balances` that count there say all that was earned."""

    nodes: Mapping[str, Node]
    recorded: frozenset[tuple[str, int]]
    total: Mapping[str, Fraction]
    balances: Mapping[str, date]
