"""An anonymous rater is told the promise and its limits before the first answer is taken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kinerja_flow import clock
from kinerja_flow.errors import Invalid
from kinerja_flow.services import cycles, templates
from kinerja_flow.services.answers import Answers, OwnSheet, answer, my_sheet
from kinerja_flow.services.promises import LIMITS
from tests.builders import Books, books, digest_of_tables, table
from tests.engine.world import SMALL

pytestmark = pytest.mark.slow

__all__ = ["books"]

INSTRUMENT, GIVEN = "kolaborasi", {"kerja_sama": {"value": 4}}


def _sheet(books: Books, who: str, instrument: str = INSTRUMENT) -> OwnSheet:
    return my_sheet(books.case("sari"), books.who(who), instrument)


def test_the_sheet_tells_the_minimum_the_closing_time_and_the_limits(books: Books) -> None:
    books.ask("sari")
    told = _sheet(books, "tia").told
    assert told is not None
    assert (told.relation, told.minimum) == ("peer", 3)
    # The rating window ends with 5 March in Jakarta.
    assert told.closes_at == datetime(2026, 3, 5, 17, tzinfo=UTC)
    assert "sedikitnya 3 orang" in told.promised[2]("id")
    assert "at least 3 people" in told.promised[2]("en")
    assert len(told.limits) == len(LIMITS)
    assert "basis data" in told.limits[0]("id") and "backup" in told.limits[0]("en")


def test_who_answers_by_name_and_who_is_not_asked_is_promised_nothing(books: Books) -> None:
    books.ask("sari")
    assert _sheet(books, "sari", "refleksi").told is None
    assert _sheet(books, "head").told is None
    sheet = Answers("refleksi", {"belajar": {"value": 1}})
    assert answer(books.case("sari"), books.who("sari"), sheet).version == 1


@pytest.mark.parametrize("understood", [False, None, "true", 1])
def test_the_first_answer_is_refused_until_the_limits_were_told(
    books: Books, understood: object
) -> None:
    books.ask("sari")
    before = digest_of_tables()
    sheet = Answers(INSTRUMENT, GIVEN, None, understood)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        answer(books.case("sari"), books.who("tia"), sheet)
    assert [(b.rule, b.field) for b in refused.value.blockers] == [
        ("limits_not_told", "understood")
    ]
    assert digest_of_tables() == before


def test_later_answers_need_not_say_it_again_and_nothing_of_it_is_kept(books: Books) -> None:
    books.ask("sari")
    books.answer("tia", "sari")
    sheet = answer(books.case("sari"), books.who("tia"), Answers(INSTRUMENT, GIVEN))
    assert sheet.version == 2
    (kept,) = table("sheets")
    assert kept["answers"] == {"kerja_sama": {"value": "4"}}


def test_nothing_changes_what_was_promised_once_somebody_is_invited(books: Books) -> None:
    books.ask("sari")
    told = _sheet(books, "tia").told
    pinned = table("cases"), table("cycles"), table("definitions")
    weaker = SMALL.read_text("utf-8").replace("anonymous: true, min_count: 3", "min_count: 2")
    with clock.at(datetime(2026, 1, 21, tzinfo=UTC)):
        officer = books.who("officer")
        template = templates.publish(weaker, officer)
        spans = {name: _days(span) for name, span in pinned[1][0]["windows"].items()}
        cycles.open_cycle(template, officer, cycles.CyclePlan(2026, "Lagi", spans))
    assert _sheet(books, "tia").told == told
    by_id = {row["id"]: row for row in table("cycles")}
    assert table("cases") == pinned[0]
    assert all(by_id[row["id"]] == row for row in pinned[1])
    by_digest = {row["digest"]: row for row in table("definitions")}
    assert all(by_digest[row["digest"]] == row for row in pinned[2])


def _days(span: list[str]) -> tuple[datetime, datetime]:
    first, last = (datetime.fromisoformat(day).date() for day in span)
    return first, last  # type: ignore[return-value]
