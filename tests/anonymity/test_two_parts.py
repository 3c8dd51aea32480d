"""Whoever answers anonymously and comes to hold an office as well stays anonymous in the first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kinerja_flow import clock
from kinerja_flow.db import db
from kinerja_flow.models import Participant
from kinerja_flow.services.answers import my_sheet
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.substitutions import grant
from kinerja_flow.services.succession import hand_over
from kinerja_flow.services.tasks import my_tasks
from tests.builders import Books
from tests.engine.world import SMALL, START, build

pytestmark = pytest.mark.slow

PEERS = ("tia", "uli", "secretary")
#: The reviewer is asked what the peers are asked, and HR may name whomever it likes.
_CLOSES = "      - {name: close_input,"
_NAMES = (
    "      - {name: name_reviewer, label: {id: Tunjuk atasan, en: Name a reviewer}, "
    "from: peer_input, by: [hr], takes: {atasan: person}, "
    "does: [{appoint: {relation: reviewer, field: atasan}}]}\n"
)
BOTH = (
    SMALL.read_text("utf-8")
    .replace("answered_by: [peer]", "answered_by: [peer, reviewer]", 1)
    .replace(_CLOSES, _NAMES + _CLOSES, 1)
)


@pytest.fixture
def asked(app: Flask) -> Iterator[Books]:
    """An appraisal in which one of the employee's superiors is asked as a peer."""
    with app.app_context(), clock.at(START):
        books = Books(build(BOTH), build(key="lain", of=()))
        with clock.at(START + timedelta(days=20)):
            books.ask("sari", PEERS)
            yield books


def _reviewers(books: Books) -> list[str]:
    p = Participant
    stands = (p.relation == "reviewer", p.until_at.is_(None), p.case_id == books.case("sari"))
    with db.engine.connect() as connection:
        found = connection.scalars(select(p.person_id).where(*stands))
        return [books.world.names[who] for who in found]


def test_a_substitute_never_reads_what_the_absent_official_says_as_a_peer(asked: Books) -> None:
    people, case_id = asked.world.people, asked.case("sari")
    asked.answer("secretary", "sari", 2, comment="Rahasia")
    asked.world.act("officer", "name_reviewer", atasan=str(people["secretary"]))
    assert _reviewers(asked) == ["secretary"]
    today = str(clock.now().date())
    days = {"from_on": today, "until_on": today, "kind": "plh"}
    who = {"absent": str(people["secretary"]), "by": str(people["vina"])}
    grant(asked.who("officer"), {**who, **days})
    substitute = actor_for(asked.world.agency_id, people["vina"])
    assert my_sheet(case_id, substitute, "kolaborasi").answers == {}
    assert "Rahasia" not in repr(my_tasks(substitute))
    own = my_sheet(case_id, asked.who("secretary"), "kolaborasi")
    assert own.answers["kerja_sama"]["comment"] == "Rahasia"


def test_nobody_who_rates_as_a_peer_moves_up_to_review(asked: Books) -> None:
    """After a hand-over to the reviewer the next superior reviews: of those who are no peers."""
    people = asked.world.people
    done = hand_over(asked.who("officer"), people["chief"], people["head"], "mutasi")
    assert done.handed == [asked.case("sari")]
    assert _reviewers(asked) == ["regent"]
