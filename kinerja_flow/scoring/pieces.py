"""One segment of a year as a part of the explanation: what it came to, or why it does not count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kinerja_flow.scoring.figures import exact
from kinerja_flow.scoring.material import Segment
from kinerja_flow.scoring.node import Missing, Node, excused, inherited
from kinerja_flow.scoring.rule import Asked, Outcome, valueless
from kinerja_flow.scoring.saying import Spoken, sentence
from kinerja_flow.scoring.spans import days_in
from workflows.definition import Label


@dataclass
class Piece:
    """One segment as a part of the explanation; it holds no name, of a post or of a person."""

    asked: Asked
    of: Node
    row: Segment
    place: int

    @cached_property
    def absent(self) -> int:
        wanted = self.asked.params["skip_absences"]
        spans = (span for kind, span in self.asked.material.absences if kind in wanted)
        return days_in(both for span in spans if (both := span.within(self.row.span)))

    @property
    def is_short(self) -> bool:
        least: int = self.asked.params["skip_below_days"]
        return self.row.span.days - self.absent < least

    @property
    def label(self) -> Label:
        first, last = self.row.span
        return sentence("segment_label", place=self.place, first=first, last=last)

    def node(self, *, is_short: bool, decides: bool) -> Node:
        outcome = self._skipped() if is_short else self._counted(decides)
        return self.asked.within(f"segment.{self.place}", self.label, outcome)

    def _skipped(self) -> Outcome:
        words = {"days": self.row.span.days, "absent": self.absent}
        said = sentence("segment_skipped", **words, least=self.asked.params["skip_below_days"])
        return Outcome(self.of.kind, None, said, self._inputs, self._parts)

    def _counted(self, decides: bool) -> Outcome:
        found = self.of if self.row.is_own else self._delivered()
        if found is None or found.value is None:
            lacks = self._lacks(found, decides)
            return valueless(self.of.kind, self._parts, lacks, self._inputs)
        months = self.row.span.months
        words: dict[str, Spoken] = {"value": found.shown, "months": months}
        words |= {"days": self.row.span.days}
        said, missing = sentence("segment_result", **words), inherited(self._parts)
        shown, inputs = found.shown, self._inputs
        return Outcome(self.of.kind, found.value, said, inputs, self._parts, missing, shown)

    def _lacks(self, found: Node | None, decides: bool) -> tuple[Missing, ...]:
        """A result that was delivered without this value, which nothing required, is not waited
        for: there is no other to come."""
        if self.row.is_own:
            return inherited(self._parts) if decides else excused(self._parts)
        code = "segment_result" if found is None else "segment_valueless"
        required = decides and (found is None or bool(found.lacks))
        return (self.asked.lack(code, self.row.id, required, which=self.label),)

    def _delivered(self) -> Node | None:
        node = self.row.score.nodes.get(self.of.name) if self.row.score else None
        return node if node and node.kind == self.of.kind else None

    @property
    def _parts(self) -> tuple[Node, ...]:
        return (self.of,) if self.row.is_own else ()

    @property
    def _inputs(self) -> dict[str, Any]:
        span, days = self.row.span, {"days": self.row.span.days, "absent": self.absent}
        period = {"from": span.first.isoformat(), "until": span.last.isoformat()}
        of = {"case": self.row.id, "result": self.row.number}
        return {**of, **period, **days, "months": exact(span.months)}
