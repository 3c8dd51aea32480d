"""What marshmallow carries instead of sentences: codes with parameters, in both languages later."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from workflows.hygiene import FORBIDDEN

Path = tuple[str | int, ...]

#: marshmallow's own sentences, so that a schema written with its stock fields speaks our codes.
_STOCK = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (r"Missing data for required field\.", "missing"),
        (r"Field may not be null\.", "empty_value"),
        (r"Unknown field\.", "unknown_entry"),
        (r"Not a valid string\.", "not_text"),
        (r"Not a valid integer\.", "not_whole"),
        (r"Not a valid number\.", "not_number"),
        (r"Not a valid boolean\.", "not_flag"),
        (r"Not a valid list\.", "not_list"),
        (r"(Not a valid mapping type|Invalid input type|Invalid type)\.", "not_mapping"),
        (r"Must be one of: (?P<known>.*)\.", "not_one_of"),
        (r"Must be greater than( or equal to)? (?P<min>\S+)\.", "too_low"),
        (r"Must be less than( or equal to)? (?P<max>\S+)\.", "too_high"),
        (r"Must be greater .* (?P<min>\S+) and less .* (?P<max>\S+)\.", "out_of_range"),
        (r"Shorter than minimum length (?P<min>\d+)\.", "too_few"),
        (r"Longer than maximum length (?P<max>\d+)\.", "too_many"),
    )
)


_BRIEF = reprlib.Repr()
_BRIEF.maxlist = _BRIEF.maxtuple = _BRIEF.maxdict = 30


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule: the code of its sentence and what the sentence must name."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def refuse(code: str, **params: Any) -> ValidationError:
    """The error to raise where a value breaks the rule that `code` names."""
    return ValidationError([Fault(code, params)])


def faults_in(messages: object, path: Path = ()) -> Iterator[tuple[Path, Fault]]:
    """Every fault in marshmallow's nested messages, with the path of the value it is about."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from faults_in(inner, path if key == "_schema" else (*path, key))
    elif isinstance(messages, list):
        for inner in messages:
            yield from faults_in(inner, path)
    else:
        yield path, messages if isinstance(messages, Fault) else _translated(str(messages))


def _translated(sentence: str) -> Fault:
    for pattern, code in _STOCK:
        if match := pattern.fullmatch(sentence):
            return Fault(code, match.groupdict())
    return Fault("refused_value", {"detail": sentence})


def listing(names: object, most: int = 30) -> str:
    """Names for a sentence, sorted and cut off where a reader would stop."""
    ordered = sorted(str(name) for name in names) if isinstance(names, (list, tuple, set)) else []
    shown = ordered[:most] + (["…"] if len(ordered) > most else [])
    return ", ".join(shown) or "–"


def shown(value: object, most: int = 60) -> str:
    """A value of the template as a sentence may repeat it: short, on one line, fit to be sent."""
    text = FORBIDDEN.sub("\ufffd", " ".join(_spelled(value)[: most * 10].split()))
    return text if len(text) <= most else text[: most - 1] + "…"


def _spelled(value: object) -> str:
    """Its beginning, if it is deep or wide; a number too long for Python to write is only "…"."""
    try:
        is_holder = isinstance(value, (list, tuple, set, Mapping))
        return _BRIEF.repr(value) if is_holder else str(value)
    except ValueError:
        return "…"
