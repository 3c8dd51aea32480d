"""Every kind of refusal and every rule that may stand in one, with its sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus

from kinerja_flow.errors import INPUTS, MESSAGES, NotFound, Problem
from kinerja_flow.services.health import NOT_MIGRATED, UNREACHABLE
from workflows import Catalogue
from workflows.definition import Label

#: What the type of a problem may be, and what stands in its blockers.
KIND, RULE = "kind", "rule"
_WAY_OUT = ".way_out"
#: Errors of HTTP itself, whose kind is the name of the status.
_HTTP = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.REQUEST_URI_TOO_LONG,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
#: The database, where it is the reason.
_DATABASE = (NOT_MIGRATED, UNREACHABLE)
#: Sentences that only hold others.
_FRAMES = frozenset({"at", "at_line", "at_place", "at_line_place"})


@dataclass(frozen=True, slots=True)
class Known:
    """A kind of problem (`type`) or a rule (`blockers[].rule`), with its sentences as templates.

    `status` is that of a kind; a rule comes under the status of the problem that it stands in, so
    it has none.
    """

    code: str
    sort: str
    status: int | None
    sentence: Label
    way_out: Label | None


def problems_known() -> list[Known]:
    """All of them: kinds by their status, then rules by their codes."""
    return list(_all().values())


def problem_known(code: str) -> Known:
    """The one of a code; NotFound where there is none."""
    found = _all().get(code)
    if found is None:
        raise NotFound.of("no_such_problem", "code")
    return found


@cache
def _all() -> dict[str, Known]:
    kinds = {one.code: one for one in sorted(_kinds(), key=lambda one: (one.status or 0, one.code))}
    rules = {one.code: one for one in sorted(_rules(kinds), key=lambda one: one.code)}
    return kinds | rules


def _kinds() -> Iterator[Known]:
    kinds: list[type[Problem]] = [Problem, *Problem.__subclasses__()]
    ours = {kind.code: kind.status for kind in kinds}
    for code, status in ours.items():
        yield Known(code, KIND, status, _said(MESSAGES, code), None)
    for status in _HTTP:
        code = status.name.lower()
        if code not in ours:
            yield Known(code, KIND, status, _said(MESSAGES, code), None)
    for state in _DATABASE:
        code = f"database_{state}"
        yield Known(code, KIND, 503, _said(MESSAGES, code), None)


def _rules(kinds: dict[str, Known]) -> Iterator[Known]:
    """What has a way out, and every sentence about inputs, whose way out is one for all."""
    general = _said(MESSAGES, f"input{_WAY_OUT}")
    for code in INPUTS.texts:
        if code not in kinds and code not in _FRAMES:
            yield Known(code, RULE, None, _said(INPUTS, code), general)
    for code in MESSAGES.texts:
        is_rule = code + _WAY_OUT in MESSAGES.texts
        if is_rule and code not in kinds:
            way_out = _said(MESSAGES, code + _WAY_OUT)
            yield Known(code, RULE, None, _said(MESSAGES, code), way_out)


def _said(catalogue: Catalogue, code: str) -> Label:
    texts = catalogue.texts[code]
    return Label(texts["id"], texts["en"])
