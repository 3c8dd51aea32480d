"""After the close nothing leads from what was said to who said it, in whatever order they came."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from kinerja_flow import clock
from kinerja_flow.db import Base, db
from kinerja_flow.scoring import from_json
from kinerja_flow.services.cases import Act, Outcome, act_all
from kinerja_flow.services.cycles import launch
from kinerja_flow.services.survey_closing import close_due
from kinerja_flow.services.surveys import OpenedSurvey
from tests.builders import table
from tests.engine.test_sets import counted
from tests.surveys import AFTER, NINE, Asked, sender
from tests.surveys import asked as asked

pytestmark = pytest.mark.slow

#: What is left of surveys when they are closed, and all that was there before.
KEPT = ("surveys", "survey_tallies", "survey_comments")
GONE = ("survey_tokens", "survey_replies", "survey_marks", "survey_salts")
#: Five citizens: a level, and a comment.
CITIZENS = ((4, "Cepat"), (1, "Lambat sekali"), (3, None), (2, "Loket tutup"), (4, "Ramah"))


def _stored(survey: OpenedSurvey) -> str:
    """What the tables of surveys hold, but for ids that differ from survey to survey anyhow."""
    rows = [
        {name: value for name, value in row.items() if name not in ("survey_id", "id", "closed_at")}
        for kept in KEPT[1:]
        for row in table(kept)
        if row["survey_id"] == survey.id
    ]
    ids = [row["id"] for row in table("survey_comments") if row["survey_id"] == survey.id]
    return repr((rows, ids))


def _run(asked: Asked, order: tuple[int, ...], *, by_link: bool) -> str:
    """What is stored once five citizens answered in this order, under the same chance."""
    survey = asked.open(kind="open", per_day=100) if by_link else asked.open()
    links = [str(survey.link)] * 5 if by_link else asked.tokens(survey, 5)
    for place, citizen in enumerate(order):
        level, comment = CITIZENS[citizen]
        asked.reply(links[place], level, by=sender(f"10.0.0.{place}"), comment=comment)
    asked.close(survey, chance=random.Random(7))
    return _stored(survey)


@pytest.mark.parametrize("by_link", [False, True])
def test_swapping_two_citizens_changes_no_stored_byte(asked: Asked, by_link: bool) -> None:
    orders = list(permutations(range(5)))[::17]
    assert len({_run(asked, order, by_link=by_link) for order in orders}) == 1


def test_after_the_close_no_table_holds_a_link_a_reply_or_an_order(asked: Asked) -> None:
    survey = asked.open()
    for link, (level, comment) in zip(asked.tokens(survey, 5), CITIZENS, strict=True):
        asked.reply(link, level, comment=comment)
    before = {name: table(name) for name in GONE[:2]}
    asked.close(survey)
    with clock.at(AFTER):
        close_due()
    assert not [name for name in GONE if table(name)]
    known = {str(row["id"]) for row in before["survey_replies"]}
    known |= {row["digest"] for row in before["survey_tokens"]}
    left = repr([table(name) for name in Base.metadata.tables])
    assert not [word for word in known if word in left]


def test_no_table_of_surveys_can_tell_who_or_when() -> None:
    """The columns are listed, so that a new one is thought about before it is added."""
    names = ("survey_tokens", "survey_replies", "survey_tallies", "survey_comments")
    columns = {name: {c.name for c in Base.metadata.tables[name].columns} for name in names}
    assert columns == {
        "survey_tokens": {"digest", "agency_id", "survey_id", "expires_on", "is_used"},
        "survey_replies": {"agency_id", "survey_id", "id", "answers", "comment"},
        "survey_tallies": {"agency_id", "survey_id", "criterion", "level", "count"},
        "survey_comments": {"agency_id", "survey_id", "id", "text"},
    }


class Tattling(random.Random):
    """A chance in which a leak was planted: it puts texts back into the order of their arrival."""

    def __init__(self, arrived: list[str | None]) -> None:
        super().__init__(7)
        self.arrived = arrived

    def shuffle(self, x: Any) -> None:
        x.sort(key=self.arrived.index)


def test_a_planted_leak_of_the_order_is_seen(asked: Asked) -> None:
    found = set()
    for order in ((0, 1, 2, 3, 4), (1, 0, 2, 3, 4)):
        survey = asked.open()
        for citizen in order:
            asked.sheets(survey, CITIZENS[citizen][0], comment=CITIZENS[citizen][1])
        asked.close(survey, chance=Tattling([CITIZENS[citizen][1] for citizen in order]))
        found.add(_stored(survey))
    assert len(found) == 2


def test_the_complaint_and_the_answers_share_no_transaction(asked: Asked) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("only PostgreSQL writes the number of a transaction on its rows")
    (link,) = asked.tokens(asked.open())
    asked.reply(link, complaint="Loket tutup")
    assert not _numbers("complaints") & _numbers("survey_replies")
    assert not _numbers("complaints") & _numbers("survey_tokens")


def test_the_figures_of_one_close_are_one_batch(asked: Asked) -> None:
    """What was written one by one by citizens is written anew, together."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("only PostgreSQL writes the number of a transaction on its rows")
    survey = asked.open()
    for link, (level, comment) in zip(asked.tokens(survey, 5), CITIZENS, strict=True):
        asked.reply(link, level, comment=comment)
    one_by_one = _numbers("survey_replies")
    asked.close(survey)
    assert len(one_by_one) == 5
    assert len(_numbers("survey_tallies") | _numbers("survey_comments")) == 1
    assert not one_by_one & _numbers("survey_tallies")


