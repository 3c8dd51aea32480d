"""Where free texts stand that may be redacted: tables and columns, whose words they are, and the
rows by their keys. Sealed answers and private notes are none: nobody but their authors reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.errors import NotFound
from kinerja_flow.models import (
    ActionStep,
    Activity,
    Answer,
    BriefingQuestion,
    Complaint,
    ContradictionAnswer,
    Evidence,
    Exhibit,
    Feedback,
    FollowUpStep,
    Observation,
    PlanIndicator,
    PlanItem,
    PlanNote,
    Realisation,
    Reason,
    Statement,
    Substitution,
    SurveyComment,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A table with texts: the columns that hold them, and those that say whose words they are.

    `is_shown`: a delivered document keeps a copy of them.
    """

    model: Any
    columns: tuple[str, ...]
    authors: tuple[str, ...] = ()
    is_shown: bool = False

    @property
    def name(self) -> str:
        return str(self.model.__tablename__)

    def column(self, field: str) -> str:
        """The column of a field; the fields of statements are the template's."""
        return "text" if self.model is Statement else field


_OWN = ("author_id",)
PLACES: Mapping[str, Place] = {
    place.name: place
    for place in (
        Place(PlanItem, ("title", "superior_text"), is_shown=True),
        Place(PlanIndicator, ("title", "target_raw"), is_shown=True),
        Place(PlanNote, ("text",), is_shown=True),
        Place(ActionStep, ("title", "target_raw"), _OWN),
        Place(Activity, ("title", "source"), _OWN),
        Place(Realisation, ("raw", "source"), _OWN),
        Place(Evidence, ("name", "link"), _OWN),
        Place(Observation, ("text",), _OWN),
        Place(Feedback, ("text",), _OWN),
        Place(FollowUpStep, ("title", "outcome"), (*_OWN, "closed_by_id")),
        Place(Exhibit, ("name", "shows", "link"), _OWN),
        Place(ContradictionAnswer, ("reason",), ("answered_by",)),
        Place(Answer, ("comment",), ("rater_id",)),
        Place(Statement, ("text",), ("actor_id",)),
        Place(Complaint, ("text", "response")),
        Place(SurveyComment, ("text",)),
        Place(Reason, ("text",)),
        Place(BriefingQuestion, ("text", "answer"), ("asked_by", "answered_by")),
        Place(Substitution, ("ground",), ("granted_by", "absent_id", "substitute_id")),
    )
}


@dataclass(frozen=True, slots=True)
class Target:
    """A text: its place, the key of its row (of a statement: case and number of the event, with a
    dot between), and its field."""

    agency_id: int
    place: Place
    row: str
    field: str

    @property
    def key(self) -> dict[str, Any]:
        """The columns of `Redaction` that name it."""
        of = {"agency_id": self.agency_id, "place": self.place.name}
        return {**of, "row": self.row, "field": self.field}

    @property
    def column(self) -> str:
        return self.place.column(self.field)

    def where(self) -> list[Any]:
        """What names its row alone. Raises NotFound for a key that can't be one."""
        model = self.place.model
        if model is not Statement and self.field not in self.place.columns:
            raise _none()
        return [model.agency_id == self.agency_id, *self._keyed(model)]

    def _keyed(self, model: Any) -> list[Any]:
        try:
            if model is not Statement:
                return [model.id == UUID(self.row)]
            case_id, _, seq = self.row.partition(".")
            return [
                model.case_id == UUID(case_id),
                model.seq == int(seq),
                model.field == self.field,
            ]
        except ValueError:
            raise _none() from None

    def case_of(self, session: Session) -> UUID | None:
        """The case that the row belongs to, if any. NotFound where there is no such row."""
        model = self.place.model
        of_case = getattr(model, "case_id", None)
        column = model.agency_id if of_case is None else of_case
        found = session.execute(select(column).where(*self.where())).one_or_none()
        if found is None:
            raise _none()
        return None if of_case is None else found[0]

    def read(self, session: Session) -> Any:
        """The row, under a lock till the commit."""
        wanted = select(self.place.model.__table__).where(*self.where()).with_for_update()
        return session.execute(wanted).one()


def _none() -> NotFound:
    found = NotFound.of("no_such_text", "row")
    assert isinstance(found, NotFound)
    return found
