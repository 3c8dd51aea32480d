"""The course of the year: each person's story in parts, put into one line of timed steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import Schema

from kinerja_flow.demo.agency import read
from kinerja_flow.services.scenarios.registry import VERBS
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.schema import StepRecord
from kinerja_flow.services.scenarios.words import declared

#: The keys of a step of the course that the tour reads and the player does not.
_OF_TOUR = ("at", "show", "caption")


@dataclass(frozen=True, slots=True)
class Scene:
    """One step at its moment. `is_told` when the tour speaks of it; `show` names what it shows."""

    at: datetime
    cycle: str
    owner: str
    step: Step
    is_told: bool
    caption: Mapping[str, str] | None = None
    show: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A cycle of the demo: its file's name, its head, and its scenes in the order of the file."""

    name: str
    head: Mapping[str, Any]
    scenes: tuple[Scene, ...]


def course(place: str, name: str, people: Mapping[str, Any]) -> Course:
    """The course of an agency in the file of that name; an unexplained word in it is a KeyError."""
    said, kits = read(place, name), read(place, "plans")
    with declared(frozenset(people)):
        scenes = tuple(
            scene for story in said["stories"] for scene in _story(name, said, kits, people, story)
        )
    return Course(name, said["cycle"], scenes)


def _story(
    cycle: str,
    said: Mapping[str, Any],
    kits: Mapping[str, Any],
    people: Mapping[str, Any],
    story: Mapping[str, Any],
) -> Iterator[Scene]:
    words = {**said.get("words", {}), **kits[story["kit"]], **_line(people, story["who"])}
    words |= story.get("words", {})
    for name, first in story["course"]:
        for row in said["parts"][name]:
            at = _words_at(words, row, date.fromisoformat(first))
            yield _scene(cycle, story, at, row)


def _line(people: Mapping[str, Any], name: str) -> dict[str, str]:
    assessor = people[name]["superior"]
    return {"me": name, "assessor": assessor, "reviewer": people[assessor]["superior"]}


def _words_at(words: Mapping[str, Any], row: Mapping[str, Any], first: date) -> dict[str, Any]:
    at = _moment(row["at"], first)
    return {**words, "now": at, "today": at.date().isoformat()}


def _moment(said: str, first: date) -> datetime:
    """ "2 09:30": half past nine, two days after the first day of the part."""
    days, clock = said.split()
    return datetime.combine(first + timedelta(days=int(days)), time.fromisoformat(clock))


def _scene(
    cycle: str, story: Mapping[str, Any], words: Mapping[str, Any], row: Mapping[str, Any]
) -> Scene:
    said = {key: filled(value, words) for key, value in row.items() if key not in _OF_TOUR}
    return Scene(
        at=words["now"],
        cycle=cycle,
        owner=story["who"],
        step=_step(said) if said.keys() - {"on"} else Step(0, 0),
        is_told=bool(story.get("told")) or "caption" in row,
        caption=row.get("caption"),
        show=row.get("show"),
    )


def filled(value: Any, words: Mapping[str, Any]) -> Any:
    """The value with every "$word" in it replaced by what the word stands for."""
    if isinstance(value, str) and value.startswith("$"):
        return filled(words[value[1:]], words)
    if isinstance(value, Mapping):
        return {key: filled(inner, words) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, words) for inner in value]
    return value


_RECORD: Schema = StepRecord()


def _step(said: Mapping[str, Any]) -> Step:
    loaded = dict(_RECORD.load(said))
    verb = next(key for key in said if key in VERBS)
    plain = {key: value for key, value in loaded.items() if key not in VERBS}
    return Step(0, 0, verb=verb, given=loaded[verb], **plain)
