"""A cycle of the measured template, with plans that take what it measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.services import measurements, plans, progress
from kinerja_flow.services.measured_plans import IndicatorMeasurements, measurements_for
from tests.builders import indicator, item
from tests.engine.world import START, World, build

TEMPLATE = Path(__file__).parents[1] / "templates" / "terukur.yaml"
NOON = datetime(2026, 6, 30, 5, tzinfo=UTC)
#: The plan of everybody: what is measured of a person, in three ways, and of the unit.
PLANNED = (
    ("lama_dokumen", {"target": "3 hari", "polarity": "lower", "aspect": "waktu"}),
    ("keluhan_tepat", {"target": "80%"}),
    ("kehadiran", {"target": "20 hari"}),
    ("angkut_sampah", {"target": "4 kali"}),
)
UNITS = {"lama_dokumen": "hari", "keluhan_tepat": "jam", "kehadiran": "hari"}
UNITS |= {"tanggap_keluhan": "jam", "angkut_sampah": "kali", "suhu_gudang": "derajat"}


@dataclass(frozen=True)
class Measuring:
    """The world, and a counter for references that nobody has used."""

    world: World
    other: World
    places: Iterator[int]

    def entry(self, of: str = "sari", **said: Any) -> dict[str, Any]:
        """A value as a system sends it; what is said replaces what is usual."""
        key = said.get("key", "lama_dokumen")
        usual = {"key": key, "at": "2026-03-15", "value": 2, "unit": UNITS.get(str(key), "hari")}
        usual |= {"source": "simpel", "reference": f"r-{next(self.places)}"}
        return {**usual, "person": self.world.people[of], **said}

    def send(self, *entries: dict[str, Any], who: str = "officer") -> measurements.Recorded:
        return measurements.record(self.world.actors[who], list(entries))

    def kept(self, *entries: dict[str, Any]) -> list[UUID]:
        report = self.send(*entries)
        assert not report.refused, [p.blockers for p in report.refused.values()]
        return [report.ids[place] for place in range(len(entries))]

    def correct(self, of: UUID, value: Any, reason: str = "wrong_value") -> UUID:
        return measurements.correct(self.world.actors["officer"], of, value, reason)

    def plan(self, of: str) -> None:
        taken = [
            indicator(title=key, catalogue_key=key, **{"aspect": "kualitas", **said})
            for key, said in PLANNED
        ]
        plans.put_item(self.world.cases[of], self.world.actors[of], item(indicators=taken))

    def ready(self, of: str) -> None:
        """The appraisal led to where it can be rated."""
        self.world.act(of, "start", of)
        reached = {"day": "2026-06-30"}
        for one in self.read(of).values():
            if one.realisation is None:
                entry = {**reached, "indicator": one.id, "reached": "3"}
                progress.record_realisation(self.world.cases[of], self.world.actors[of], entry)
        self.world.act(of, "report", of)

    def rate(self, of: str) -> None:
        """The appraisal led to its first result, which its employee has opened."""
        self.ready(of)
        self.world.act("chief", "rate", of)
        self.world.act(of, "look", of)

    def read(self, of: str, who: str | None = None) -> dict[str, IndicatorMeasurements]:
        """What is read of a plan, by the key of the catalogue."""
        actor = self.world.actors[who or of]
        return {str(one.key): one for one in measurements_for(self.world.cases[of], actor)}


@pytest.fixture
def measuring(app: Flask) -> Iterator[Measuring]:
    """Everybody's appraisal with its plan, in the middle of the year."""
    of = ("sari", "tia", "uli", "vina")
    with app.app_context():
        with clock.at(START):
            world = build(TEMPLATE, of=of)
            other = build(TEMPLATE, key="lain")
            found = Measuring(world, other, count())
            for name in of:
                found.plan(name)
        with clock.at(NOON):
            yield found
