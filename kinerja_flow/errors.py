"""What can go wrong, in one shape: every refusal names the field, the rule and the way out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date

from workflows import Catalogue
from workflows.definition import Label
from workflows.problems import MESSAGES as TEMPLATE_MESSAGES

#: The sentences about inputs and templates, which their checker owns.
INPUTS = TEMPLATE_MESSAGES
MESSAGES = Catalogue(Path(__file__).parent / "translations" / "messages.yaml")


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing in the way. `rule` is its stable code; `lifted_by` the relations who can lift it.

    Its sentence stands in the message file under `rule`, the way out under `rule.way_out`.
    """

    rule: str
    field: str | None = None
    lifted_by: tuple[str, ...] = ()
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    catalogue: Catalogue = MESSAGES

    def say(self, language: str) -> str:
        return self.catalogue.say(self.rule, language, **self._worded(language))

    def way_out(self, language: str) -> str:
        if self.catalogue is INPUTS:
            return MESSAGES.say("input.way_out", language, field=self.field or "-")
        return self.catalogue.say(f"{self.rule}.way_out", language, **self._worded(language))

    def _worded(self, language: str) -> dict[str, Any]:
        return {name: _worded(value, language) for name, value in self.params.items()}

    def as_json(self, language: str) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "field": self.field,
            "message": self.say(language),
            "way_out": self.way_out(language),
            "lifted_by": list(self.lifted_by),
        }


def _worded(value: Any, language: str) -> Any:
    """A label in its language, and a day as people write it: 10 Desember 2026."""
    if isinstance(value, date):
        return format_date(value, "d MMMM y", locale=language)
    return value(language) if isinstance(value, Label) else value


class Problem(Exception):
    """A refusal. `status` is what HTTP makes of it; `code` its stable name; nothing was changed."""

    status = 500
    code = "problem"

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        super().__init__(", ".join(blocker.rule for blocker in blockers))
        self.blockers = tuple(blockers)

    @classmethod
    def of(cls, rule: str, field: str | None = None, **params: Any) -> Problem:
        """A problem with a single blocker."""
        return cls([Blocker(rule, field, params=params)])

    def as_json(self, language: str) -> dict[str, Any]:
        return {
            "type": self.code,
            "status": self.status,
            "title": MESSAGES.say(self.code, language),
            "blockers": [blocker.as_json(language) for blocker in self.blockers],
        }


class Invalid(Problem):
    """What was given is not what may be given: wrong type, over a limit, unknown name."""

    status, code = 422, "invalid"


class Refused(Problem):
    """The act is possible in principle, and something is still missing."""

    status, code = 422, "refused"


class Malformed(Problem):
    """What was sent can't even be read."""

    status, code = 400, "malformed"


class Unsupported(Problem):
    """What was sent is of a kind that is not taken."""

    status, code = 415, "unsupported"


class TooLarge(Problem):
    """More was sent than is taken at once."""

    status, code = 413, "too_large"


class TooMany(Problem):
    """Too many requests in a short time; `seconds` later there is room again."""

    status, code = 429, "too_many"

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        super().__init__(blockers)
        self.seconds = max(int(blocker.params["seconds"]) for blocker in blockers)


class Unauthenticated(Problem):
    """Nobody can tell who asks."""

    status, code = 401, "unauthenticated"


class Forbidden(Problem):
    """The actor does not stand in a relation that may do this."""

    status, code = 403, "forbidden"


class NotFound(Problem):
    """There is no such record, or the actor may not know whether there is."""

    status, code = 404, "not_found"


class Conflict(Problem):
    """Another act came first, or the record is not in a state for this one."""

    status, code = 409, "conflict"


class Stale(Problem):
    """The actor saw an older version than the present one."""

    status, code = 412, "stale"


class Unconditional(Problem):
    """The actor did not say which version they saw."""

    status, code = 428, "unconditional"
