"""Walks along the links of the document: each request takes its ids from an earlier answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from random import Random
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis.core.errors import format_transition
from schemathesis.core.failures import FailureGroup
from schemathesis.engine.errors import is_inconsistent_replay

from tests.api import contract
from tests.api.matrix import PHASES, Stage, stages
from tests.api.portal import Portal
from tests.api.samples import NOTHING, SAMPLES
from tests.builders import Books, table
from tests.engine.world import SMALL, build

Body = Callable[[Any], Any]
#: How often something else is sent than what leads on.
STRAYS = 0.2
#: Links to these can't tell the version that the caller has to have seen.
BLIND = ("plans_put_item", "plans_remove_item", "plans_link", "plans_put_note", "plans_remove_note")
WINDOWS = {"planning": ["2027-01-04", "2027-02-01"], "rating": ["2027-11-01", "2027-12-15"]}
#: What a walk adds beside the samples, so that there is something to be led to.
ADDED: Mapping[str, Body] = {
    "substitutions_grant": lambda ids: {
        **{"absent": ids["head"], "by": ids["secretary"], "kind": "plh"},
        **{"from_on": "2026-02-01", "until_on": "2026-02-03"},
    },
    "substitutions_add_absence": lambda ids: {
        **{"person": ids["tia"], "kind": "cuti", "first": "2026-02-01"},
    },
    "templates_published": lambda ids: {"source": SMALL.read_text(encoding="utf-8")},
    "cycles_opened": lambda ids: {
        **{"template": ids["template_id"], "name": "SKP 2027", "year": 2027, "windows": WINDOWS},
    },
    "measurements_record": lambda ids: {
        "entries": [
            {
                **{"key": "lama_layanan", "person": ids["person_id"], "value": "2.5"},
                **{"at": "2026-01-19", "unit": "hari", "source": "antrean", "reference": "r-1"},
            }
        ]
    },
    "measurements_correct": lambda ids: {"value": "3", "reason": "wrong_value"},
}


@dataclass
class Journal:
    """What came of walks: requests, and for each link how often it was taken, and led somewhere."""

    seed: int = 0
    walks: int = 0
    sent: int = 0
    faults: list[str] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    followed: Counter[str] = field(default_factory=Counter)

    def note(self, step: Any, status: int) -> None:
        """A link is taken where all that it names is sent as it was told, and followed where that
        is there, whatever else may stand in the way of the caller."""
        self.sent += 1
        if step.transition is None:
            return
        told = sum(map(len, step.transition.parameters.values()))
        if len(step.applied_parameters) == told:
            self.taken[step.transition.id] += 1
            self.followed[step.transition.id] += status not in (401, 403, 404, 412)


def links(app: Flask) -> set[str]:
    """Every link of the document: from which answer, by what, and to which operation."""
    found = contract.operations(app)
    labels = {contract.name_of(one): one.label for one in found}
    return {
        format_transition(one.label, status, name, labels[link["operationId"]])
        for one in found
        for status, answer in one.responses.items()
        for name, link in answer.iter_links()
    }


def grounds(portal: Portal) -> Iterator[Stage]:
    """An agency of its own for each phase, brought to it: whoever walks leaves traces."""
    for number, phase in enumerate(PHASES):
        world = build(of=tuple(portal.world.cases), key=f"walk{number}")
        people = {name: str(person) for name, person in world.people.items()}
        [version] = [
            one for one in table("template_versions") if one["agency_id"] == world.agency_id
        ]
        told = stages(Portal(portal.app, Books(world, portal.books.other)))
        with closing(told):
            stage = next(islice(told, number, None))
            ids = {**people, **stage.ids, "template_id": str(version["id"])}
            yield Stage(stage.portal, phase, ids, stage.headers)


class _Steps:
    """How the steps of a walk are sent, and noted."""

    stage: Stage
    journal: Journal
    chance: Random

    def setup(self) -> None:
        roles = list(self.stage.headers.values())
        self.headers = dict(roles[self.journal.walks % len(roles)])
        self.journal.walks += 1

    def get_call_kwargs(self, case: Any) -> dict[str, Any]:
        return {"headers": self.headers}

    def before_call(self, case: Any) -> None:
        _fill(case, self.stage, self.chance)

    def validate_response(self, response: Any, case: Any, **more: Any) -> None:
        try:
            case.validate_response(response, checks=contract.CHECKS)
        except FailureGroup as fault:
            self.journal.faults.extend(map(str, fault.exceptions))

    def step(self, input: Any) -> Any:
        output = super().step(input)  # type: ignore[misc]
        self.journal.note(input, output.response.status_code)
        return output


def walk(stage: Stage, journal: Journal, walks: int, steps: int) -> None:
    """So many walks of so many steps, each for the next role; the journal holds what came of it."""
    known = {"stage": stage, "journal": journal, "chance": Random(journal.seed)}
    machine: Any = type("Walk", (_Steps, _machine(stage.portal.app)), known)
    last = journal.walks + walks
    while journal.walks < last:
        begun = journal.seed + journal.walks
        machine.rule_order_seed = begun
        _walk(seed(begun)(machine), last - journal.walks, steps)


def _walk(machine: Any, walks: int, steps: int) -> None:
    chosen = settings(
        max_examples=walks,
        stateful_step_count=steps,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
        database=None,
        derandomize=False,
    )
    try:
        machine.run(settings=chosen)
    except FlakyStrategyDefinition:
        # What a walk changed is met by the next: the same choices then lead elsewhere.
        pass
    except AssertionError as error:
        if not is_inconsistent_replay(error):
            raise


@cache
def _machine(app: Flask) -> Any:
    return contract.walked(app).as_state_machine()


def _fill(case: Any, stage: Stage, chance: Random) -> None:
    """Mostly what somebody sends who means well: from refusals nothing leads on."""
    if chance.random() < STRAYS:
        return
    name = contract.name_of(case.operation)
    if name in ADDED:
        case.body = ADDED[name](stage.ids)
    elif name in SAMPLES and SAMPLES[name].body is not NOTHING:
        case.body = SAMPLES[name].body(stage)
    if "If-Match" in case.headers and name in BLIND:
        case.headers["If-Match"] = f'"{stage.version}"'
