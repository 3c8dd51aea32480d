"""A model of what a template allows, and a walker that holds the engine against it act by act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from kinerja_flow import clock
from kinerja_flow.errors import Problem
from kinerja_flow.models import Case, Deadline, HistoryEvent
from kinerja_flow.policy import Actor
from kinerja_flow.services.cases import Act, Outcome, act, offers
from kinerja_flow.services.deadlines import tick
from tests.engine.audit import audit, definition_of
from tests.engine.world import LINES, OFFICERS, START, World, row, rows, write_plan
from workflows import compile_machine
from workflows.definition import Action, Call, Definition, Input

RATING = (date(2026, 1, 5), date(2026, 2, 10))
JAKARTA = timedelta(hours=7)
ENGINES = ("clock", "system")


def decorated(data: dict[str, Any], chance: Random) -> dict[str, Any]:
    """A random template with a result, its receipt, objections to it, and four eyes."""
    machine = data["machines"]["appraisal"]
    lasting = [name for name, state in machine["states"].items() if not state.get("final")]
    rate = next(action for action in machine["actions"] if action["name"] == "rate")
    rate["does"], rate["notify"] = ["compute_result", "deliver"], ["employee"]
    # What is scored has a name of its own: other acts take a "level" that comes to nothing.
    rate["from"], rate["takes"] = lasting, {"mark": {"rating": "lima"}}
    look = {"name": "look", "from": lasting, "by": ["employee"], "notify": ["hr"],
            "does": [{"record_receipt": {"kind": "opened"}}]}  # fmt: skip
    contest = {"name": "contest", "from": lasting, "by": ["employee"], "takes": {"why": "text"},
               "does": [{"open_objection": {"machine": "objection"}}]}  # fmt: skip
    machine["actions"] += [look, contest]
    names = [action["name"] for action in machine["actions"]]
    for action in machine["actions"]:
        # The same effect twice in one act would be signed twice under one number.
        action["does"] = _once(action.get("does", []))
        if "'level'" in str(action.get("to")):
            optional = {"level": {"rating": "lima", "optional": True}}
            action["takes"] = optional | action.get("takes", {})
        if action["name"].startswith("other_") and chance.random() < 0.6:
            others = [name for name in names if name != action["name"]]
            action["distinct_from"] = sorted({"rate", "look", chance.choice(others)})
            action["by"] = sorted({*action["by"], "hr", "assessor"})
    return data | {"scoring": [SCORED], "machines": {**data["machines"], "objection": OBJECTION}}


def _once(calls: list[Any]) -> list[Any]:
    return [call for place, call in enumerate(calls) if call not in calls[:place]]


SCORED = {"node": "hasil", "rule": {"judgement": {"field": "mark", "scale": "lima"}}}
OBJECTION: dict[str, Any] = {
    "parent": "appraisal",
    "initial": "filed",
    "states": {
        "filed": {"phase": "examining", "due": "P14D", "on_due": ["remind", {"escalate": ["hr"]}]},
        "decided": {"phase": "closed", "final": True},
    },
    "actions": [
        {"name": "respond", "from": "filed", "by": ["assessor", "reviewer"], "notify": ["examiner"],
         "takes": {"response": "text"}},
        {"name": "decide", "from": "filed", "to": "decided", "by": ["examiner", "hr"],
         "takes": {"mark": {"rating": "lima"}}, "does": ["compute_result"],
         "notify": ["employee", "assessor"], "distinct_from": ["respond", "appraisal.look"]},
    ],
}  # fmt: skip


@dataclass
class Model:
    """What is true of a case, as far as the walk has brought it about."""

    case_id: UUID
    kind: str
    subject: str
    state: str
    parent: Model | None = None
    version: int = 1
    is_planned: bool = False
    is_received: bool = False
    results: list[str | None] = field(default_factory=list)
    acts: list[tuple[str, str]] = field(default_factory=list)
    children: list[Model] = field(default_factory=list)

    @property
    def home(self) -> Model:
        return self.parent or self

    def relations(self, who: str) -> set[str]:
        """By the lines of the agency alone: who is whose assessor, reviewer and examiner."""
        if who in ENGINES:
            return {who}
        assessor = LINES[self.subject] or ""
        held = {"employee": self.subject, "assessor": assessor, "reviewer": LINES[assessor]}
        if self.kind == "objection":
            held["examiner"] = LINES[assessor]
        found = {relation for relation, name in held.items() if name == who}
        found |= {"hr"} if who in OFFICERS else set()
        return found & {"employee", "owner"} if who == self.subject else found

    def is_barred(self, who: str, action: Action) -> bool:
        """Nobody outside the relations, no examiner who rated, nobody who did what bars them."""
        capacity = next((name for name in action.by if name in self.relations(who)), None)
        if capacity is None:
            return True
        if capacity == "examiner" and who in self.home.results:
            return True
        for name in action.distinct_from if who not in ENGINES else ():
            kind, _, act_name = name.rpartition(".")
            if any((act_name, who) in case.acts for case in self._of(kind or self.kind)):
                return True
        return False

    def _of(self, kind: str) -> list[Model]:
        family = [self, *([self.parent] if self.parent else []), *self.children]
        return [case for case in family if case.kind == kind]

    def holds(self, call: Call, inputs: Mapping[str, Any], now: datetime) -> bool:
        """Each rule that the walk's templates may name, said a second time."""
        params = call.params
        plan_rules = ("plan_complete", "weights_total", "progress_recorded")
        if call.name in plan_rules:
            return self.home.is_planned or call.name == "progress_recorded"
        return {
            "somebody_is": lambda: params["relation"] in ("assessor", "reviewer", "employee"),
            "received": lambda: self.is_received,
            "has_result": lambda: bool(self.home.results),
            "result_uncontested": lambda: (
                not any(child.state == "filed" for child in self.home._of("objection"))
            ),
            "result_computable": lambda: "mark" in inputs,
            "field_given": lambda: inputs.get(params["field"]) is not None,
            "field_is": lambda: str(inputs.get(params["field"])) == params["value"],
            "window_open": lambda: RATING[0] <= (now + JAKARTA).date() <= RATING[1],
            "done": lambda: any(name == params["action"] for name, _ in self.acts),
        }[call.name]()

    def missing(self, action: Action, inputs: Mapping[str, Any], now: datetime) -> bool:
        implied = {
            "compute_result": ("result_computable",),
            "record_receipt": ("has_result",),
            "open_objection": ("has_result", "result_uncontested"),
        }
        calls = [Call(one) for does in action.does for one in implied.get(does.name, ())]
        return not all(self.holds(call, inputs, now) for call in (*action.requires, *calls))

    def target(self, action: Action, inputs: Mapping[str, Any], now: datetime) -> str:
        fits = (b.state for b in action.branches if not b.when or self.holds(b.when, inputs, now))
        return next(fits, self.state)

    def took(self, who: str, action: Action, target: str) -> None:
        self.state, self.version = target, self.version + 1
        self.acts.append((action.name, who))
        done = {does.name for does in action.does}
        if "compute_result" in done:
            self.home.results.append(who)
        if "deliver" in done:
            self.is_received = False
        if "record_receipt" in done:
            self.is_received = True


