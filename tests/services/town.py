"""A small town whose Dinas has a head, four people and a superior above, appraised in one cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from kinerja_flow.db import transaction
from kinerja_flow.policy import Actor
from kinerja_flow.services import cycles, organisations, substitutions, templates
from kinerja_flow.services.cases import Act, Outcome, act
from kinerja_flow.services.unit_ratings import rate_unit
from tests.engine.world import LONG_AGO

UNIT = (Path(__file__).parents[1] / "templates" / "unit.yaml").read_text("utf-8")
#: Who sits where under whom, with the jenjang of the post.
POSTS: Mapping[str, tuple[str, str, str | None]] = {
    "sekda": ("Setda", "regent", None),
    "officer": ("Setda", "sekda", None),
    "other_officer": ("Setda", "sekda", None),
    "kadis": ("Dinas", "sekda", "jpt_pratama"),
    "ani": ("Dinas", "kadis", "ahli_pertama"),
    "budi": ("Dinas", "kadis", None),
    "cici": ("Dinas", "kadis", None),
    "deni": ("Dinas", "kadis", None),
}
DINAS = ("kadis", "ani", "budi", "cici", "deni")


@dataclass
class Town:
    """An agency with a running cycle of the template about units."""

    agency_id: int
    people: dict[str, UUID] = field(default_factory=dict)
    posts: dict[str, UUID] = field(default_factory=dict)
    units: dict[str, UUID] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)
    cycle_id: UUID = field(init=False)

    def who(self, name: str) -> Actor:
        return organisations.actor_for(self.agency_id, self.people[name])

    def act(self, name: str, action: str, of: str, **inputs: Any) -> Outcome:
        return act(self.cases[of], self.who(name), Act(action, inputs))

    def judge(self, of: str, level: str, capaian: str | None = None, **more: Any) -> Outcome:
        above = POSTS[of][1]
        return self.act(above, "judge", of, hasil=level, capaian=capaian or level, **more)

    def seal(self, of: str) -> Outcome:
        return self.act("regent" if of == "kadis" else "sekda", "seal", of)

    def rate(self, level: str, name: str = "sekda", **more: Any) -> int:
        entry = {"level": level, "reason": "Capaian unit melampaui target", **more}
        return rate_unit(self.cycle_id, self.units["Dinas"], self.who(name), entry)

    def stand_in(self, absent: str, by: str, day: date) -> UUID:
        days = {"from_on": day.isoformat(), "until_on": day.isoformat()}
        who = {"absent": str(self.people[absent]), "by": str(self.people[by]), "kind": "plh"}
        return substitutions.grant(self.who("officer"), {**who, **days})


def town(key: str = "kota", of: tuple[str, ...] = DINAS, **settings: Any) -> Town:
    with transaction():
        found = Town(organisations.create_agency(key, "Kota"))
        _settle(found)
        officer = found.who("officer")
        template = templates.publish(UNIT, officer)
        span = {"from_on": date(2026, 1, 1), "until_on": date(2026, 12, 31)}
        plan = cycles.CyclePlan(2026, "2026", {}, settings, **span)
        found.cycle_id = cycles.open_cycle(template, officer, plan)
        report = cycles.launch(found.cycle_id, officer, [found.people[name] for name in of])
        assert not report.refused
        found.cases |= {name: report.opened[found.people[name]] for name in of}
    return found


def _settle(found: Town) -> None:
    of = found.agency_id
    found.people["regent"] = organisations.add_person(of, "regent", kind="external")
    for name, (unit, superior, level) in POSTS.items():
        if unit not in found.units:
            found.units[unit] = organisations.add_unit(of, unit)
        found.people[name] = organisations.add_person(of, name)
        found.posts[name] = organisations.add_post(of, found.units[unit], name, level=level)
        organisations.hold_post(of, found.people[name], found.posts[name], LONG_AGO)
        report_to(found, name, superior, LONG_AGO)
    for name in ("officer", "other_officer"):
        organisations.grant_role(of, found.people[name], "hr", LONG_AGO)


def report_to(found: Town, name: str, superior: str, day: date) -> None:
    above = found.posts.get(superior)
    to = {"superior_post_id": above} if above else {"superior_id": found.people[superior]}
    organisations.report_to(found.agency_id, found.posts[name], day, **to)
