"""A template as people read it, with the name of everything that a scenario may mention."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from kinerja_flow.cli.speech import Speech
from kinerja_flow.workflow.naming import relation_label, term
from workflows import Definition
from workflows.definition import Action, Briefing, Criterion, Label, Machine


def show_to_people(definition: Definition, speech: Speech) -> None:
    """Print title, windows, briefing, machines, instruments with what posts require, trainings,
    scales and settings."""
    speech.out.print(Text(definition.title(speech.language), "bold"))
    speech.say("show_head", basis="; ".join(definition.basis), digest=definition.digest)
    if definition.windows:
        windows = _listed(definition.window_labels.items(), speech)
        speech.say("show_windows", windows=windows)
    if definition.briefing:
        speech.out.print(_briefing(definition, definition.briefing, speech))
    for machine in definition.machines.values():
        speech.out.print(_course(definition, machine, speech))
    tables: tuple[tuple[object, Callable[[Definition, Speech], Table]], ...] = (
        (definition.instruments, _instruments),
        (_criteria_with_standards(definition), _standards),
        (definition.trainings, _trainings),
        (definition.scales, _scales),
        (definition.settings, _settings),
    )
    for said, table in tables:
        if said:
            speech.out.print(table(definition, speech))


def _table(speech: Speech, title: str, *columns: str, names: Iterable[str] = ()) -> Table:
    """A table whose first column is wide enough that no name in it is broken."""
    table = Table(title=title, title_justify="left", show_lines=True)
    for column in columns:
        table.add_column(speech.text(column))
    table.columns[0].min_width = max(map(len, names), default=None)
    return table


def _called(label: Label, name: str, speech: Speech) -> Text:
    """What people call a thing, and its name."""
    return Text.assemble(label(speech.language), " · ", (name, "dim"))


def _listed(things: Iterable[tuple[str, Label]], speech: Speech) -> str:
    return ", ".join(f"{label(speech.language)} ({name})" for name, label in things)


def _briefing(definition: Definition, briefing: Briefing, speech: Speech) -> Table:
    """What everybody is told, and then each relation; what happens when, and how scores come."""
    table = _table(speech, speech.text("briefing"), "told_to", "told_what")
    table.add_row(Text(speech.text("everybody")), Text(briefing.purpose(speech.language)))
    for name, asked in briefing.roles.items():
        label = relation_label(definition, name)
        table.add_row(_called(label, name, speech), Text(asked(speech.language)))
    for stage in briefing.stages:
        said = stage.text(speech.language) if stage.text else ""
        when = f" ({stage.window})" if stage.window else ""
        table.add_row(Text(stage.label(speech.language) + when), Text(said))
    if briefing.scores:
        table.add_row(Text(speech.text("scores")), Text(briefing.scores(speech.language)))
    return table


def _course(definition: Definition, machine: Machine, speech: Speech) -> Table:
    title = f"{machine.label(speech.language)} ({machine.name})"
    table = _table(speech, title, "state", "phase", "may_do", names=machine.states)
    for state in machine.states.values():
        lines = [
            _line(definition, machine, action, state.name, speech)
            for action in machine.actions.values()
            if state.name in action.sources
        ]
        said = Text("\n").join(lines) if lines else Text(speech.text("nothing"))
        phase = term("phase", state.phase) or Label(state.phase, state.phase)
        table.add_row(_called(state.label, state.name, speech), phase(speech.language), said)
    return table


def _line(
    definition: Definition, machine: Machine, action: Action, state: str, speech: Speech
) -> Text:
    """Action and name, who takes it, what it asks for, where it leads; if it is switched off."""
    who = ", ".join(relation_label(definition, by)(speech.language) for by in action.by)
    to = [machine.states[name].label(speech.language) for name in action.targets(state)]
    stays = action.targets(state) == (state,)
    leads = speech.text("stays") if stays else " / ".join(to)
    asked = [f"{name}?" if given.optional else name for name, given in action.takes.items()]
    takes = (f" [{', '.join(asked)}]", "dim") if asked else ""
    off = f" ({speech.text('switched_off')})" if action.is_off else ""
    called = _called(action.label, action.name, speech)
    return Text.assemble(called, takes, f" ({who}) → {leads}", (off, "dim"))


def _instruments(definition: Definition, speech: Speech) -> Table:
    columns = ("instrument", "answered_by", "criteria", "scale")
    table = _table(speech, speech.text("instruments"), *columns)
    for one in definition.instruments.values():
        who = ", ".join(relation_label(definition, by)(speech.language) for by in one.answered_by)
        criteria = Text("\n").join(_called(c.label, c.key, speech) for c in one.criteria)
        table.add_row(_called(one.label, one.key, speech), who, criteria, one.scale)
    return table


def _criteria_with_standards(definition: Definition) -> list[tuple[str, Criterion]]:
    """The criteria of which posts require something, each with the name by which it is known."""
    every = ((one.key, c) for one in definition.instruments.values() for c in one.criteria)
    return [(f"{key}.{criterion.key}", criterion) for key, criterion in every if criterion.standard]


def _standards(definition: Definition, speech: Speech) -> Table:
    table = _table(speech, speech.text("standards"), "criterion", "required_of")
    for name, criterion in _criteria_with_standards(definition):
        lines = (f"{one.level}: {_whom(one.applies_to, speech)}" for one in criterion.standard)
        table.add_row(_called(criterion.label, name, speech), Text("\n".join(lines)))
    return table


def _trainings(definition: Definition, speech: Speech) -> Table:
    table = _table(speech, speech.text("trainings"), "training", "jp", "develops", "for_whom")
    for one in definition.trainings:
        develops = Text("\n").join(Text(".".join(criterion)) for criterion in one.develops)
        whom = Text(_whom(one.applies_to, speech))
        table.add_row(_called(one.label, one.key, speech), str(one.jp), develops, whom)
    return table


def _whom(applies_to: Mapping[str, tuple[str, ...]], speech: Speech) -> str:
    """For which posts and people something is."""
    named = [f"{kind} {', '.join(keys)}" for kind, keys in applies_to.items()]
    return "; ".join(named) or speech.text("for_all")


def _scales(definition: Definition, speech: Speech) -> Table:
    table = _table(speech, speech.text("scales"), "scale", "levels")
    for one in definition.scales.values():
        levels = Text("\n").join(_called(label, key, speech) for key, label in one.levels)
        table.add_row(_called(one.label, one.key, speech), levels)
    return table


def _settings(definition: Definition, speech: Speech) -> Table:
    columns = ("column_setting", "column_default", "column_mark", "column_source")
    table = _table(speech, speech.text("settings"), *columns, names=definition.settings)
    for one in definition.settings.values():
        mark = term("mark", one.mark) or Label(one.mark, one.mark)
        label = _called(one.label, one.key, speech)
        table.add_row(label, spelled(one.default), mark(speech.language), Text(one.source))
    return table


def spelled(value: Any) -> str:
    """A value as one writes it in YAML, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {spelled(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(spelled, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
