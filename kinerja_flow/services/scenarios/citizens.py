"""The verbs of citizens, who have no name and no account: surveys, links, replies, the close."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, repeat
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from kinerja_flow.db import reading
from kinerja_flow.models import Unit
from kinerja_flow.policy import Actor
from kinerja_flow.scoring.figures import decimal
from kinerja_flow.services import (
    complaints as complaining,
)
from kinerja_flow.services import (
    survey_closing,
    survey_figures,
    survey_replies,
    survey_sheets,
    surveys,
)
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.registry import expectation, verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import Figure, Given, PersonField
from kinerja_flow.services.survey_marks import Sender
from workflows.faults import listing, shown
from workflows.fields import Entries, Record, Text, Whole

#: A reader's word for a survey within `Stage.names`.
SURVEY = "survey"
Levels = Mapping[str, Mapping[str, int]]


class SurveyRecord(Record):
    called = Text(40, required=True)
    instrument = Given()
    unit = Text(200)
    case = PersonField()
    kind = Given()
    opens_on = Given()
    closes_on = Given()
    min_count = Given()
    per_day = Given()
    rolls_up_to = Text(40)


class TokensRecord(Record):
    survey = Text(40, required=True)
    called = Text(40, required=True)
    count = Whole(1, 10_000, required=True)
    expires_on = Given()


class ReplyRecord(Record):
    link = Text(100, required=True)
    comment = Given()
    complaint = Given()
    nonce = Text(64)
    sender = Text(100)


class _Levels(Entries):
    """How many give each criterion which level."""

    def __init__(self) -> None:
        super().__init__(Entries(Whole(0, 1_000_000), keys=Text(40)), keys=Text(40), most=100)


class RepliesRecord(Record):
    survey = Text(40, required=True)
    levels = _Levels()


@verb(fields.Nested(SurveyRecord), "as")
def survey(stage: Stage, step: Step) -> None:
    """Open a survey of citizens, about a unit or one employee; an open one is its own link."""
    assert stage.cycle_id is not None
    entry = {key: value for key, value in step.given.items() if key != "called"}
    if "unit" in entry:
        entry["unit"] = _unit(stage, entry["unit"])
    if "case" in entry:
        entry["case"] = stage.cases.get(entry["case"])
    if "rolls_up_to" in entry:
        entry["rolls_up_to"] = _survey(stage, entry["rolls_up_to"])
    opened = surveys.open_survey(stage.cycle_id, stage.actor(step), entry)
    name = step.given["called"]
    stage.names[stage.cycle_id, SURVEY, name] = opened.id
    if opened.link is not None:
        stage.links[name] = opened.link


@verb(fields.Nested(TokensRecord), "as")
def tokens(stage: Stage, step: Step) -> None:
    """Issue one-time links to a survey; they are called by the name and a number from 1."""
    given = step.given
    entry = {name: given[name] for name in ("count", "expires_on") if name in given}
    issued = surveys.issue_tokens(_survey(stage, given["survey"]), stage.actor(step), entry)
    stage.links |= {f"{given['called']}{n}": link for n, link in enumerate(issued, start=1)}


@verb(fields.Nested(ReplyRecord), "with")
def reply(stage: Stage, step: Step) -> None:
    """A citizen answers by a link; with the same `nonce`, they send the same form again."""
    given = step.given
    said = {name: given[name] for name in ("comment", "complaint") if name in given}
    # A name makes a nonce that is long enough; without one each form is a new one.
    nonce = f"{given['nonce']:_<16}" if "nonce" in given else secrets.token_urlsafe(16)
    sender = Sender(given.get("sender", secrets.token_hex(8)), "scenario")
    link = stage.links.get(given["link"], given["link"])
    survey_replies.reply(link, {**said, "nonce": nonce, "answers": dict(step.inputs)}, sender)


@verb(fields.Nested(RepliesRecord), "as")
def replies(stage: Stage, step: Step) -> None:
    """Many sheets at once, collected elsewhere: of each criterion so many with each level."""
    columns = {key: list(_each(levels)) for key, levels in step.given["levels"].items()}
    count = max(map(len, columns.values()), default=0)
    sheets = [
        {"answers": {key: column[n] for key, column in columns.items() if n < len(column)}}
        for n in range(count)
    ]
    survey_sheets.add_sheets(_survey(stage, step.given["survey"]), stage.actor(step), sheets)


def _each(levels: Mapping[str, int]) -> Iterator[str]:
    return chain.from_iterable(repeat(level, count) for level, count in levels.items())


@verb(Text(40), "as")
def close_survey(stage: Stage, step: Step) -> None:
    """Close a survey before its last day is over."""
    survey_closing.close_survey(_survey(stage, step.given), stage.actor(step))


@expectation(Entries(_Levels(), keys=Text(40), most=50), of_case=False)
def tallies(look: Look, expected: Any) -> Any:
    """The released counts of surveys, by criterion and level; nothing for one that is sealed or
    too small."""
    officer = _officer(look)
    return {
        name: survey_figures.figures(_survey(look.stage, name), officer).counts for name in expected
    }


@expectation(Entries(Figure(allow_none=True), keys=Text(40), most=50), of_case=False)
def satisfaction(look: Look, expected: Any) -> Any:
    """The exact satisfaction index (IKM) of surveys; null while there is none."""
    officer, found = _officer(look), {}
    for name in expected:
        index = survey_figures.satisfaction(_survey(look.stage, name), officer).index
        found[name] = None if index is None else decimal(index)
    return found


@expectation(Whole(0, 1000), of_case=False)
def complaints(look: Look, _: Any) -> Any:
    """How many complaints have been passed on."""
    return len(complaining.complaints_for(_officer(look)))


def _officer(look: Look) -> Actor:
    return look.stage.actor(replace(look.step, who=None))


def _unit(stage: Stage, name: str) -> UUID:
    with reading() as session:
        rows = select(Unit.name, Unit.id).where(Unit.agency_id == stage.agency_id)
        known = {row.name: row.id for row in session.execute(rows)}
    return _named(known, SURVEY, name)


def _survey(stage: Stage, name: str) -> UUID:
    known = {called: id for (_, kind, called), id in stage.names.items() if kind == SURVEY}
    return _named(known, SURVEY, name)


def _named(known: Mapping[str, UUID], field: str, name: str) -> UUID:
    if name not in known:
        raise Unplayable.of("no_such_name", field, name=shown(name), known=listing(list(known)))
    return known[name]
