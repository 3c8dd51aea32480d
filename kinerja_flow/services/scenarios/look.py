"""A look at the stage after a step: what an expectation is held against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from kinerja_flow.db import transaction
from kinerja_flow.facts import Facts
from kinerja_flow.models import Case, Result
from kinerja_flow.scoring import Node, Score, from_json
from kinerja_flow.services.cases import offers
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.workflow import Offer, always, load_one
from workflows.definition import LANGUAGES

_NEEDS = always("people", "acts", "results", "children")

#: A state and version; None where a step was about no case.
Standing = tuple[str, int] | None


@dataclass
class Look:
    """A case before and after a step, loaded as it is asked for; `notified` is the step's doing."""

    stage: Stage
    step: Step
    case_id: UUID | None = None
    before: Standing = None
    after: Standing = None
    notified: list[str] = field(default_factory=list)

    @classmethod
    def before_step(cls, stage: Stage, step: Step) -> Look:
        case_id = _case(stage, step)
        return cls(stage, step, case_id, stage.standing(case_id))

    def after_step(self, notified: list[str]) -> None:
        self.case_id = self.case_id or _case(self.stage, self.step)
        self.after = self.stage.standing(self.case_id)
        self.notified = notified

    @property
    def fired(self) -> list[str]:
        """What the clock did in the step: to the case that it names, or to any."""
        done = self.stage.fired
        named = self.step.on is not None
        return [one["name"] for one in done if not named or one["case_id"] == self.case_id]

    @cached_property
    def facts(self) -> Facts:
        with transaction() as session:
            return load_one(session, self.stage.agency_id, self._case_id, _NEEDS)

    @property
    def _case_id(self) -> UUID:
        assert self.case_id is not None, "the player checked that there is a case"
        return self.case_id

    @cached_property
    def result(self) -> Result | None:
        """The newest result of the appraisal."""
        r = Result
        of = (r.agency_id == self.stage.agency_id, r.case_id == self.facts.home_id)
        with transaction() as session:
            return session.scalars(select(r).where(*of).order_by(r.number.desc())).first()

    @cached_property
    def score(self) -> Score:
        """The newest result as it explains itself; no nodes before the first one."""
        return from_json(self.result.explanation) if self.result else Score()

    def sentences(self, *languages: str) -> list[str]:
        """Every sentence of the explanation, each once, in these languages (default: all)."""
        nodes = [n for node in self.score.nodes.values() for n in _below(node)]
        labels = [label for node in nodes for label in (node.label, node.shown, node.sentence)]
        labels += [missing.sentence for node in nodes for missing in node.missing]
        said = [label(language) for language in languages or LANGUAGES for label in labels]
        return list(dict.fromkeys(text for text in said if text))

    def rows(self, model: Any, *columns: Any, by: Any = None) -> list[Any]:
        """Columns of the rows of one model that name the case (in the column `by`)."""
        of_case = (model.case_id if by is None else by) == self._case_id
        statement: Select[Any] = select(*columns).where(
            model.agency_id == self.stage.agency_id, of_case
        )
        with transaction() as session:
            return list(session.execute(statement))

    def offers_to(self, name: str) -> list[Offer]:
        """What the case offers somebody now."""
        actor = actor_for(self.stage.agency_id, self.stage.people[name])
        return offers(self._case_id, actor)

    def children(self) -> list[Any]:
        """The kinds of the cases that hang on this one, in the order of their opening."""
        of = (Case.agency_id == self.stage.agency_id, Case.parent_id == self._case_id)
        with transaction() as session:
            return list(session.scalars(select(Case.kind).where(*of).order_by(Case.id)))


def _case(stage: Stage, step: Step) -> UUID | None:
    """The case that a step is about; none where there is none (yet)."""
    try:
        return stage.case_of(step)
    except Unplayable:
        return None


def _below(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _below(part)
