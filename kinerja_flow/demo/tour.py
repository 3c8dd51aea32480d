"""The tour: what is told of each scene as it is played, on a terminal or as plain lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kinerja_flow.db import transaction
from kinerja_flow.demo.agency import Cast
from kinerja_flow.demo.sayings import say
from kinerja_flow.demo.shows import SHOWS
from kinerja_flow.demo.stages import Happening
from kinerja_flow.errors import Problem
from kinerja_flow.models import Case
from kinerja_flow.services.reports import CycleReport
from workflows.definition import Definition, Machine


class Tour:
    """Speaks of what happens, in one language, on one console."""

    def __init__(self, cast: Cast, out: Console, language: str) -> None:
        self.cast, self.out, self.language = cast, out, language
        self._day: Any = None
        self._told: set[UUID] = set()

    def say(self, code: str, style: str = "", /, **words: object) -> None:
        self.out.print(Text(say(code, self.language, **words), style))

    def happened(self, happening: Happening) -> None:
        """Tell a scene, if it is one that is told."""
        scene = happening.scene
        if not scene.is_told:
            return
        if scene.caption:
            self.out.print()
            self.out.print(Text(f"── {scene.caption[self.language]}", "bold cyan"))
        if scene.show is not None and happening.case_id is not None:
            SHOWS[scene.show](happening.stage, happening.case_id, self.out, self.language)
        if scene.step.verb is None:
            return
        if happening.case_id is not None:
            self._told.add(happening.case_id)
        self._line(happening)
        if happening.problem is not None:
            self._refusal(happening.problem, happening.stage.scenario.definition)

    def _line(self, happening: Happening) -> None:
        step = happening.scene.step
        who = self.cast.called(step.who or happening.scene.owner)
        done, machine = self._done(happening)
        line = Text.assemble((self._when(happening.scene.at), "dim"), f"  {who}: {done}")
        if happening.problem is not None:
            line.append(f"  ✗ {say('refused', self.language)}", "bold red")
        elif machine and happening.before and happening.after:
            was, now = happening.before[0], happening.after[0]
            if was != now:
                line.append(f"  → {machine.states[now].label(self.language)}", "green")
        self.out.print(line)

    def _done(self, happening: Happening) -> tuple[str, Machine | None]:
        """What was done in the words of the template, and the machine that it was done on."""
        step, machine = happening.scene.step, None
        if happening.case_id is not None:
            machine = happening.stage.scenario.definition.machines[_kind(happening.case_id)]
        action = machine.actions.get(str(step.given)) if machine else None
        if step.verb == "act" and action is not None:
            label = action.label(self.language)
            owner = happening.scene.owner
            mine = step.who == owner
            return (label if mine else f"{label} ({self.cast.called(owner)})"), machine
        return say(f"did_{step.verb}", self.language), machine

    def _refusal(self, problem: Problem, definition: Definition) -> None:
        """What is in the way, what to do about it, and who can, in the words of the template."""
        for blocker in problem.blockers:
            self.out.print(Text(f"{'':8}{blocker.say(self.language)}", "red"))
            way = say("way_out", self.language, text=blocker.way_out(self.language))
            self.out.print(Text(f"{'':8}{way}", "dim"))
            if blocker.lifted_by:
                by = ", ".join(self._relation(name, definition) for name in blocker.lifted_by)
                self.out.print(Text(f"{'':8}{say('lifted_by', self.language, by=by)}", "dim"))

    def _relation(self, name: str, definition: Definition) -> str:
        use = definition.relations.get(name)
        return use.label(self.language) if use else say(name, self.language)

    def fired(self, done: list[dict[str, Any]], label: Callable[[UUID, str], str | None]) -> None:
        """Tell the clocks that fired on cases that the tour has spoken of."""
        for one in done:
            said = label(one["case_id"], one["name"])
            if one["case_id"] in self._told and said is not None:
                at = self._when(datetime.fromisoformat(one["at"]))
                who = say("clock", self.language)
                self.out.print(Text.assemble((at, "dim"), (f"  ⏰ {who}: {said}", "yellow")))

    def cycle(self, report: CycleReport) -> None:
        """Tell where the cases of a cycle stand."""
        table = Table(title=report.name, title_justify="left")
        for column in ("kind", "state", "cases"):
            table.add_column(say(f"column_{column}", self.language))
        for kind, machine in report.definition.machines.items():
            for state in machine.states.values():
                count = report.counts.get((kind, state.name), 0)
                row = (machine.label(self.language), state.label(self.language))
                table.add_row(*map(Text, row), str(count) if count else "-")
        self.out.print(table, soft_wrap=False)

    def _when(self, at: datetime) -> str:
        day = format_date(at, "d MMM y", locale=self.language).rjust(11)
        shown = day if day != self._day else " " * len(day)
        self._day = day
        return f"{shown} {at:%H.%M}"


def _kind(case_id: UUID) -> str:
    with transaction() as session:
        return session.query(Case.kind).filter(Case.id == case_id).one()[0]


def clock_label(definitions: Mapping[str, Any], language: str) -> Callable[[UUID, str], str | None]:
    """How the clock's acts are called; a reminder is called one."""

    def label(case_id: UUID, name: str) -> str | None:
        with transaction() as session:
            kind, digest = session.query(Case.kind, Case.digest).filter(Case.id == case_id).one()
        action = definitions[digest].machines[kind].actions.get(name)
        return action.label(language) if action else say(f"clock_{name}", language)

    return label