def _numbers(name: str) -> set[str]:
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT xmin::text FROM {name}")
        return {row[0] for row in rows}


def test_what_was_deleted_does_not_stay_in_the_file(asked: Asked) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite's file alone can be read here")
    survey = asked.open()
    asked.sheets(survey, 1, 2, 3, 4, comment="kalimat-yang-tidak-dirilis")
    asked.close(survey)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = str(db.engine.url.database)
    with open(path, "rb") as file:
        assert b"kalimat-yang-tidak-dirilis" not in file.read()


@pytest.mark.parametrize("number", range(1, 8))
def test_counts_of_fewer_than_the_minimum_appear_nowhere(asked: Asked, number: int) -> None:
    survey = asked.open()
    asked.sheets(survey, *([3] * number), comment="Baik")
    found = asked.close(survey)
    shown = [sum(levels.values()) for levels in found.counts.values()]
    assert shown == ([number] * len(NINE) if number >= 5 else [])
    assert len(found.comments) == (number if number >= 5 else 0)


def test_a_score_takes_the_same_queries_for_one_employee_and_many(asked: Asked) -> None:
    survey = asked.open()
    asked.sheets(survey, *([4] * 3000), *([3] * 1000))
    asked.close(survey)
    asked.sheets(asked.open(), *([1] * 100))  # another one that is still sealed
    world = asked.world
    wanted = [world.people[name] for name in ("uli", "vina")]
    more = launch(world.cycle_id, world.actors["officer"], wanted).opened.values()
    judged = Act("judge", {"hasil": "sesuai"})
    sent = []
    for cases in ([world.cases["sari"]], [world.cases["tia"], *more]):
        with counted() as statements:
            outcomes = act_all(cases, world.actors["chief"], judged)
        assert all(isinstance(outcome, Outcome) for outcome in outcomes.values())
        sent.append([one for one in statements if one.startswith("SELECT")])
    values = {from_json(row["explanation"]).nodes["kepuasan"].value for row in table("results")}
    assert values == {Fraction(15, 4)}
    assert len(sent[1]) <= len(sent[0])
    assert len([one for one in sent[1] if "survey_tallies" in one]) == 1
