"""The one spelling of a template, as JSON: what its digest is taken of and what is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from workflows.hygiene import MOST_DIGITS
from workflows.longhand import record_spelled_out
from workflows.problems import TemplateError, TemplateProblem
from workflows.schema import TEMPLATE


def canonical(data: Mapping[str, Any]) -> bytes:
    """Sound data as bytes that comments, quoting, key order and shorthands do not change.

    The language's own keys are sorted. Names that the author gives (of machines, states, inputs,
    scales, …) keep their written order, which is the order of display.
    """
    return _written(record_spelled_out(TEMPLATE, data)).encode()


def read_data(written: bytes) -> dict[str, Any]:
    """The data of a canonical form; TemplateError for what is none."""
    try:
        data = json.loads(written, parse_float=Decimal, parse_int=_whole, parse_constant=_no_number)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise TemplateError([TemplateProblem("not_canonical")])
    return data


def _whole(written: str) -> int:
    # A template's numbers are short; how many digits Python reads is somebody else's setting.
    return int(written) if len(written) <= MOST_DIGITS + 1 else _no_number(written)


def _no_number(written: str) -> NoReturn:
    raise ValueError(f"{written} is no number of a template")


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{_text(key)}:{_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_written(item) for item in value) + "]"
    if isinstance(value, Decimal):
        return _number(value)
    if value is None or isinstance(value, (str, bool, int)):
        return _text(value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(value: Decimal) -> str:
    plain = format(value, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain
