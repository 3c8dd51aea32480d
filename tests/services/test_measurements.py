"""Measurements: who may record and correct them, what is refused, and who hears of a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Stale
from kinerja_flow.models import (
    Case,
    ContradictionAnswer,
    HistoryEvent,
    Measurement,
    Notification,
    Result,
)
from kinerja_flow.policy import Actor
from kinerja_flow.scoring import Node
from kinerja_flow.services import measurements, outdating, plans
from kinerja_flow.services.contradictions import answer_contradiction
from kinerja_flow.services.measured_plans import measurements_for, objective_share
from kinerja_flow.services.measurements import Recorded
from kinerja_flow.services.results import read_results
from kinerja_flow.services.verify import verify_history
from tests.builders import digest_of_tables, indicator, item
from tests.engine.racing import codes, race
from tests.engine.test_sets import counted
from tests.engine.world import row, rows
from tests.services.measured import NOON, Measuring, measuring

pytestmark = pytest.mark.slow

__all__ = ["measuring"]

#: As many parameters a statement has at most on SQLite, as it is built by its makers.
SQLITE_TAKES = 32_766


def rules(problem: Problem) -> list[tuple[str, str | None]]:
    return [(blocker.rule, blocker.field) for blocker in problem.blockers]


# --- recording ------------------------------------------------------------------------------------


def test_a_value_is_kept_with_its_source_time_and_unit(measuring: Measuring) -> None:
    (kept,) = measuring.kept(measuring.entry(at="2026-03-15T23:30:00+00:00", unit="Hari."))
    found = row(Measurement, id=kept)
    assert (found.year, found.day_on, found.value) == (2026, date(2026, 3, 16), Fraction(2))
    assert found.measured_at == datetime(2026, 3, 15, 23, 30, tzinfo=UTC)
    assert (found.unit, found.source, found.person_id) == (
        "hari",
        "simpel",
        measuring.world.people["sari"],
    )
    assert (found.noted_by, found.noted_at) == (measuring.world.people["officer"], clock.now())


def test_the_same_value_sent_twice_is_one(measuring: Measuring) -> None:
    entries = [measuring.entry(), measuring.entry(), measuring.entry("tia")]
    first = measuring.send(*entries)
    again = measuring.send(*entries, entries[0])
    assert not first.known
    assert again.known == {0, 1, 2, 3}
    assert {place: again.ids[place] for place in range(3)} == first.ids
    assert again.ids[3] == first.ids[0]
    assert len(rows(Measurement)) == 3


@pytest.mark.parametrize("other", [{"value": 3}, {"at": "2026-03-16"}, {"at": "2026-03-15T00:00Z"}])
def test_a_reference_stands_for_one_content(measuring: Measuring, other: dict[str, Any]) -> None:
    entry = measuring.entry()
    measuring.kept(entry)
    for entries in ([{**entry, **other}], [measuring.entry(reference="x"), entry]):
        report = measuring.send(*entries)
        changed = entries[0] != entry and entries[0]["reference"] == entry["reference"]
        assert [rules(p) for p in report.refused.values()] == (
            [[("reference_reused", "reference")]] if changed else []
        )


def test_a_value_that_was_corrected_may_be_sent_again(measuring: Measuring) -> None:
    entry = measuring.entry()
    (kept,) = measuring.kept(entry)
    measuring.correct(kept, 5)
    assert measuring.send(entry).known == {0}
    assert measuring.read("sari")["lama_dokumen"].realisation == 5


def test_what_is_wrong_holds_nothing_else_up(measuring: Measuring) -> None:
    good, bad = measuring.entry(), measuring.entry(value="banyak", person=None, at="kemarin")
    report = measuring.send(good, bad, good)
    assert list(report.ids) == [0, 2]
    assert rules(report.refused[1]) == [("not_a_moment", "at"), ("input_not_number", "value")]
    assert len(rows(Measurement)) == 1


Entry = Callable[[Measuring], dict[str, Any]]
OTHER = "other agency"
HOSTILE: list[tuple[str, dict[str, Any], str, str | None]] = [
    ("no key", {"key": None}, "required", "key"),
    ("unknown key", {"key": "laba"}, "not_measured_then", "key"),
    ("judged key", {"key": "inovasi"}, "not_measured_then", "key"),
    ("key a list", {"key": ["a"]}, "input_not_text", "key"),
    ("huge key", {"key": "x" * 10**6}, "text_length", "key"),
    ("no value", {"value": None}, "required", "value"),
    ("NaN", {"value": "NaN"}, "input_not_number", "value"),
    ("infinite", {"value": Decimal("inf")}, "input_not_number", "value"),
    ("a float", {"value": 1.5}, "input_not_number", "value"),
    ("yes", {"value": True}, "input_not_number", "value"),
    ("exponent", {"value": "1e9"}, "input_not_number", "value"),
    ("giant", {"value": 10**5000}, "too_many_digits", "value"),
    ("too exact", {"value": "0.0000001"}, "too_many_places", "value"),
    ("other unit", {"unit": "jam"}, "measured_in_unit", "unit"),
    ("no unit", {"unit": " "}, "required", "unit"),
    ("own name of the employee", {"source": "self_report"}, "not_a_source", "source"),
    ("source in words", {"source": "Sistem Kami"}, "not_a_source", "source"),
    ("no reference", {"reference": ""}, "required", "reference"),
    ("tomorrow", {"at": "2026-07-01"}, "measured_later", "at"),
    ("in an hour", {"at": "2026-06-30T13:00:00+07:00"}, "measured_later", "at"),
    ("no offset", {"at": "2026-03-15T08:00:00"}, "not_a_moment", "at"),
    ("no such day", {"at": "2026-02-30"}, "no_such_date", "at"),
    ("year one", {"at": "0001-01-01"}, "no_such_date", "at"),
    ("edge of time", {"at": "0001-01-01T00:00:00+14:00"}, "no_such_date", "at"),
    ("no text", {"at": 20260315}, "not_a_moment", "at"),
    ("before every cycle", {"at": "2025-12-31"}, "not_measured_then", "key"),
    ("nobody", {"person": None}, "person_or_unit", "person"),
    ("stranger", {"person": uuid4()}, "no_such_person", "person"),
    ("no id", {"person": "1 OR 1=1"}, "not_an_id", "person"),
    ("another agency's person", {"person": OTHER}, "no_such_person", "person"),
    ("both", {"work_unit": uuid4()}, "person_or_unit", "person"),
    ("unknown unit", {"person": None, "work_unit": uuid4()}, "no_such_unit", "work_unit"),
    ("of a person what is a unit's", {"key": "angkut_sampah"}, "measured_of_other", "person"),
    ("unknown field", {"agency_id": 1}, "unknown_input", "agency_id"),
]


@pytest.mark.parametrize(
    ("said", "rule", "field"), [one[1:] for one in HOSTILE], ids=[one[0] for one in HOSTILE]
)
def test_hostile_entries_are_refused_by_rule_and_field(
    measuring: Measuring, said: dict[str, Any], rule: str, field: str | None
) -> None:
    entry = measuring.entry(**said)
    if entry["person"] == OTHER:
        entry["person"] = measuring.other.people["sari"]
    before = digest_of_tables()
    (problem,) = measuring.send(entry).refused.values()
    assert (rule, field) in rules(problem)
    for blocker in problem.blockers:
        assert blocker.say("id")
        assert blocker.way_out("en")
    assert digest_of_tables() == before


@pytest.mark.parametrize("entries", [None, "x", {}, 7])
def test_what_is_no_list_is_refused(measuring: Measuring, entries: Any) -> None:
    with pytest.raises(Invalid) as refused:
        measurements.record(measuring.world.actors["officer"], entries)
    assert rules(refused.value) == [("input_not_list", "entries")]


@pytest.mark.parametrize("entry", [None, [], "x", 7])
def test_an_entry_that_is_no_mapping_is_reported(measuring: Measuring, entry: Any) -> None:
    assert rules(measuring.send(entry).refused[0]) == [("inputs_not_mapping", None)]


def test_too_many_at_once_are_refused(measuring: Measuring) -> None:
    with pytest.raises(Invalid) as refused:
        measuring.send(*[{}] * (measurements.MOST_ENTRIES + 1))
    assert rules(refused.value) == [("too_many", "entries")]


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["sari", "chief", "head"])
def test_only_hr_records_and_corrects(measuring: Measuring, who: str) -> None:
    (kept,) = measuring.kept(measuring.entry())
    actor = measuring.world.actors[who]
    with pytest.raises(Forbidden):
        measuring.send(measuring.entry(), who=who)
    with pytest.raises(Forbidden):
        measurements.correct(actor, kept, 3, "wrong_value")


def test_nobody_measures_themselves(measuring: Measuring) -> None:
    (problem,) = measuring.send(measuring.entry("officer")).refused.values()
    assert rules(problem) == [("own_measurement", "person")]
    (kept,) = measuring.kept(measuring.entry("second_officer"))
    with pytest.raises(Forbidden) as refused:
        measurements.correct(measuring.world.actors["second_officer"], kept, 3, "wrong_value")
    assert rules(refused.value) == [("own_measurement", "person")]


def test_another_agency_s_measurements_are_not_there(measuring: Measuring) -> None:
    (kept,) = measuring.kept(measuring.entry())
    stranger = measuring.other.actors["officer"]
    for known in (kept, uuid4(), "x"):
        with pytest.raises(NotFound):
            measurements.correct(stranger, known, 3, "wrong_value")  # type: ignore[arg-type]
    case_id = measuring.world.cases["sari"]
    for read in (measurements_for, objective_share):
        with pytest.raises(NotFound):
            read(case_id, stranger)


def test_only_those_whom_it_concerns_read_measurements(measuring: Measuring) -> None:
    for who in ("sari", "chief", "head", "officer"):
        assert measuring.read("sari", who)
        assert objective_share(measuring.world.cases["sari"], measuring.world.actors[who]) == 100
    for who in ("tia", "regent"):
        with pytest.raises(Forbidden):
            measuring.read("sari", who)
    with pytest.raises(Forbidden):
        measurements_for(measuring.world.cases["sari"], Actor(None, measuring.world.agency_id))


# --- corrections ----------------------------------------------------------------------------------


def test_a_correction_stands_beside_what_it_corrects(measuring: Measuring) -> None:
    (kept,) = measuring.kept(measuring.entry())
    second = measuring.correct(kept, "3.5")
    third = measuring.correct(second, None, "counted_twice")
    told = measuring.read("sari")["lama_dokumen"]
    assert [(v.id, v.value, v.corrects_id, v.reason, v.counts) for v in told.values] == [
        (kept, 2, None, None, False),
        (second, Fraction("3.5"), kept, "wrong_value", False),
        (third, None, second, "counted_twice", False),
    ]
    assert (told.realisation, told.figures) == (None, ())
    last = measuring.correct(third, 4, "source_error")
    told = measuring.read("sari")["lama_dokumen"]
    assert [value.id for value in told.values if value.counts] == [last]
    assert told.realisation == 4


def test_a_value_is_corrected_once(measuring: Measuring) -> None:
    (kept,) = measuring.kept(measuring.entry())
    measuring.correct(kept, 3)
    before = digest_of_tables()
    with pytest.raises(Conflict) as refused:
        measuring.correct(kept, 4)
    assert rules(refused.value) == [("corrected_already", "measurement")]
    assert digest_of_tables() == before


@pytest.mark.parametrize(
    ("value", "reason", "expected"),
    [
        ("NaN", "wrong_value", ("input_not_number", "value")),
        (1.5, "wrong_value", ("input_not_number", "value")),
        (3, "because", ("not_an_option", "reason")),
        (3, None, ("required", "reason")),
        (3, ["wrong_value"], ("not_an_option", "reason")),
    ],
)
def test_a_correction_says_what_and_why(
    measuring: Measuring, value: Any, reason: Any, expected: tuple[str, str]
) -> None:
    (kept,) = measuring.kept(measuring.entry())
    with pytest.raises(Invalid) as refused:
        measuring.correct(kept, value, reason)
    assert rules(refused.value) == [expected]


# --- what is due to whom --------------------------------------------------------------------------


def test_a_correction_after_the_result_marks_it_and_tells_employee_and_assessor(
    measuring: Measuring,
) -> None:
    kept = measuring.kept(measuring.entry(), measuring.entry("tia"))
    measuring.rate("sari")
    case_id, sari = measuring.world.cases["sari"], measuring.world.actors["sari"]
    before = row(Result, case_id=case_id)
    assert [one.is_outdated for one in read_results(case_id, sari)] == [False]
    heard = len(rows(Notification))
    measuring.correct(kept[0], 3)
    measuring.correct(kept[1], 3)
    told = [n.recipient_id for n in rows(Notification)][heard:]
    assert set(told) == {measuring.world.people["sari"], measuring.world.people["chief"]}
    assert len(told) == 2
    event = rows(HistoryEvent, case_id=case_id)[-1]
    indicator_id = measuring.read("sari")["lama_dokumen"].id
    assert (event.action, event.capacity) == ("measurements_changed", "hr")
    assert event.change == {"indicators": [str(indicator_id)], "result": 1}
    assert row(Result, case_id=case_id) == before
    (read,) = read_results(case_id, sari)
    assert (read.is_outdated, read.outdated) == (True, (indicator_id,))
    assert read.objective_share == 100
    assert not list(verify_history(measuring.world.agency_id))


def test_a_value_that_comes_late_marks_the_result_too(measuring: Measuring) -> None:
    measuring.kept(measuring.entry())
    measuring.rate("sari")
    case_id = measuring.world.cases["sari"]
    version = row(Case, id=case_id).version
    measuring.kept(measuring.entry(at="2026-04-01"), measuring.entry(at="2026-04-02"))
    assert row(Case, id=case_id).version == version + 1
    (read,) = read_results(case_id, measuring.world.actors["sari"])
    assert read.is_outdated


@pytest.mark.parametrize("turn", range(4))
def test_no_result_is_computed_past_a_correction(
    app: Flask, measuring: Measuring, turn: int
) -> None:
    """Whichever comes first: the result has the corrected value, or says that it has not."""
    (kept,) = measuring.kept(measuring.entry(key="kehadiran", value=10))
    measuring.ready("sari")
    world, case_id = measuring.world, measuring.world.cases["sari"]
    jobs = [lambda: world.act("chief", "rate"), lambda: measuring.correct(kept, 20)]
    found = race(app, clock.now(), jobs if turn % 2 else jobs[::-1], spread=0.02)
    assert codes(found) == ["done", "done"]
    (read,) = read_results(case_id, world.actors["chief"])
    nodes = [node for node in below(read.explanation) if node.inputs.get("target") == "20"]
    assert [node.inputs["realisation"] == "20" for node in nodes] == [not read.is_outdated]


def test_no_first_result_is_computed_past_a_value_that_arrives(
    app: Flask, measuring: Measuring
) -> None:
    """A value that comes while the result is being written waits for it, and marks it."""
    (_,) = measuring.kept(measuring.entry(key="kehadiran", value=10))
    measuring.ready("sari")
    world, case_id = measuring.world, measuring.world.cases["sari"]

    def arriving() -> Recorded:
        with app.app_context(), clock.at(NOON):
            return measuring.send(measuring.entry(key="kehadiran", value=7))

    with ThreadPoolExecutor(1) as pool:
        with transaction():
            world.act("chief", "rate")
            sent = pool.submit(arriving)
            wait([sent], timeout=0.5)
            assert not sent.done()
        assert not sent.result().refused
    (read,) = read_results(case_id, world.actors["chief"])
    assert read.is_outdated


def below(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield node
        for part in node.parts:
            yield from below(part)


@pytest.mark.parametrize(
    "said", [{"key": "tanggap_keluhan"}, {"person": "tia"}], ids=["not in the plan", "of another"]
)
def test_what_does_not_concern_a_case_leaves_it_alone(
    measuring: Measuring, said: dict[str, Any]
) -> None:
    measuring.rate("sari")
    version = row(Case, id=measuring.world.cases["sari"]).version
    if "person" in said:
        said = {"person": measuring.world.people[said["person"]]}
    measuring.kept(measuring.entry(**said))
    assert row(Case, id=measuring.world.cases["sari"]).version == version


def test_reading_a_result_takes_as_many_queries_with_many_changes_as_without(
    measuring: Measuring,
) -> None:
    kept = measuring.kept(*(measuring.entry() for _ in range(8)))
    measuring.rate("sari")
    case_id, sari = measuring.world.cases["sari"], measuring.world.actors["sari"]
    sent = []
    for many in (0, 8):
        for known in kept[:many]:
            measuring.correct(known, 7)
        with counted() as statements:
            read_results(case_id, sari)
        sent.append(len(statements))
    assert sent[0] == sent[1]


def test_five_thousand_entries_take_as_many_queries_as_one_and_no_long_list(
    measuring: Measuring,
) -> None:
    for of in ("sari", "tia"):
        measuring.rate(of)
    sent, longest = [], [0]

    def note(
        _c: object, _cursor: object, _said: object, given: Any, _x: object, many: bool
    ) -> None:
        longest.append(0 if many else len(given))

    for entries in ([measuring.entry()], [measuring.entry() for _ in range(5_000)]):
        event.listen(db.engine, "before_cursor_execute", note)
        with counted() as statements:
            assert len(measuring.send(*entries).ids) == len(entries)
        event.remove(db.engine, "before_cursor_execute", note)
        sent.append(len(statements))
    assert sent[0] == sent[1]
    assert 5_000 < max(longest) < 5_000 + 100
    assert 2 * max(longest) < SQLITE_TAKES


def test_everybody_concerned_hears_also_where_they_are_more_than_one_set(
    measuring: Measuring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outdating, "CHUNK", 1)
    for of in ("sari", "tia"):
        measuring.rate(of)
    measuring.kept(measuring.entry(), measuring.entry("tia"), measuring.entry("uli"))
    found = rows(HistoryEvent, action=outdating.CHANGED)
    assert {one.case_id for one in found} == {measuring.world.cases[of] for of in ("sari", "tia")}


# --- contradictions -------------------------------------------------------------------------------


def contradicted(measuring: Measuring) -> dict[str, Any]:
    """The answer to a contradiction, once the year is under way."""
    measuring.world.act("sari", "start", "sari")
    measuring.kept(measuring.entry(), measuring.entry(source="lapor", value=9))
    told = measuring.read("sari")["lama_dokumen"]
    assert told.is_contradicted
    return {
        "indicator": told.id,
        "source": "simpel",
        "reason": "Lebih lengkap.",
        "seen": told.digest,
    }


def settle(measuring: Measuring, entry: dict[str, Any], who: str = "chief") -> UUID:
    return answer_contradiction(measuring.world.cases["sari"], measuring.world.actors[who], entry)


def test_an_answer_lets_its_source_count_until_the_values_change(measuring: Measuring) -> None:
    entry = {**contradicted(measuring), "source": "simpel"}
    assert measuring.read("sari")["lama_dokumen"].realisation == 9
    settle(measuring, entry)
    told = measuring.read("sari")["lama_dokumen"]
    assert (told.chosen, told.realisation) == ("simpel", 2)
    kept = row(ContradictionAnswer)
    event = rows(HistoryEvent, case_id=measuring.world.cases["sari"])[-1]
    assert (event.action, event.capacity) == ("contradiction_answered", "assessor")
    assert "Lebih" not in str(event.change)
    assert event.change["values"] == kept.digest == entry["seen"]
    (later,) = measuring.kept(measuring.entry(value="2"))
    told = measuring.read("sari")["lama_dokumen"]
    assert (told.chosen, told.realisation) == (None, 9)
    with pytest.raises(Stale) as refused:
        settle(measuring, entry)
    assert rules(refused.value) == [("compared_others", "seen")]
    measuring.correct(later, None, "counted_twice")
    assert measuring.read("sari")["lama_dokumen"].chosen == "simpel"


def test_a_later_answer_to_the_same_values_replaces_the_earlier(measuring: Measuring) -> None:
    entry = contradicted(measuring)
    settle(measuring, entry)
    with clock.at(datetime(2026, 6, 30, 6, tzinfo=UTC)):
        settle(measuring, {**entry, "source": "lapor"})
    assert measuring.read("sari")["lama_dokumen"].chosen == "lapor"


@pytest.mark.parametrize(
    ("said", "kind", "expected"),
    [
        ({"source": "self_report"}, Invalid, ("not_an_option", "source")),
        ({"source": None}, Invalid, ("required", "source")),
        ({"reason": " \u200b"}, Invalid, ("required", "reason")),
        ({"indicator": uuid4()}, Invalid, ("no_such_indicator", "indicator")),
        ({"indicator": "x"}, Invalid, ("not_an_id", "indicator")),
        ({"seen": "AB"}, Invalid, ("not_a_sha256", "seen")),
        ({"indicator": "keluhan_tepat"}, Conflict, ("no_contradiction", "indicator")),
        ({"approve": True}, Invalid, ("unknown_input", "approve")),
    ],
)
def test_an_answer_fits_what_contradicts(
    measuring: Measuring, said: dict[str, Any], kind: type[Problem], expected: tuple[str, str]
) -> None:
    entry = {**contradicted(measuring), **said}
    if entry["indicator"] == "keluhan_tepat":
        entry["indicator"] = measuring.read("sari")["keluhan_tepat"].id
    before = digest_of_tables()
    with pytest.raises(kind) as refused:
        settle(measuring, entry)
    assert expected in rules(refused.value)
    assert digest_of_tables() == before


def test_only_in_whose_hands_the_template_puts_it_answers(measuring: Measuring) -> None:
    entry = contradicted(measuring)
    for who in ("sari", "tia", "officer", "head"):
        with pytest.raises(Forbidden):
            settle(measuring, entry, who)
    with pytest.raises(NotFound):
        answer_contradiction(measuring.world.cases["sari"], measuring.other.actors["chief"], entry)


def test_where_the_book_is_closed_nobody_answers(measuring: Measuring) -> None:
    with pytest.raises(Conflict) as refused:
        settle(measuring, {})
    assert rules(refused.value) == [("book_closed", "contradiction")]


# --- plans ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "rule", "field"),
    [
        ({"target": "3 jam"}, "planned_in_unit", "target"),
        ({"polarity": "higher"}, "planned_in_direction", "polarity"),
        ({"is_objective": False}, "planned_objectively", "is_objective"),
        ({"catalogue_key": "keluhan_tepat"}, "planned_in_unit", "target"),
    ],
)
def test_a_plan_cannot_keep_measurements_out_by_its_wording(
    measuring: Measuring, said: dict[str, Any], rule: str, field: str
) -> None:
    usual = {"catalogue_key": "lama_dokumen", "target": "3 hari", "polarity": "lower"}
    entry = item(indicators=[indicator(**{**usual, **said})])
    with pytest.raises(Invalid) as refused:
        plans.put_item(measuring.world.cases["sari"], measuring.world.actors["sari"], entry)
    assert (rule, f"indicators.0.{field}") in rules(refused.value)


def test_a_target_without_a_unit_is_taken_in_that_of_the_catalogue(measuring: Measuring) -> None:
    taken = indicator(catalogue_key="lama_dokumen", target="3", polarity="lower")
    case_id, actor = measuring.world.cases["sari"], measuring.world.actors["sari"]
    assert plans.put_item(case_id, actor, item(indicators=[taken], weight="1"))
