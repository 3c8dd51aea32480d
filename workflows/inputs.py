"""Checks what somebody sends with an action against what the action takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from marshmallow import Schema, ValidationError

from workflows.definition import Action, Input, Label
from workflows.faults import faults_in, listing, shown
from workflows.hygiene import is_unseen
from workflows.kinds import FIELDS
from workflows.problems import MESSAGES

#: The typed values of an action's inputs, by name; what was left out is not there.
Taken = dict[str, Any]

#: So many inputs that the action does not take are named; a reader needs no more.
MOST_UNKNOWN = 20

#: What an input, or an entry that is read like one, may be refused for.
INPUT_CODES = (
    *("inputs_not_mapping", "unknown_input", "required", "too_many", "input_not_text"),
    *("input_bad_character", "text_length", "input_not_number", "too_many_digits"),
    *("too_many_places", "too_low_given", "too_high_given", "input_not_whole", "input_not_flag"),
    *("input_not_date", "no_such_date", "not_an_option", "input_not_list", "input_not_person"),
    *("people_count", "person_twice", "trainings_count", "no_such_training", "training_twice"),
)

#: Keeps an input that is called `load` or `fields` apart from the schema's own methods.
_PREFIX = "taken_"


@dataclass(frozen=True, slots=True)
class InputProblem:
    """What is wrong with one field, by its name and label; the name is "" for the whole."""

    field: str
    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    label: Label | None = None

    def say(self, language: str) -> str:
        """The rule and what to do, after the label of the field."""
        rule = MESSAGES.say(self.code, language, **self.params)
        return f"{self.label(language)}: {rule}" if self.label else rule


class InputError(ValueError):
    """Inputs that an action cannot take, with every problem found in them."""

    def __init__(self, problems: Iterable[InputProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.field}: {p.say('en')}" for p in self.problems))


def take(action: Action, raw: Mapping[str, Any]) -> Taken:
    """The typed values of `raw`; InputError with every problem of every field."""
    if not isinstance(raw, Mapping):
        raise InputError([InputProblem("", "inputs_not_mapping")])
    given = {name: raw[name] for name in action.takes if not _is_blank(raw.get(name))}
    unknown = [key for key in raw if key not in action.takes][:MOST_UNKNOWN]
    try:
        loaded = _schema(tuple(action.takes.values())).load(given, unknown="exclude")
    except ValidationError as error:
        problems = [_problem(action, path, fault) for path, fault in faults_in(error.messages)]
    else:
        problems = []
    known = listing(list(action.takes))
    problems += [InputProblem(shown(key), "unknown_input", {"known": known}) for key in unknown]
    if problems:
        raise InputError(problems)
    return {name: loaded[_PREFIX + name] for name in action.takes if _PREFIX + name in loaded}


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and is_unseen(value))


def _problem(action: Action, path: Any, fault: Any) -> InputProblem:
    name = str(path[0])
    code = "required" if fault.code == "missing" else fault.code
    return InputProblem(name, code, fault.params, action.takes[name].label)


KINDS = tuple(FIELDS)


@lru_cache(maxsize=1024)
def _schema(inputs: tuple[Input, ...]) -> Schema:
    return Schema.from_dict({_PREFIX + spec.name: FIELDS[spec.kind](spec) for spec in inputs})()
