"""Reads a scenario's YAML: its shape, its names, and the template that it tries out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

import workflows
from kinerja_flow.errors import NotFound
from kinerja_flow.services.scenarios.problems import ScenarioError, of_scenario
from kinerja_flow.services.scenarios.registry import VERBS
from kinerja_flow.services.scenarios.scenario import CycleHead, Scenario, Step
from kinerja_flow.services.scenarios.schema import load
from kinerja_flow.services.scenarios.words import declared
from kinerja_flow.services.templates import shipped_keys, shipped_source
from kinerja_flow.workflow import vocabulary
from workflows import Document, TemplateError, TemplateProblem
from workflows.definition import Definition
from workflows.faults import faults_in, listing, shown


def read_scenario(source: str | bytes | Path) -> Scenario:
    """The scenario of a file, or of a text; ScenarioError with every problem in it.

    A template's `path` is looked for beside the file; a text, which may come from anywhere, may
    not name a file at all.
    """
    folder = source.parent if isinstance(source, Path) else None
    try:
        document = workflows.parse(source.read_bytes() if isinstance(source, Path) else source)
    except TemplateError as error:
        raise ScenarioError(of_scenario(error.problems)) from error
    people = document.data.get("people")
    with declared(frozenset(people) if isinstance(people, dict) else frozenset()):
        loaded, messages = load(document.data)
    problems = [
        document.problem(fault.code, path, fault.params) for path, fault in faults_in(messages)
    ]
    if problems:
        in_order = sorted(problems, key=lambda problem: (problem.line, problem.column))
        raise ScenarioError(of_scenario(in_order))
    return _scenario(document, loaded, _Template(document, loaded, folder))


#: What is wrong with the settings that a cycle chooses, not with the template.
_OF_CHOICES = ("unknown_choice", "other_kind")


class _Template:
    """The template that a scenario tries out: where its text is, and what it comes to."""

    def __init__(self, document: Document, loaded: Mapping[str, Any], folder: Path | None) -> None:
        self.document, self.folder = document, folder
        self.given, self.settings = loaded["template"], loaded.get("settings", {})

    def read(self) -> tuple[str, Definition]:
        """The template's text and its definition with the settings of the scenario."""
        if isinstance(self.given, dict) and "path" not in self.given:
            return _as_yaml(self.given), self._checked(self._own(), "")
        name, text = self._file() if isinstance(self.given, dict) else self._shipped()
        try:
            document = workflows.parse(text)
        except TemplateError as error:
            raise ScenarioError(of_scenario(error.problems, name)) from error
        return text, self._checked(document, name)

    def _own(self) -> Document:
        """The template inside the scenario, with its places in the scenario's file."""
        marks = {
            path[1:]: mark
            for path, mark in self.document.marks.items()
            if path[:1] == ("template",)
        }
        return Document(self.given, marks)

    def _checked(self, document: Document, name: str) -> Definition:
        """The definition with the chosen settings; with its own, too, it must be sound."""
        if self.settings:
            self._sound(document, {}, name)
        return self._sound(document, self.settings, name)

    def _sound(self, document: Document, settings: Mapping[str, Any], name: str) -> Definition:
        filled = workflows.resolve(document, settings)
        definition, problems = workflows.check(filled, vocabulary())
        if definition is None:
            chosen = [self._here(one) for one in problems if one.code in _OF_CHOICES]
            others = [one for one in problems if one.code not in _OF_CHOICES]
            raise ScenarioError((*of_scenario(chosen), *of_scenario(others, name)))
        return definition

    def _here(self, problem: TemplateProblem) -> TemplateProblem:
        """A problem of what the scenario chose, with its place in the scenario."""
        path = ("settings", problem.params["name"])
        return self.document.problem(problem.code, path, problem.params)

    def _shipped(self) -> tuple[str, str]:
        try:
            return self.given, shipped_source(self.given)
        except NotFound:
            known = listing(shipped_keys())
            raise self._refused("unknown_template", name=shown(self.given), known=known) from None

    def _file(self) -> tuple[str, str]:
        if self.folder is None:
            raise self._refused("path_not_here")
        path = self.folder / str(self.given["path"])
        try:
            return path.name, path.read_text("utf-8")
        except (OSError, UnicodeError) as error:
            raise self._refused("template_unreadable", name=shown(self.given["path"])) from error

    def _refused(self, code: str, **params: Any) -> ScenarioError:
        problem = self.document.problem(code, ("template",), params)
        return ScenarioError(of_scenario([problem]))


class _Dumper(yaml.SafeDumper):
    """Writes a template's plain data; a decimal keeps its digits."""


_Dumper.add_representer(
    Decimal, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", str(value))
)


def _as_yaml(template: Mapping[str, Any]) -> str:
    return yaml.dump(template, Dumper=_Dumper, allow_unicode=True, sort_keys=False)


def _scenario(document: Document, loaded: Mapping[str, Any], template: _Template) -> Scenario:
    source, definition = template.read()
    agency, cycle = loaded.get("agency", {}), loaded["cycle"]
    head = CycleHead(
        year=cycle["year"],
        name=cycle.get("name", f"Siklus {cycle['year']}"),
        windows=cycle.get("windows", {}),
        start=cycle.get("start"),
        until=cycle.get("until"),
    )
    return Scenario(
        title=loaded["scenario"],
        source=source,
        definition=definition,
        settings=loaded.get("settings", {}),
        zone=agency.get("zone", "Asia/Jakarta"),
        days_off=agency.get("days_off", []),
        people=loaded["people"],
        cycle=head,
        clock=loaded["clock"],
        launch=loaded.get("launch", []),
        steps=[_step(document, i, one) for i, one in enumerate(loaded["steps"])],
        lines={key: document.marks[key,][0] for key in document.data},
    )


def _step(document: Document, index: int, loaded: Mapping[str, Any]) -> Step:
    raw = document.data["steps"][index]
    verb = next((key for key in raw if key in VERBS), None)
    plain = {key: value for key, value in loaded.items() if key not in VERBS}
    expect = {key: value for key, value in loaded.get("expect", {}).items() if key != "on"}
    place = {"number": index + 1, "line": document.marks["steps", index][0]}
    watched = loaded.get("expect", {}).get("on")
    step = Step(**{**plain, **place, "verb": verb, "expect": expect, "watched": watched})
    if verb is None:
        return step
    return replace(step, given=loaded[verb], gist=_gist(raw[verb]))


def _gist(given: Any) -> str:
    """What stands under a verb, in a few words."""
    if isinstance(given, list):
        return shown(", ".join(_gist(item) for item in given))
    if isinstance(given, dict):
        return shown(" ".join(str(v) for v in given.values() if isinstance(v, str)))
    return "" if given is True else shown(given)
