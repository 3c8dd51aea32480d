"""Citizens who answer two surveys, one of which is too small and moves to the other: played in
worlds that differ in who of them said what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import select

from kinerja_flow import clock, create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.models import Case
from kinerja_flow.services import surveys
from kinerja_flow.services.reports import definition_of
from tests.anonymity.chance import repeated
from tests.anonymity.rendering import rendered, undated
from tests.anonymity.stages import Journal, Stage
from tests.engine.world import START, World, build

TEMPLATE = Path(__file__).parents[1] / "templates" / "citizens.yaml"
READERS = ("chief", "head", "sari", "officer", "foreign")
#: Noon of a day on which both surveys are open, and of the first one on which they are over.
DURING = datetime(2026, 2, 10, 5, tzinfo=UTC)
AFTER = datetime(2026, 3, 1, 5, tzinfo=UTC)
_NONCE = re.compile(r'name="nonce" value="([^"]+)"')


@dataclass(frozen=True)
class Spoken:
    """What a citizen says: a level of each element, perhaps a comment. Nothing: no answer."""

    levels: tuple[str, ...] = ()
    comment: str = ""


#: Four citizens of the unit, by links of their own, and two of sari, by one link for everybody: on
#: their own these would be too few.
UNIT, EMPLOYEE = 4, 2


def lay_citizens() -> World:
    """In the database at hand: an agency that may ask citizens, and another one."""
    with repeated(1), clock.at(START):
        world = build(TEMPLATE, spans={})
        other = build(TEMPLATE, key="lain", spans={})
    return World(**{**vars(world), "actors": {**world.actors, "foreign": other.actors["officer"]}})


def play_citizens(
    url: str, base: World, said: Sequence[Spoken], readers: Sequence[str] = READERS
) -> Journal:
    """All that third readers get when all have answered, and after the close."""
    app = create_app(Settings(database_url=url, secret_key="0" * 64))
    with app.app_context(), structlog.testing.capture_logs() as log:
        try:
            with repeated(2), clock.at(DURING):
                stage = Stage(app, base, definition_of(base.cycle_id), DURING, readers, ())
                links = _open(stage)
            for number, (link, one) in enumerate(zip(links, said, strict=True)):
                with repeated(100 + number), clock.at(DURING + timedelta(minutes=number)):
                    _send(app, link, one, number)
            stage.now = DURING + timedelta(hours=1)
            for moment, day in (("answered", None), ("released", AFTER)):
                with repeated(3):
                    if day is not None:
                        stage.until(day)
                    stage.look(moment)
                    stage.journal["log", moment, ""] = rendered(map(undated, log))
        finally:
            db.session.remove()
            db.engine.dispose()
    return stage.journal


def _open(stage: Stage) -> list[str]:
    """Both surveys, and the links of the citizens; one more is nobody's."""
    officer, cycle_id = stage.world.actors["officer"], stage.world.cycle_id
    case_id = stage.world.case("sari")
    with db.engine.connect() as connection:
        unit = connection.scalar(select(Case.unit_id).where(Case.id == case_id))
    days = {"opens_on": "2026-02-01", "closes_on": "2026-02-28"}
    usual: dict[str, Any] = {"instrument": "kepuasan", **days}
    whole = {**usual, "kind": "token", "unit": unit}
    of_unit = surveys.open_survey(cycle_id, officer, whole)
    one = {**usual, "kind": "open", "case": case_id, "rolls_up_to": of_unit.id}
    of_sari = surveys.open_survey(cycle_id, officer, one)
    *mine, spare = surveys.issue_tokens(of_unit.id, officer, {"count": UNIT + 1})
    stage.surveys, stage.link = (of_unit.id, of_sari.id), spare
    return [*mine, *[str(of_sari.link)] * EMPLOYEE]


def _send(app: Flask, link: str, said: Spoken, number: int) -> None:
    """The page as a citizen fills it in, from an address of their own; the last one complains."""
    if not said.levels:
        return
    client = app.test_client()
    address: dict[str, Any] = {"environ_base": {"REMOTE_ADDR": f"10.0.0.{number}"}}
    found = _NONCE.search(client.get(f"/s/{link}", **address).get_data(as_text=True))
    assert found is not None
    form = {"nonce": found.group(1), "comment": said.comment}
    form |= {f"answers.u{place}": level for place, level in enumerate(said.levels, 1)}
    if number == UNIT + EMPLOYEE - 1:
        form["complaint"] = "Antrean terlalu lama"
    assert client.post(f"/s/{link}", data=form, **address).status_code == 200
