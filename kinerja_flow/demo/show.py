"""The whole demo on an empty database: each agency, its year with the tour, and what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console
from sqlalchemy import func, select

from kinerja_flow.db import db, transaction
from kinerja_flow.demo.agency import Cast, places, read, settle
from kinerja_flow.demo.course import Course, Scene, course
from kinerja_flow.demo.logins import PASSWORD, let_in, worth_trying
from kinerja_flow.demo.stages import Happening, Theatre
from kinerja_flow.demo.tour import Tour, clock_label
from kinerja_flow.errors import Conflict
from kinerja_flow.models import Agency, Case, HistoryEvent
from kinerja_flow.services import reports
from kinerja_flow.services.verify import verify_history
from kinerja_flow.services.verify_results import Recount, verify_results

#: What is counted, and the last moment of the demo's clock.
COUNTED = ("acts", "cases", "refusals", "clocks")
CLOSING = datetime(2027, 1, 15, 16)


class Unmeant(Exception):
    """A scene that was refused, or not refused, against what the course says."""


@dataclass
class Outcome:
    """What the year came to, in numbers."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: int = 0


def perform(out: Console, language: str, only: str | None = None) -> Outcome:
    """Play the whole year of each agency, or of one, and tell it as it goes.

    `only` is the name of its folder. The database must be empty.
    """
    _refuse_if_used()
    outcome, casts = Outcome(), list[Cast]()
    for place in [only] if only else places():
        cast = settle(read(place, "agency"))
        courses = [course(place, name, cast.said["people"]) for name in cast.said["courses"]]
        theatre, tour = Theatre(cast), Tour(cast, out, language)
        for one in courses:
            theatre.open(one)
        tour.say("title", "bold", agency=cast.said["name"])
        tour.say("people", people=len(cast.people), units=len(cast.said["units"]))
        _play(theatre, tour, _in_order(courses), outcome)
        let_in(cast)
        casts.append(cast)
        out.print()
    _close(tour, outcome)
    _invite(tour, casts)
    return outcome


def _invite(tour: Tour, casts: list[Cast]) -> None:
    """Say as whom one may look around."""
    tour.out.print()
    tour.say("logins", "bold", password=PASSWORD)
    for cast in casts:
        for called, login in worth_trying(cast):
            tour.say("login", name=called, login=login, agency=cast.said["name"])


def _refuse_if_used() -> None:
    with transaction() as session:
        if session.scalar(select(func.count()).select_from(Agency)):
            raise Conflict.of("already_installed", "agency")


def _in_order(courses: list[Course]) -> list[Scene]:
    """All scenes by their moment; those of one moment in the order of the files."""
    return sorted((scene for one in courses for scene in one.scenes), key=lambda scene: scene.at)


def _play(theatre: Theatre, tour: Tour, scenes: list[Scene], outcome: Outcome) -> None:
    definitions = {
        stage.scenario.definition.digest: stage.scenario.definition
        for stage in theatre.stages.values()
    }
    label = clock_label(definitions, tour.language)

    def wait(moment: datetime) -> None:
        fired = theatre.move_clock(moment)
        outcome.counts["clocks"] += len(fired)
        tour.fired(fired, label)

    for scene in scenes:
        wait(scene.at)
        happening = theatre.play(scene)
        tour.happened(happening)
        _check(happening, tour.language)
        outcome.counts["refusals"] += happening.problem is not None
    wait(CLOSING)


def _check(happening: Happening, language: str) -> None:
    if happening.is_as_meant:
        return
    scene = happening.scene
    why = [b.say(language) for b in happening.problem.blockers] if happening.problem else []
    raise Unmeant(f"{scene.at} {scene.owner} {scene.step.verb} {scene.step.given}: {why}")


def _close(tour: Tour, outcome: Outcome) -> None:
    """Verify the history, and say how far each cycle is."""
    recount = Recount()
    outcome.findings = len([*verify_history(), *verify_results(recount)])
    outcome.counts["results"] = recount.results
    with transaction() as session:
        for name, model in (("acts", HistoryEvent), ("cases", Case)):
            outcome.counts[name] = session.scalar(select(func.count()).select_from(model)) or 0
    tour.out.print()
    for cycle in reports.cycles():
        tour.cycle(cycle)
    db.session.remove()
    tour.say("played", **{name: outcome.counts[name] for name in COUNTED})
    if outcome.findings:
        tour.say("history_broken", "bold red", count=outcome.findings)
    else:
        tour.say("history_whole", "bold green", acts=outcome.counts["acts"])
        tour.say("results_whole", "bold green", results=outcome.counts["results"])
