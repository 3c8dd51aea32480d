"""The stage of the demo: one agency and one clock, with a cycle for each course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.demo.agency import Cast
from kinerja_flow.demo.course import Course, Scene
from kinerja_flow.errors import Problem
from kinerja_flow.services import cycles, templates
from kinerja_flow.services.cycles import CyclePlan
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.scenarios.registry import VERBS
from kinerja_flow.services.scenarios.scenario import CycleHead, Scenario, Step
from kinerja_flow.services.scenarios.stage import Stage
from workflows.definition import LANGUAGES, Definition


@dataclass(frozen=True, slots=True)
class Happening:
    """What came of a scene: its case, the state and version before and after, or a refusal."""

    scene: Scene
    stage: Stage
    case_id: UUID | None = None
    before: tuple[str, int] | None = None
    after: tuple[str, int] | None = None
    problem: Problem | None = None

    @property
    def is_as_meant(self) -> bool:
        """Whether it was refused exactly where the course says so."""
        return (self.problem is None) == (self.scene.step.refused is None)


class Theatre:
    """Plays scenes through the services, each at its moment; what falls due between is fired."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.stages: dict[str, Stage] = {}
        self.zone = ZoneInfo(cast.said["zone"])

    def open(self, course: Course) -> None:
        """Publish the template and open the cycle, on the day that the head names."""
        head = course.head
        opened = datetime.fromisoformat(head["opened"]).replace(tzinfo=self.zone)
        first = next(iter(self.stages.values()), None)
        with clock.at(opened.astimezone(UTC)):
            officer = actor_for(self.cast.agency_id, self.cast.people[head["by"]])
            source = templates.shipped_source(head["template"])
            template_id = templates.publish(source, officer)
            windows = {name: _span(days) for name, days in head["windows"].items()}
            from_on, until_on = _day(head.get("from")), _day(head.get("until"))
            named = head["year"], head["name"], windows
            plan = CyclePlan(*named, from_on=from_on, until_on=until_on)
            cycle_id = cycles.open_cycle(template_id, officer, plan)
        scenario = _scenario(self.cast, course, source, templates.read_template(source))
        now, language = opened.astimezone(UTC), LANGUAGES[0]
        stage = Stage(scenario, self.cast.agency_id, now, language, cycle_id=cycle_id)
        stage.people, stage.posts = self.cast.people, self.cast.posts
        if first is not None:  # one agency: what one stage has seen fire is not news to the other
            stage.seen, stage.heard = first.seen, first.heard
        self.stages[course.name] = stage

    def move_clock(self, moment: datetime) -> list[dict[str, object]]:
        """Let time pass up to a moment of the agency's own; the clocks that fired on the way."""
        stage = next(iter(self.stages.values()))
        stage.fired = []
        VERBS["clock"].apply(stage, Step(0, 0, given=moment))
        for other in self.stages.values():
            other.now = stage.now
        return stage.fired

    def play(self, scene: Scene) -> Happening:
        """Play one scene at the present moment, in one transaction."""
        stage, step = self.stages[scene.cycle], scene.step
        if step.verb is None:
            case_id = stage.case_of(step) or stage.cases.get(scene.owner)
            return Happening(scene, stage, case_id)
        before, case_id, problem = None, None, None
        with clock.at(stage.now):
            try:
                with transaction():
                    case_id = stage.case_of(step)
                    before = stage.standing(case_id)
                    VERBS[step.verb].apply(stage, step)
            except Problem as refusal:
                problem = refusal
            case_id = case_id or stage.case_of(step)
            return Happening(scene, stage, case_id, before, stage.standing(case_id), problem)


def _span(days: list[str]) -> tuple[date, date]:
    first, last = map(date.fromisoformat, days)
    return first, last


def _day(said: str | None) -> date | None:
    return None if said is None else date.fromisoformat(said)


def _scenario(cast: Cast, course: Course, source: str, definition: Definition) -> Scenario:
    head: Mapping[str, object] = course.head
    return Scenario(
        title=definition.title,
        source=source,
        definition=definition,
        settings={},
        zone=cast.said["zone"],
        days_off=(),
        people=cast.said["people"],
        cycle=CycleHead(int(str(head["year"])), str(head["name"]), {}),
        clock=datetime.min,
        launch=(),
        steps=(),
        lines={},
    )
