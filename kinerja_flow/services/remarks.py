"""Feedback as its reader sees it: lists by what the remarks are, and the same for each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

#: The row that a remark is about, by kind and id; nothing for the case as a whole.
About = tuple[str, UUID] | None


@dataclass(frozen=True, slots=True)
class Remark:
    """One feedback entry as its reader sees it, with the replies to it, oldest first."""

    id: UUID
    case_id: UUID
    about: About
    kind: str
    text: str
    author_id: UUID
    noted_at: datetime
    replies: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Remarks:
    """Remarks by what they are, each oldest first: what is good stands apart from what is not."""

    strengths: tuple[Remark, ...]
    improvements: tuple[Remark, ...]
    notes: tuple[Remark, ...]
    recognitions: tuple[Remark, ...]

    @classmethod
    def of(cls, remarks: Iterable[Remark]) -> Remarks:
        found = tuple(remarks)
        kinds = ("strength", "improvement", "note", "recognition")
        return cls(*(tuple(r for r in found if r.kind == kind) for kind in kinds))

    def __iter__(self) -> Iterator[Remark]:
        return iter((*self.strengths, *self.improvements, *self.notes, *self.recognitions))


@dataclass(frozen=True, slots=True)
class FeedbackBook:
    """All feedback on an appraisal, and the same apart for each row that some of it is about."""

    all: Remarks
    by_row: Mapping[About, Remarks] = field(default_factory=dict)

    def on(self, kind: str, row_id: UUID) -> Remarks:
        """The feedback on one row."""
        return self.by_row.get((kind, row_id), Remarks.of(()))
