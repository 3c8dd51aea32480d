"""A process that acts at random on the cases of an agency, and notes what it was promised.

Run as a program with a database, a plan of the agency, a log, and the numbers of the first and the
last act. Each line of the log, what is about to be asked and then what came back, is with the
operating system before the next step, so that it outlives the process however that ends.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from kinerja_flow import clock, create_core
from kinerja_flow.config import Settings
from kinerja_flow.errors import Problem
from kinerja_flow.models import Case, Participant
from kinerja_flow.policy import Actor
from kinerja_flow.services.answers import Answers, answer
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.progress import add_activity
from tests.engine.audit import definition_of
from tests.engine.world import LINES, OFFICERS, START, rows
from workflows.definition import Action, Definition, Input

#: From one act to the next, so that clocks run out now and then.
PACE = timedelta(minutes=90)


@cache
def definition(digest: str) -> Definition:
    return definition_of(digest)


def actions_of(case: Any) -> list[Action]:
    """What somebody, and not an engine, may do in the state of a case."""
    machine = definition(case.digest).machines[case.kind]
    return [a for a in machine.actions_from(case.state) if not {"clock", "system"} & set(a.by)]


@dataclass
class Worker:
    """Draws act after act from one source of chance, and carries each out."""

    agency_id: int
    people: Mapping[str, UUID]
    chance: random.Random

    def draw(self, number: int) -> dict[str, Any]:
        """What to ask next, as it can be written down and sent again."""
        kind = self.chance.choices(["act", "activity", "answer", "tick"], [70, 12, 12, 6])[0]
        if kind == "tick":
            return {"kind": kind, "number": number}
        case = self.chance.choice(self._cases(kind))
        asked = {"kind": kind, "number": number, "case": str(case.id)}
        if kind == "act":
            return asked | self._act(case, number)
        relation = self.chance.choice(["peer", "employee"]) if kind == "answer" else "employee"
        return asked | {"who": self._who(case, relation)}

    def _cases(self, kind: str) -> list[Any]:
        """The cases where somebody may act; for an entry those that take it, if there are any."""
        found = [case for case in rows(Case, agency_id=self.agency_id) if actions_of(case)]
        return [case for case in found if kind == "act" or case.phase == "running"] or found

    def _act(self, case: Any, number: int) -> dict[str, Any]:
        action = self.chance.choice(actions_of(case))
        inputs = {name: self._given(spec, case) for name, spec in action.takes.items()}
        seen = self.chance.choices([None, case.version, case.version - 1], [30, 60, 10])[0]
        said = {"action": action.name, "inputs": inputs, "version": seen, "key": f"act-{number}"}
        return said | {"who": self._who(case, self.chance.choice(action.by))}

    def _who(self, case: Any, relation: str) -> str:
        """Whoever stands in the relation, as a rule; now and then anybody."""
        if self.chance.random() < 0.1:
            return self.chance.choice(list(self.people))
        by_id = {person: name for name, person in self.people.items()}
        subject = by_id[case.subject_id]
        assessor = LINES[subject] or ""
        found = [
            by_id[part.person_id]
            for part in rows(Participant, case_id=case.id, relation=relation)
            if part.from_at is not None and part.until_at is None
        ]
        own = {"employee": subject, "assessor": assessor, "reviewer": LINES[assessor]}
        own |= {"hr": self.chance.choice(OFFICERS)}
        return own.get(relation) or self.chance.choice(found or ["head"])

    def _given(self, spec: Input, case: Any) -> Any:
        team = ("sari", "tia", "uli", "vina")
        others = [str(self.people[n]) for n in team if self.people[n] != case.subject_id]
        return {
            "text": lambda: f"catatan {self.chance.random()}",
            "rating": lambda: self.chance.choice(spec.options["levels"])[0],
            "date": lambda: f"2026-{self.chance.randint(3, 12):02}-28",
            # Always all of them: whoever is left out loses the answers that they gave.
            "people": lambda: others,
            "person": lambda: self.chance.choice([*others, str(self.people["head"])]),
        }[spec.kind]()


def carry_out(agency_id: int, people: Mapping[str, UUID], asked: Mapping[str, Any]) -> Any:
    """Ask for what was drawn; what came back, as it can be written down."""
    with clock.at(START + asked["number"] * PACE):
        try:
            return _carry_out(agency_id, people, asked)
        except Problem as problem:
            return {"refused": [blocker.rule for blocker in problem.blockers]}


def _carry_out(agency_id: int, people: Mapping[str, UUID], asked: Mapping[str, Any]) -> Any:
    if asked["kind"] == "tick":
        return {"fired": tick().fired}
    who: Actor = actor_for(agency_id, people[asked["who"]])
    case_id = UUID(asked["case"])
    if asked["kind"] == "act":
        request = Act(asked["action"], asked["inputs"], asked["version"], asked["key"])
        return act(case_id, who, request).as_json()
    if asked["kind"] == "activity":
        return {"activity": str(add_activity(case_id, who, _entry(asked["number"])))}
    level = {"value": asked["number"] % 5 + 1}
    said = {"sikap": level, "kerja": {**level, "comment": f"nomor {asked['number']}"}}
    return {"sheet": answer(case_id, who, Answers("masukan", said)).version}


def _entry(number: int) -> dict[str, Any]:
    instant: datetime = START + number * PACE
    ended = instant + timedelta(minutes=30)
    span = {"started": f"{instant:%H:%M}", "ended": f"{ended:%H:%M}"}
    return {"day": instant.date().isoformat(), **span, "title": f"kegiatan {number}"}


def main(url: str, plan: str, log: str, first: int, last: int) -> None:
    known = json.loads(Path(plan).read_text())
    people = {name: UUID(one) for name, one in known["people"].items()}
    app = create_core(Settings(database_url=url))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(**said: Any) -> None:
        os.write(descriptor, (json.dumps(said) + "\n").encode())

    with app.app_context():
        worker = Worker(known["agency"], people, random.Random(f"{known['seed']} {first}"))
        for number in range(first, last):
            asked = worker.draw(number)
            note(asked=asked)
            note(number=number, answer=carry_out(known["agency"], people, asked))


if __name__ == "__main__":
    main(*sys.argv[1:4], *map(int, sys.argv[4:]))  # type: ignore[misc]
