"""What tests of surveys share: an agency whose citizens are asked, and what they send."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from kinerja_flow import clock
from kinerja_flow.db import db
from kinerja_flow.models import Case
from kinerja_flow.services import survey_closing, survey_replies, surveys
from kinerja_flow.services.survey_figures import Figures, figures
from kinerja_flow.services.survey_marks import Sender
from kinerja_flow.services.survey_sheets import add_sheets
from tests.engine.world import START, World, build

TEMPLATE = Path(__file__).parent / "templates" / "citizens.yaml"
NINE = tuple(f"u{number}" for number in range(1, 10))
LEVELS = ("tidak_baik", "kurang_baik", "baik", "sangat_baik")
#: Noon of a day on which the usual survey is open, and of the first one on which it is over.
DURING = datetime(2026, 2, 10, 5, tzinfo=UTC)
AFTER = datetime(2026, 3, 1, 5, tzinfo=UTC)


def sheet(level: int = 3, **said: Any) -> dict[str, Any]:
    """All nine elements with one level from 1 to 4; what is said replaces what is usual."""
    return {"answers": dict.fromkeys(NINE, LEVELS[level - 1]), **said}


def form(level: int = 3, **said: Any) -> dict[str, Any]:
    """A sheet as the page sends it."""
    return {"nonce": secrets.token_urlsafe(16), **sheet(level), **said}


def sender(address: str = "10.0.0.1", browser: str = "Firefox") -> Sender:
    return Sender(address, browser)


@dataclass(frozen=True)
class Asked:
    """A world in which citizens are asked; another agency beside it."""

    world: World
    other: World

    @property
    def unit(self) -> UUID:
        with db.engine.connect() as connection:
            of = select(Case.unit_id).where(Case.id == self.world.cases["sari"])
            return UUID(str(connection.scalar(of)))

    def who(self, name: str = "officer") -> Any:
        return self.world.actors[name]

    def entry(self, **said: Any) -> dict[str, Any]:
        """A survey as HR opens it: of the unit, by token, through February."""
        days = {"opens_on": "2026-02-01", "closes_on": "2026-02-28"}
        usual = {"instrument": "kepuasan", "kind": "token", **days}
        about = {} if "case" in said else {"unit": self.unit}
        return {**usual, **about, **said}

    def open(self, **said: Any) -> surveys.OpenedSurvey:
        return surveys.open_survey(self.world.cycle_id, self.who(), self.entry(**said))

    def tokens(self, survey: surveys.OpenedSurvey, count: int = 1, **said: Any) -> list[str]:
        return surveys.issue_tokens(survey.id, self.who(), {"count": count, **said})

    def reply(self, link: str, level: int = 3, by: Sender | None = None, **said: Any) -> None:
        survey_replies.reply(link, form(level, **said), by or sender())

    def sheets(self, survey: surveys.OpenedSurvey, *levels: int, **said: Any) -> int:
        return add_sheets(survey.id, self.who(), [sheet(level, **said) for level in levels])

    def close(self, survey: surveys.OpenedSurvey, **said: Any) -> Figures:
        survey_closing.close_survey(survey.id, self.who(), **said)
        return figures(survey.id, self.who())


def counts(**levels: int) -> Mapping[str, Mapping[str, int]]:
    """The same counts by level for each of the nine elements."""
    return {key: levels for key in NINE}


@pytest.fixture
def asked(app: Flask) -> Iterator[Asked]:
    """A cycle of the citizens' template at noon of a day in February, and another agency."""
    with app.app_context():
        with clock.at(START):
            world = build(TEMPLATE, of=("sari", "tia"), spans={})
            other = build(TEMPLATE, key="lain", spans={})
        with clock.at(DURING):
            yield Asked(world, other)
