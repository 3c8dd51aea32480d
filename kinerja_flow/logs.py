"""What is logged, and what never is: a fault is told by its lines of code, not by their values."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog

Fault = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(*, as_json: bool = False) -> None:
    """Render what is logged without the values of local variables, and without the words of a
    fault, which may quote what somebody sent.

    The usual traceback shows them, and a fault at the close of a stage would so write sealed
    answers beside their raters into a file that outlives them.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            *(_as_json() if as_json else _for_people()),
        ]
    )
    _silence_paths()


def _as_json() -> list[Any]:
    return [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(lines_of),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _for_people() -> list[Any]:
    return [
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=_written),
    ]


def _written(into: TextIO, fault: Fault) -> None:
    into.write(f"\n{lines_of(fault)}")


def lines_of(exc_info: Fault) -> str:
    """The lines of code that a fault, and what led to it, passed through, by its kind alone."""
    faults: dict[int, BaseException] = {}
    error: BaseException | None = exc_info[1]
    while error is not None and id(error) not in faults:
        faults[id(error)] = error
        error = error.__cause__ or error.__context__
    return "\nafter:\n".join(
        "".join([*traceback.format_tb(one.__traceback__), type(one).__qualname__])
        for one in faults.values()
    )


def _silence_paths() -> None:
    """Servers name the path of a request, so a citizen's link, where one of theirs fails."""
    logging.getLogger("waitress").setLevel(logging.CRITICAL)
