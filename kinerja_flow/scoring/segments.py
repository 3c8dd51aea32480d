"""The result of a year in which somebody moved: one node from the results of its segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kinerja_flow.scoring.combination import Combination, Part
from kinerja_flow.scoring.node import NUMBER, Node, Score, Value
from kinerja_flow.scoring.pieces import Piece
from kinerja_flow.scoring.rule import Asked, Outcome, scoring_rule, valueless, waiting
from kinerja_flow.scoring.saying import Spoken, sentence, sentences
from workflows import Chosen, Listed, Record, Ref, Whole
from workflows.definition import ABSENCES, Label

MONTHS = "months"
#: What the year's result comes from, and the sentence that says so.
WAYS = {MONTHS: "segments_months", "longest": "segments_longest", "last": "segments_last"}


class SegmentsParams(Record):
    of = Ref("node", required=True)
    by = Chosen(*WAYS, required=True)
    skip_below_days = Whole(0, 366, load_default=0)
    skip_absences = Listed(Chosen(*ABSENCES), unique="", load_default=list)


@scoring_rule(
    version=1,
    params=SegmentsParams,
    yields="of",
    reads="segments",
    needs_where={("by", MONTHS): {"of": NUMBER}},
)
def segments(asked: Asked) -> Outcome:
    """The node `of` of this segment put together with that of the person's others in the cycle.

    Whoever moves to another post in mid-year has a segment for each: a case with its own period,
    plan, assessor and result. `by` is "months" (the mean of numbers, where each calendar month
    counts for its days in the segment over all its days), "longest" (of equally long ones the
    later) or "last". A segment whose days, less those of the absences in `skip_absences` (cuti,
    cuti_luar_tanggungan, sakit, tugas_belajar), are fewer than `skip_below_days` is left out,
    unless all are. A segment that counts and has no delivered result yet leaves the score pending.
    The last segment's result is the year's; in an earlier one, and where there is only one, the
    node equals `of`. PermenPANRB 6/2022 leaves the way of putting together open.

    `{segments: {of: predikat, by: longest, skip_below_days: 30}}`
    """
    part = asked.earlier(asked.params["of"])
    rows = sorted(asked.material.segments, key=lambda row: row.span)
    place = next((i for i, row in enumerate(rows, 1) if row.is_own), 1)
    if part.value is None and place < max(len(rows), 2):
        return waiting(part)
    if len(rows) < 2:
        return _equal(part, sentence("segment_alone", of=part.label, value=part.shown))
    if place < len(rows):
        words: dict[str, Spoken] = {"place": place, "count": len(rows), "value": part.shown}
        return _equal(part, sentence("segment_of_several", **words))
    return _Year(asked, [Piece(asked, part, row, i) for i, row in enumerate(rows, 1)]).outcome()


def _equal(part: Node, said: Label) -> Outcome:
    return Outcome(part.kind, part.value, said, {}, (part,), part.missing, part.shown)


@dataclass
class _Year:
    """All segments of the year, seen from the last one."""

    asked: Asked
    pieces: Sequence[Piece]

    @cached_property
    def is_all_short(self) -> bool:
        return all(piece.is_short for piece in self.pieces)

    @cached_property
    def counted(self) -> list[Piece]:
        return [piece for piece in self.pieces if self.is_all_short or not piece.is_short]

    @cached_property
    def deciding(self) -> list[Piece]:
        """Those whose results the year's is made from; of equally long ones the later."""
        by = self.asked.params["by"]
        if by == MONTHS:
            return self.counted
        is_long = by == "longest"
        return [max(self.counted, key=lambda p: (p.row.span.days if is_long else 0, p.row.span))]

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Each segment by its months; what counts for nothing is optional."""
        needed = [piece for piece in self.counted if piece in self.deciding or piece.row.is_own]
        nodes = [
            piece.node(is_short=piece not in self.counted, decides=piece in needed)
            for piece in self.pieces
        ]
        return tuple(
            Part(node, piece.row.span.months, optional=piece not in needed)
            for node, piece in zip(nodes, self.pieces, strict=True)
        )

    def outcome(self) -> Outcome:
        combination, inputs = Combination(self.parts), self._inputs
        nodes, kind = combination.nodes, combination.nodes[0].kind
        said, value, shown = self._found(combination)
        if combination.is_held_up or value is None:
            return valueless(kind, nodes, combination.missing, inputs)
        note = {"least": self.asked.params["skip_below_days"]}
        short = sentence("segments_all_short", **note) if self.is_all_short else None
        said = sentences(said, short)
        return Outcome(kind, value, said, inputs, nodes, combination.missing, shown)

    def _found(self, combination: Combination) -> tuple[Label | None, Value | None, Label | None]:
        by, count = self.asked.params["by"], len(self.pieces)
        if by == MONTHS:
            if (value := combination.value) is None:
                return None, None, None
            words: dict[str, Spoken] = {"working": combination.working, "value": value}
            return sentence(WAYS[by], count=count, **words), value, None
        found = combination.nodes[self.deciding[0].place - 1]
        words = {"which": found.label, "value": found.shown}
        return sentence(WAYS[by], count=count, **words), found.value, found.shown

    @property
    def _inputs(self) -> dict[str, Any]:
        params = self.asked.params
        return {name: params[name] for name in ("by", "skip_below_days", "skip_absences")}


def rests_on(score: Score) -> list[tuple[str, int]]:
    """The results of other segments that a score is made from: case and number of each."""
    steps = (node for node in score.nodes.values() if node.rule == segments.name)
    parts = [part for step in steps for part in step.parts if part.value is not None]
    return [
        (part.inputs["case"], part.inputs["result"]) for part in parts if part.inputs.get("result")
    ]
