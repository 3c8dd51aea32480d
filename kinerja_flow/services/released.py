"""Reading released answers: figures by criterion, comments apart, and nothing of who gave them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import reading
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import Answer, Case
from kinerja_flow.policy import Actor
from kinerja_flow.scoring import number_of
from kinerja_flow.services import books
from workflows.definition import Definition

#: From so many answers on it is told how often each level was chosen; below it only their mean.
#: It depends on the number alone: a distribution that is held back may not tell why.
DISTRIBUTION_FROM = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """The answers to one criterion: how many, their exact mean on the instrument's scale, and how
    often each level was chosen (None where they are too few to tell)."""

    criterion: str
    count: int
    mean: Fraction
    distribution: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote to a criterion; an anonymous comment has no author."""

    criterion: str
    text: str
    author_id: UUID | None


@dataclass(frozen=True, slots=True)
class ReleasedAnswers:
    """What one relation said to an instrument: figures in the template's order, and comments in
    the order of chance in which they were stored."""

    instrument: str
    relation: str
    figures: tuple[Figures, ...]
    comments: tuple[Comment, ...]


def released_answers(case_id: UUID, actor: Actor) -> list[ReleasedAnswers]:
    """The released answers of an appraisal by instrument and relation; none before the release.

    Who may: `policy.may_read_answers`; to others there is nothing (NotFound). The number of
    queries does not grow with the answers.
    """
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        if not may_read(session, facts, actor):
            raise NotFound.of("no_result", "result")
        a = Answer
        columns = (a.instrument, a.relation, a.criterion, a.value, a.comment, a.rater_id)
        by_group = books.of_home(facts, a, *columns).order_by(a.instrument, a.relation, a.id)
        rows = session.execute(by_group).all()
    return grouped(facts.definition, rows)


def grouped(definition: Definition, rows: Iterable[Any]) -> list[ReleasedAnswers]:
    """Answers about one appraisal, ordered by instrument and relation, as they may be shown."""
    groups = groupby(rows, lambda row: (row.instrument, row.relation))
    found = (_released(definition, *key, list(group)) for key, group in groups)
    return [one for one in found if one.figures or one.comments]


def may_read(session: Session, facts: Facts, actor: Actor) -> bool:
    """Whether the actor may read the released answers of the appraisal now."""
    home = books.home_key(facts)
    of_home = (Case.agency_id == home["agency_id"], Case.year == home["year"])
    phase = session.scalar(select(Case._phase).where(*of_home, Case.id == facts.home_id))
    return policy.may_read_answers(facts, actor, books.delivered(session, facts), str(phase))


def _released(
    definition: Definition, instrument: str, relation: str, rows: list[Any]
) -> ReleasedAnswers:
    figures = tuple(_figures(definition, instrument, relation, rows))
    shown = {one.criterion for one in figures}
    comments = (
        Comment(row.criterion, row.comment, row.rater_id)
        for row in rows
        if row.comment and row.criterion in shown
    )
    return ReleasedAnswers(instrument, relation, figures, tuple(comments))


def _figures(
    definition: Definition, instrument: str, relation: str, rows: Iterable[Any]
) -> Iterator[Figures]:
    asked, use = definition.instruments[instrument], definition.relations.get(relation)
    # The release keeps smaller groups out of the database; here they would still not be shown.
    least = use.min_count if use is not None and use.anonymous else 1
    scale = definition.scales[asked.scale]
    given: dict[str, Counter[str]] = {criterion.key: Counter() for criterion in asked.criteria}
    for row in rows:
        if row.value is not None:
            given[row.criterion][row.value] += 1
    for criterion, levels in given.items():
        count = levels.total()
        if count < least:
            continue
        total = sum((number_of(scale, level) * n for level, n in levels.items()), Fraction())
        spread = (
            {level: levels[level] for level in scale.keys} if count >= DISTRIBUTION_FROM else None
        )
        yield Figures(criterion, count, total / count, spread)