@dataclass
class Walker:
    """One agency's walk: it draws who tries what, and says what must come of it."""

    world: World
    definition: Definition
    now: datetime = START
    models: dict[UUID, Model] = field(default_factory=dict)
    taken: int = 0

    @classmethod
    def starting(cls, world: World) -> Walker:
        case = row(Case, id=world.case("sari"))
        walker = cls(world, definition_of(case.digest))
        for name, case_id in world.cases.items():
            found = row(Case, id=case_id)
            walker.models[case_id] = Model(case_id, found.kind, name, found.state)
        return walker

    def step(self, chance: Random) -> None:
        """One random thing: time passes and the clocks run, a plan is written, somebody acts."""
        self.now += timedelta(minutes=chance.randint(1, 600))
        drawn = chance.random()
        if drawn < 0.12:
            self.now += timedelta(days=chance.randint(0, 9))
            self.sweep()
        elif drawn < 0.2:
            self.write_plan(chance.choice(list(self.models.values())).home)
        else:
            self.attempt(chance)

    def write_plan(self, model: Model) -> None:
        if not model.is_planned:
            with clock.at(self.now):
                write_plan(self.world, model.subject)
            model.is_planned = True

    def attempt(self, chance: Random) -> None:
        model = chance.choice(list(self.models.values()))
        machine = self.definition.machines[model.kind]
        here = machine.actions_from(model.state) or tuple(machine.actions.values())
        action = chance.choice(here if chance.random() < 0.8 else tuple(machine.actions.values()))
        who = self._who(model, action, chance)
        inputs, is_good = self._inputs(action, chance)
        seen = chance.choices([None, model.version, model.version - 1], [45, 45, 10])[0]
        self._hold(model, action, who, Act(action.name, inputs, seen), is_good)

    def _who(self, model: Model, action: Action, chance: Random) -> str:
        everybody = [*LINES, *ENGINES, "foreign"]
        fitting = [who for who in everybody if model.relations(who) & set(action.by)]
        return chance.choice(fitting if fitting and chance.random() < 0.8 else everybody)

    def _inputs(self, action: Action, chance: Random) -> tuple[dict[str, Any], bool]:
        given = {
            name: _given(spec, chance)
            for name, spec in action.takes.items()
            if not spec.optional or chance.random() < 0.5
        }
        if chance.random() < 0.9:
            return given, True
        needed = [name for name, spec in action.takes.items() if not spec.optional]
        if needed and chance.random() < 0.5:
            return {k: v for k, v in given.items() if k != needed[0]}, False
        return {**given, "surplus": 1}, False

    def _hold(self, model: Model, action: Action, who: str, request: Act, is_good: bool) -> None:
        """Try it, and hold what comes of it against the model."""
        expected = self._expected(model, action, who, request, is_good)
        before = len(rows(HistoryEvent, agency_id=self.world.agency_id))
        with clock.at(self.now):
            found = self._try(model.case_id, who, request)
        code = found.code if isinstance(found, Problem) else found.state
        assert code == expected, (model, action, who, request)
        if isinstance(found, Problem):
            assert len(rows(HistoryEvent, agency_id=self.world.agency_id)) == before
            return
        assert found.version == model.version + 1
        table = compile_machine(self.definition, model.kind).table
        assert found.state in table[model.state, action.name]
        model.took(who, action, found.state)
        self.taken += 1
        self._meet_children(model)

    def _try(self, case_id: UUID, who: str, request: Act) -> Outcome | Problem:
        here = self.world.agency_id
        engine = Actor(agency_id=here, engine=who)
        foreign = Actor(self.world.people["officer"], here + 1, frozenset({"hr"}))
        known = {**self.world.actors, "foreign": foreign}
        try:
            return act(case_id, engine if who in ENGINES else known[who], request)
        except Problem as problem:
            return problem

    def _expected(self, model: Model, action: Action, who: str, request: Act, is_good: bool) -> str:
        if who == "foreign":
            return "not_found"
        if request.version not in (None, model.version):
            return "stale"
        if model.is_barred(who, action):
            return "forbidden"
        if model.state not in action.sources:
            return "conflict"
        if not is_good:
            return "invalid"
        if model.missing(action, request.inputs, self.now):
            return "refused"
        return model.target(action, request.inputs, self.now)

    def _meet_children(self, model: Model) -> None:
        for case in rows(Case, parent_id=model.case_id):
            if case.id not in self.models:
                child = Model(case.id, case.kind, model.subject, case.state, parent=model)
                self.models[case.id] = child
                model.children.append(child)

    def sweep(self) -> None:
        """Let the clocks run. The model learns what they did; audit and table say if they might."""
        with clock.at(self.now):
            tick()
        for deadline in rows(Deadline, agency_id=self.world.agency_id, fired_at=None):
            assert deadline.try_at > self.now or deadline.problem
        for model in self.models.values():
            machine = self.definition.machines[model.kind]
            for event in self._new_events(model):
                assert event.capacity == "clock"
                assert model.state == event.from_state
                assert event.to_state == model.target(machine.actions[event.action], {}, self.now)
                model.took("clock", machine.actions[event.action], event.to_state)
                self.taken += 1

    def _new_events(self, model: Model) -> Iterator[Any]:
        found = rows(HistoryEvent, case_id=model.case_id)
        return iter([e for e in sorted(found, key=lambda e: e.seq) if e.seq > model.version])

    def check(self) -> None:
        """All that holds at the end of a walk, wherever it led."""
        audit(self.world.agency_id)
        for model in self.models.values():
            case = row(Case, id=model.case_id)
            assert (case.state, case.version) == (model.state, model.version)
            assert (case.received_at is not None) == model.is_received
            if not self.definition.machines[model.kind].states[model.state].final:
                self.write_plan(model.home)
                assert self._can_go_on(model), model

    def _can_go_on(self, model: Model) -> bool:
        """Somebody is offered an act that nothing blocks, or a clock is running."""
        if rows(Deadline, case_id=model.case_id, fired_at=None, kind="action"):
            return True
        with clock.at(self.now):
            return any(
                not offer.blockers
                for actor in self.world.actors.values()
                for offer in offers(model.case_id, actor)
            )


def _given(spec: Input, chance: Random) -> Any:
    return {
        "text": lambda: chance.choice(["ya", "tidak — 'kutip'", "ü" * 50]),
        "number": lambda: f"{chance.randint(0, 99)}.{chance.randint(0, 99):02}",
        "rating": lambda: chance.choice(spec.options["levels"])[0],
        "date": lambda: "2026-03-02",
        "choice": lambda: chance.choice(spec.options["options"])[0],
    }[spec.kind]()
