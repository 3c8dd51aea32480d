"""Citizens answer without an account: one link, one reply, one effect; and only counts are left."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from kinerja_flow import clock
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Refused
from kinerja_flow.scoring import from_json
from kinerja_flow.services import complaints, survey_replies, surveys
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.survey_closing import close_due, close_survey
from kinerja_flow.services.survey_figures import figures, satisfaction, surveys_of
from kinerja_flow.services.survey_replies import survey_form
from kinerja_flow.services.survey_sheets import add_sheets
from tests.builders import digest_of_tables, table
from tests.engine.test_sets import counted
from tests.surveys import AFTER, DURING, NINE, Asked, counts, form, sender, sheet
from tests.surveys import asked as asked

pytestmark = pytest.mark.slow


def _rules(problem: Problem) -> list[tuple[str, str | None]]:
    return [(blocker.rule, blocker.field) for blocker in problem.blockers]


# --- opening, and links ---------------------------------------------------------------------------


def test_a_survey_freezes_the_template_s_minimum(asked: Asked) -> None:
    asked.open()
    asked.open(min_count=9)
    assert sorted(row["min_count"] for row in table("surveys")) == [5, 9]


@pytest.mark.parametrize(
    ("said", "rule", "field"),
    [
        ({"instrument": "lain"}, "not_for_citizens", "instrument"),
        ({"instrument": 7}, "input_not_text", "instrument"),
        ({"kind": "import"}, "not_an_option", "kind"),
        ({"kind": None}, "required", "kind"),
        ({"unit": None}, "unit_or_case", "unit"),
        ({"unit": str(uuid4())}, "no_such_unit", "unit"),
        ({"unit": "1"}, "not_an_id", "unit"),
        ({"case": str(uuid4())}, "no_such_case", "case"),
        ({"closes_on": "2026-01-31"}, "survey_backwards", "closes_on"),
        ({"opens_on": "2026-01-01", "closes_on": "2026-02-09"}, "survey_over", "closes_on"),
        ({"closes_on": "2026-02-30"}, "no_such_date", "closes_on"),
        ({"min_count": 4}, "below_template_minimum", "min_count"),
        ({"min_count": 101}, "too_high_given", "min_count"),
        ({"per_day": 5}, "only_open_links_are_limited", "per_day"),
        ({"kind": "open", "per_day": 0}, "too_low_given", "per_day"),
        ({"rolls_up_to": str(uuid4())}, "only_employees_roll_up", "rolls_up_to"),
        ({"secret_hash": "x"}, "unknown_input", "secret_hash"),
    ],
)
def test_a_survey_that_does_not_hang_together_is_refused(
    asked: Asked, said: dict[str, Any], rule: str, field: str
) -> None:
    before = digest_of_tables()
    with pytest.raises(Invalid) as refused:
        asked.open(**said)
    assert _rules(refused.value) == [(rule, field)]
    assert digest_of_tables() == before


def test_only_hr_of_the_agency_opens_issues_and_closes(asked: Asked) -> None:
    survey = asked.open()
    stranger = asked.other.actors["officer"]
    for who, kind in ((asked.who("chief"), Forbidden), (stranger, NotFound)):
        with pytest.raises(kind):
            surveys.open_survey(asked.world.cycle_id, who, asked.entry())
        with pytest.raises(kind):
            surveys.issue_tokens(survey.id, who, {"count": 1})
        with pytest.raises(kind):
            add_sheets(survey.id, who, [sheet()])
        with pytest.raises(kind):
            close_survey(survey.id, who)
        with pytest.raises(kind):
            surveys_of(asked.world.cycle_id, who)
    with pytest.raises(Invalid):
        surveys.open_survey(asked.other.cycle_id, stranger, asked.entry(unit=asked.unit))
    (line,) = surveys_of(asked.world.cycle_id, asked.who())
    assert (line.id, line.is_closed) == (survey.id, False)


def test_links_are_random_and_only_their_hash_is_kept(asked: Asked) -> None:
    survey, everybodys = asked.open(), asked.open(kind="open")
    links = [*asked.tokens(survey, 100), str(everybodys.link)]
    assert len(set(links)) == 101
    assert min(map(len, links)) >= 22  # 128 bits
    kept = repr([table(name) for name in ("surveys", "survey_tokens")])
    assert not [link for link in links if link in kept]
    assert set(table("survey_tokens")[0]) == {
        "digest", "agency_id", "survey_id", "expires_on", "is_used"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({}, "required"),
        ({"count": 0}, "too_low_given"),
        ({"count": 10_001}, "too_high_given"),
        ({"count": "9" * 5000}, "too_many_digits"),
        ({"count": 1, "expires_on": "besok"}, "input_not_date"),
    ],
)
def test_links_are_issued_in_sensible_numbers(asked: Asked, given: Any, rule: str) -> None:
    with pytest.raises(Invalid) as refused:
        surveys.issue_tokens(asked.open().id, asked.who(), given)
    assert [blocker.rule for blocker in refused.value.blockers] == [rule]


def test_an_open_survey_has_no_one_time_links_and_a_closed_one_no_new_ones(asked: Asked) -> None:
    with pytest.raises(Conflict):
        asked.tokens(asked.open(kind="open"))
    survey = asked.open()
    asked.close(survey)
    with pytest.raises(Conflict):
        asked.tokens(survey)
    with pytest.raises(Conflict):
        asked.sheets(survey, 3)
    with pytest.raises(Conflict):
        close_survey(survey.id, asked.who())


# --- replies --------------------------------------------------------------------------------------


def test_a_citizen_is_told_what_it_is_about_and_the_limits(asked: Asked) -> None:
    (link,) = asked.tokens(asked.open())
    page = survey_form(link)
    assert (page.about, page.is_employee, page.least) == ("Dinas", False, 5)
    assert [criterion.key for criterion in page.asked.criteria] == list(NINE)
    (other,) = asked.tokens(asked.open(case=asked.world.cases["sari"]))
    assert (survey_form(other).about, survey_form(other).is_employee) == ("sari", True)
    assert survey_form(link).nonce != page.nonce


def test_a_link_is_used_once_and_a_double_click_counts_once(asked: Asked) -> None:
    (link,) = asked.tokens(asked.open())
    once = form()
    survey_replies.reply(link, once, sender())
    survey_replies.reply(link, once, sender())
    assert len(table("survey_replies")) == 1
    for again in (lambda: asked.reply(link), lambda: survey_form(link)):
        with pytest.raises(NotFound) as refused:
            again()
        assert _rules(refused.value) == [("survey_link_dead", "link")]
    assert len(table("survey_replies")) == 1


@pytest.mark.parametrize(
    "when",
    [
        datetime(2026, 1, 31, 16, 59, tzinfo=UTC),  # a minute before February in Jakarta
        datetime(2026, 2, 28, 17, 0, tzinfo=UTC),  # midnight after its last day
    ],
)
def test_a_link_works_from_the_first_day_through_the_last(asked: Asked, when: datetime) -> None:
    first, second = asked.tokens(asked.open(), 2)
    with clock.at(when), pytest.raises(NotFound):
        asked.reply(first)
    with clock.at(datetime(2026, 1, 31, 17, 0, tzinfo=UTC)):
        asked.reply(first)
    with clock.at(datetime(2026, 2, 28, 16, 59, tzinfo=UTC)):
        asked.reply(second)


def test_every_link_that_does_not_work_is_refused_in_the_same_words(asked: Asked) -> None:
    survey = asked.open()
    used, expired, closed = asked.tokens(survey, 3)
    asked.tokens(survey, 1, expires_on="2026-02-09")
    (expired,) = asked.tokens(survey, 1, expires_on="2026-02-09")
    (early,) = asked.tokens(asked.open(opens_on="2026-02-11"))
    asked.reply(used)
    said = set()
    for link in (used, expired, early, "", "x", "é" * 50, "\ud800", "x" * 100_000):
        with pytest.raises(NotFound) as refused:
            asked.reply(link)
        said.add(repr(refused.value.as_json("id")))
    asked.close(survey)
    with pytest.raises(NotFound) as refused:
        asked.reply(closed)
    assert said == {repr(refused.value.as_json("id"))}


@pytest.mark.parametrize(
    ("said", "rule", "field"),
    [
        ({"answers": {}}, "required", "answers"),
        ({"answers": None}, "required", "answers"),
        ({"answers": []}, "required", "answers"),
        ({"answers": "baik"}, "inputs_not_mapping", "answers"),
        ({"answers": {"u1": ""}}, "required", "answers"),
        ({"answers": {"u10": "baik"}}, "unknown_input", "answers.u10"),
        ({"answers": {"u1": "5"}}, "not_an_option", "answers.u1"),
        ({"answers": {"u1": ["baik"]}}, "not_an_option", "answers.u1"),
        ({"answers": {"u1": True}}, "not_an_option", "answers.u1"),
        ({"comment": "a\x00b"}, "input_bad_character", "comment"),
        ({"comment": "a\ud800"}, "input_bad_character", "comment"),
        ({"comment": "x" * 2001}, "text_length", "comment"),
        ({"comment": "x" * 10**6}, "text_length", "comment"),
        ({"comment": ["x"]}, "input_not_text", "comment"),
        ({"complaint": "x" * 4001}, "text_length", "complaint"),
        ({"nonce": None}, "required", "nonce"),
        ({"nonce": "x"}, "bad_nonce", "nonce"),
        ({"nonce": "<script>alert(1)</script>"}, "bad_nonce", "nonce"),
        ({"name": "Budi"}, "unknown_input", "name"),
    ],
)
def test_a_bad_form_is_refused_by_field_and_the_link_stays_good(
    asked: Asked, said: dict[str, Any], rule: str, field: str
) -> None:
    (link,) = asked.tokens(asked.open())
    before = digest_of_tables()
    with pytest.raises(Invalid) as refused:
        asked.reply(link, **said)
    assert _rules(refused.value) == [(rule, field)]
    assert digest_of_tables() == before
    asked.reply(link)


def test_all_that_is_wrong_is_said_at_once(asked: Asked) -> None:
    (link,) = asked.tokens(asked.open())
    with pytest.raises(Invalid) as refused:
        asked.reply(link, answers={"u1": "9", "u77": "baik"}, comment=7)
    fields = {field for _, field in _rules(refused.value)}
    assert fields == {"answers.u1", "answers.u77", "comment"}


def test_some_questions_may_be_left_out_and_names_are_any_letters(asked: Asked) -> None:
    survey = asked.open()
    for link in asked.tokens(survey, 5):
        asked.reply(link, answers={"u1": "baik", "u2": ""}, comment="Rapi 👍🏽 ẞtraße ಠ")
    found = asked.close(survey)
    assert found.counts == {"u1": {"baik": 5}}
    assert found.comments == ("Rapi 👍🏽 ẞtraße ಠ",) * 5


def test_an_open_link_takes_so_many_a_day_from_one_device_and_its_network(asked: Asked) -> None:
    link = str(asked.open(kind="open", per_day=2).link)
    asked.reply(link)
    asked.reply(link)
    with pytest.raises(Refused) as refused:
        asked.reply(link)
    assert _rules(refused.value) == [("survey_enough_today", None)]
    for number in range(38):  # other devices behind the same address, up to twenty times as many
        asked.reply(link, by=sender(browser=f"b{number}"))
    with pytest.raises(Refused):
        asked.reply(link, by=sender(browser="one more"))
    asked.reply(link, by=sender("10.0.0.2"))
    with clock.at(datetime(2026, 2, 11, 5, tzinfo=UTC)):
        asked.reply(link)
    assert len(table("survey_replies")) == 42


def test_what_is_refused_leaves_no_mark_of_the_form(asked: Asked) -> None:
    link = str(asked.open(kind="open", per_day=1).link)
    asked.reply(link)
    before = digest_of_tables()
    with pytest.raises(Refused):
        asked.reply(link)
    assert digest_of_tables() == before


def test_marks_hold_no_address_and_go_when_the_day_is_over(asked: Asked) -> None:
    link = str(asked.open(kind="open").link)
    asked.reply(link, by=sender("192.0.2.77", "Browser/1.0"))
    marks = table("survey_marks")
    assert marks
    assert "192.0.2" not in repr(marks)
    tick()
    assert table("survey_marks") == marks
    with clock.at(datetime(2026, 2, 10, 17, 0, tzinfo=UTC)):  # midnight in Jakarta
        tick()
    assert not table("survey_marks")
    assert not table("survey_salts")


# --- the close ------------------------------------------------------------------------------------


def test_before_the_close_nobody_sees_even_how_many_answered(asked: Asked) -> None:
    survey = asked.open()
    empty = figures(survey.id, asked.who())
    asked.sheets(survey, 1, 2, 3, 4, 4, 4)
    assert figures(survey.id, asked.who()) == empty
    assert (empty.is_closed, empty.is_released, dict(empty.counts)) == (False, False, {})


def test_the_close_leaves_counts_and_comments_apart_and_nothing_else(asked: Asked) -> None:
    survey = asked.open()
    links = asked.tokens(survey, 7)
    for level, link in zip((4, 4, 3, 3, 2), links, strict=False):
        asked.reply(link, level, comment=f"Komentar {level}" if level > 2 else None)
    found = asked.close(survey)
    assert found.counts == counts(baik=2, kurang_baik=1, sangat_baik=2)
    assert sorted(found.comments) == ["Komentar 3", "Komentar 3", "Komentar 4", "Komentar 4"]
    assert not table("survey_replies")
    assert not table("survey_tokens")
    assert [row["secret_hash"] for row in table("surveys")] == [None]


def test_fewer_than_the_minimum_are_never_released(asked: Asked) -> None:
    survey = asked.open()
    asked.sheets(survey, 1, 2, 3, 4, comment="Rahasia")
    found = asked.close(survey)
    assert (found.is_closed, found.is_released) == (True, False)
    for name in ("survey_replies", "survey_tallies", "survey_comments"):
        assert not table(name)


def test_a_criterion_that_fewer_answered_is_left_out(asked: Asked) -> None:
    survey = asked.open()
    few = [{"answers": {"u1": "baik", "u2": "baik"}} for _ in range(4)]
    add_sheets(survey.id, asked.who(), [*few, {"answers": {"u1": "baik"}}])
    assert asked.close(survey).counts == {"u1": {"baik": 5}}


def test_too_few_about_an_employee_move_to_the_units_survey_while_it_is_open(
    asked: Asked,
) -> None:
    unit = asked.open()
    mine = {"case": asked.world.cases["sari"], "rolls_up_to": unit.id}
    small, large, late = (asked.open(**mine) for _ in range(3))
    asked.sheets(unit, 4, 4, 4)
    asked.sheets(small, 1, 1, comment="Lama")
    asked.sheets(large, 2, 2, 2, 2, 2)
    asked.sheets(late, 1)
    assert not asked.close(small).is_released
    assert asked.close(large).counts == counts(kurang_baik=5)
    found = asked.close(unit)
    assert found.counts == counts(sangat_baik=3, tidak_baik=2)
    assert found.comments == ("Lama", "Lama")
    asked.close(late)
    assert not table("survey_replies")
    assert figures(unit.id, asked.who()) == found


def test_a_survey_rolls_up_only_into_a_unit_s_open_one_of_the_same_kind(asked: Asked) -> None:
    case = asked.world.cases["sari"]
    closed, of_case = asked.open(), asked.open(case=case)
    asked.close(closed)
    for above in (closed.id, of_case.id, uuid4()):
        with pytest.raises(Invalid) as refused:
            asked.open(case=case, rolls_up_to=above)
        assert _rules(refused.value) == [("no_such_survey", "rolls_up_to")]


def test_what_is_over_is_closed_by_the_sweep_once_employees_before_units(asked: Asked) -> None:
    unit = asked.open()
    small = asked.open(case=asked.world.cases["sari"], rolls_up_to=unit.id)
    later = asked.open(closes_on="2026-03-31")
    asked.sheets(unit, 4, 4, 4, 4)
    asked.sheets(small, 1)
    assert close_due() == 0
    with clock.at(datetime(2026, 2, 28, 16, 59, tzinfo=UTC)):
        assert tick().closed == 0
    with clock.at(datetime(2026, 2, 28, 17, 0, tzinfo=UTC)):
        assert tick().closed == 2
        assert tick().closed == 0
    assert figures(unit.id, asked.who()).counts == counts(sangat_baik=4, tidak_baik=1)
    assert not figures(later.id, asked.who()).is_closed


def test_each_batch_meets_the_minimum_alone(asked: Asked) -> None:
    first, second = asked.open(), asked.open()
    asked.sheets(first, 4, 4, 4, 4, 4)
    asked.sheets(second, 1, 1, 1, 1)
    assert asked.close(first).is_released
    assert not asked.close(second).is_released


# --- who reads, and what it comes to --------------------------------------------------------------


def test_hr_and_the_assessor_read_released_figures_and_nobody_else(asked: Asked) -> None:
    survey = asked.open()
    asked.sheets(survey, 4, 4, 4, 4, 4)
    asked.close(survey)
    assert figures(survey.id, asked.who("chief")) == figures(survey.id, asked.who())
    for name in ("sari", "uli", "regent"):
        with pytest.raises(Forbidden):
            figures(survey.id, asked.who(name))
    with pytest.raises(NotFound):
        figures(survey.id, asked.other.actors["officer"])


def test_the_index_of_a_survey_is_exact(asked: Asked) -> None:
    survey = asked.open()
    asked.sheets(survey, 4, 4, 3, 3, 3)
    assert satisfaction(survey.id, asked.who()).index is None
    asked.close(survey)
    found = satisfaction(survey.id, asked.who())
    assert (found.index, found.grade) == (85, "B")  # 3.4 × 25


def test_the_score_reckons_with_the_counts_of_the_unit_and_of_the_employee(asked: Asked) -> None:
    unit, of_sari = asked.open(), asked.open(case=asked.world.cases["sari"])
    asked.sheets(unit, 4, 4, 4, 4, 4)
    asked.sheets(of_sari, 1, 1, 1, 1, 1)
    for survey in (unit, of_sari):
        asked.close(survey)
    for name in ("sari", "tia"):
        asked.world.act("chief", "judge", name, hasil="sesuai")
    scores = {row["case_id"]: from_json(row["explanation"]) for row in table("results")}
    value = {n: scores[asked.world.cases[n]].nodes["kepuasan"].value for n in ("sari", "tia")}
    assert value == {"sari": Fraction(5, 2), "tia": 4}


def test_ten_thousand_close_in_sets(asked: Asked) -> None:
    survey = asked.open()
    with counted() as few:
        asked.sheets(survey, *(1, 2, 3, 4, 4) * 2)
        asked.close(survey)
    survey = asked.open()
    with counted() as many:
        assert asked.sheets(survey, *(1, 2, 3, 4, 4) * 2000) == 10_000
        found = asked.close(survey)
    assert found.counts == counts(tidak_baik=2000, kurang_baik=2000, baik=2000, sangat_baik=4000)
    assert len(many) <= len(few) + 20  # rows go in by the thousand


def test_sheets_are_refused_together_by_number_and_field(asked: Asked) -> None:
    survey = asked.open()
    bad = [sheet(), {"answers": {"u1": "0"}}, {"comment": "Baik"}, sheet(name="Budi")]
    before = digest_of_tables()
    with pytest.raises(Invalid) as refused:
        add_sheets(survey.id, asked.who(), bad)
    assert [field for _, field in _rules(refused.value)] == [
        "sheets.2.answers.u1",
        "sheets.3.answers",
        "sheets.4.name",
    ]
    with pytest.raises(Invalid):
        add_sheets(survey.id, asked.who(), (sheet() for _ in range(20_001)))
    assert digest_of_tables() == before


# --- complaints -----------------------------------------------------------------------------------


def test_a_complaint_goes_on_at_once_without_identity(asked: Asked) -> None:
    (link,) = asked.tokens(asked.open())
    once = form(1, complaint="Loket tutup pukul dua.")
    survey_replies.reply(link, once, sender())
    survey_replies.reply(link, once, sender())
    (found,) = complaints.complaints_for(asked.who())
    assert (found.text, found.unit_id, found.source) == (
        "Loket tutup pukul dua.",
        asked.unit,
        "survey",
    )
    assert found.received_on == DURING.date()
    assert complaints.complaints_for(asked.who("chief")) == [found]
    assert not complaints.complaints_for(asked.who("sari"))
    assert not complaints.complaints_for(asked.other.actors["officer"])


def test_a_complaint_whose_form_is_refused_is_not_kept(asked: Asked) -> None:
    (link,) = asked.tokens(asked.open())
    with pytest.raises(Invalid):
        asked.reply(link, answers={}, complaint="Loket tutup.")
    asked.reply(link)
    with pytest.raises(NotFound):
        asked.reply(link, complaint="Loket tutup.")
    assert not table("complaints")


def test_a_complaint_is_answered_once_by_those_who_may(asked: Asked) -> None:
    (link,) = asked.tokens(asked.open())
    asked.reply(link, complaint="Loket tutup pukul dua.")
    (found,) = complaints.complaints_for(asked.who())
    with pytest.raises(Forbidden):
        complaints.answer_complaint(found.id, asked.who("sari"), "Maaf")
    with pytest.raises(NotFound):
        complaints.answer_complaint(found.id, asked.other.actors["officer"], "Maaf")
    with pytest.raises(Invalid):
        complaints.answer_complaint(found.id, asked.who("chief"), " ")
    with clock.at(AFTER):
        complaints.answer_complaint(found.id, asked.who("chief"), "Jam layanan diperbaiki.")
        with pytest.raises(Conflict):
            complaints.answer_complaint(found.id, asked.who(), "Lagi")
    (answered,) = complaints.complaints_for(asked.who())
    assert (answered.answered_on, answered.response) == (AFTER.date(), "Jam layanan diperbaiki.")
