"""Entries of the year: each beside the moves of its case, dated, exact, and its author's own."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Stale
from kinerja_flow.services import progress
from tests.builders import Books, activity, indicator, table
from tests.builders import books as books

pytestmark = pytest.mark.slow


def _rules(problem: Problem) -> list[tuple[str, str | None]]:
    return [(blocker.rule, blocker.field) for blocker in problem.blockers]


def _note(books: Books, **said: Any) -> UUID:
    return progress.add_activity(books.case("sari"), books.who("sari"), activity(**said))


def _record(books: Books, indicator_id: UUID, reached: str, **said: Any) -> UUID:
    entry = {"indicator": str(indicator_id), "day": "2026-01-20", "reached": reached, **said}
    return progress.record_realisation(books.case("sari"), books.who("sari"), entry)


def test_the_evidence_of_an_asset_officer_follows_its_rencana_aksi(books: Books) -> None:
    item_id, indicator_id = books.start("sari")
    case_id, sari = books.case("sari"), books.who("sari")
    before = books.version("sari"), table("history"), table("outbox")
    step = {"item": str(item_id), "title": "Berita acara serah terima", "target": "1 Laporan"}
    step_id = progress.add_step(case_id, sari, {**step, "due_on": "2026-06-30"})
    link = "https://arsip.kota.go.id/berkas/17?versi=2"
    shown = {"item": str(item_id), "step": str(step_id), "name": "Berita acara", "link": link}
    progress.attach_evidence(case_id, sari, shown)
    _record(books, indicator_id, "1 Dokumen", source="e-office")
    _note(books, step=str(step_id), source="e-office")
    (kept,) = table("evidence")
    assert (kept["link"], kept["step_id"], kept["version"]) == (link, step_id, 1)
    assert (books.version("sari"), table("history"), table("outbox")) == before


def test_a_file_is_known_by_what_the_caller_measured(books: Books) -> None:
    item_id, _ = books.start("sari")
    file = {"sha256": "ab" * 32, "media_type": "application/pdf", "size": 1024}
    entry = {"item": str(item_id), "name": "Laporan", **file}
    progress.attach_evidence(books.case("sari"), books.who("sari"), entry)
    (kept,) = table("evidence")
    assert {name: kept[name] for name in file} == file


@pytest.mark.parametrize(
    ("target", "reached", "value"),
    [
        ("100%", "98%", 98),
        ("100%", "99,5 %", Fraction(199, 2)),
        ("100%", "0", 0),  # zero is something reached
        ("2 Dokumen", "3 dokumen", 3),
        ("12 Bulan", "12", 12),
        ("90-100 %", "110%", 110),
    ],
)
def test_a_realisation_is_exact(books: Books, target: str, reached: str, value: Fraction) -> None:
    polarity = "range" if "-" in target else "higher"
    ids = books.start("sari", indicators=[indicator(target=target, polarity=polarity)])
    _record(books, ids[1], reached)
    (kept,) = table("realisations")
    assert (kept["value"], kept["raw"]) == (value, reached)


def test_a_judged_indicator_takes_words(books: Books) -> None:
    judged = indicator(target="Pelayanan makin ramah", is_objective=False)
    books.plan("sari", indicators=[judged], weight="100")
    books.set_state("sari", "under_way")
    (row,) = table("plan_indicators")
    _record(books, row["id"], "Tidak ada keluhan tahun ini")
    (kept,) = table("realisations")
    assert kept["value"] is None


@pytest.mark.parametrize(
    ("reached", "rule"),
    [
        ("NaN", "measure_unreadable"),
        ("inf", "measure_unreadable"),
        ("-1", "too_low_given"),
        ("2 Laporan", "other_unit"),
        ("1-2 Dokumen", "range_reached"),
        ("1.000", "measure_ambiguous"),
    ],
)
def test_a_realisation_that_is_no_quantity_is_refused(
    books: Books, reached: str, rule: str
) -> None:
    _, indicator_id = books.start("sari")
    with pytest.raises(Invalid) as refused:
        _record(books, indicator_id, reached)
    assert _rules(refused.value) == [(rule, "reached")]
    assert not table("realisations")


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        ("2025-12-31", ["outside_period"]),
        ("2026-01-01", []),
        ("2026-01-20", []),
        ("2026-01-21", ["not_yet"]),
        ("2027-01-01", ["outside_period", "not_yet"]),
    ],
)
def test_what_is_noted_happened_within_the_period(books: Books, day: str, rules: list[str]) -> None:
    books.start("sari")
    if not rules:
        _note(books, day=day)
        return
    with pytest.raises(Invalid) as refused:
        _note(books, day=day)
    assert _rules(refused.value) == [(rule, "day") for rule in rules]


@pytest.mark.parametrize(
    ("started", "ended", "is_free"),
    [
        ("07:00", "08:00", True),  # one ends as the other starts
        ("09:30", "10:00", True),
        ("07:00", "08:01", False),
        ("08:30", "08:45", False),
        ("07:00", "10:00", False),
        ("09:29", "12:00", False),
    ],
)
def test_activities_of_a_day_do_not_overlap(
    books: Books, started: str, ended: str, is_free: bool
) -> None:
    books.start("sari")
    _note(books)
    _note(books, day="2026-01-19")
    if is_free:
        _note(books, started=started, ended=ended)
        return
    with pytest.raises(Invalid) as refused:
        _note(books, started=started, ended=ended)
    assert _rules(refused.value) == [("activities_overlap", "started")]


def test_of_the_same_activity_sent_at_once_one_is_kept(books: Books, app: Flask) -> None:
    books.start("sari")

    def send() -> bool:
        with app.app_context():
            try:
                _note(books)
            except Invalid:
                return False
            return True

    with ThreadPoolExecutor(4) as threads:
        sent = [threads.submit(contextvars.copy_context().run, send) for _ in range(4)]
        kept = [one.result() for one in sent]
    assert kept.count(True) == 1
    assert len(table("activities")) == 1


def test_its_author_corrects_an_activity_in_its_own_version(books: Books) -> None:
    books.start("sari")
    before = books.version("sari")
    activity_id = _note(books)
    fixed = activity(ended="10:15", title="Menyusun RPP semester dua")
    args = books.case("sari"), books.who("sari"), activity_id, fixed
    assert progress.correct_activity(*args, 1) == 2
    (kept,) = table("activities")
    assert (kept["ended_at_time"], kept["version"]) == (time(10, 15), 2)
    with pytest.raises(Stale):
        progress.correct_activity(*args, 1)
    assert books.version("sari") == before


def test_nobody_else_corrects_an_activity(books: Books) -> None:
    books.start("sari")
    books.start("tia")
    activity_id = _note(books)
    for who, of, problem in [
        ("chief", "sari", Forbidden),
        ("tia", "sari", Forbidden),
        ("tia", "tia", NotFound),
    ]:
        with pytest.raises(problem):
            progress.correct_activity(
                books.case(of), books.who(who), activity_id, activity(title="Lain"), 1
            )
    assert table("activities")[0]["version"] == 1


@pytest.mark.parametrize("who", ["tia", "chief", "head", "officer"])
def test_an_activity_on_somebody_elses_appraisal_is_refused(books: Books, who: str) -> None:
    books.start("sari")
    with pytest.raises(Forbidden) as refused:
        progress.add_activity(books.case("sari"), books.who(who), activity())
    assert _rules(refused.value) == [("not_your_part", "activity")]
    assert not table("activities")


def test_entries_name_what_is_of_their_own_appraisal(books: Books) -> None:
    books.start("sari")
    foreign_item, foreign_indicator = books.start("tia")
    case_id, sari = books.case("sari"), books.who("sari")
    with pytest.raises(Invalid) as refused:
        _record(books, foreign_indicator, "1")
    assert _rules(refused.value) == [("no_such_indicator", "indicator")]
    entry = {"item": foreign_item, "name": "Berkas", "link": "https://contoh.go.id/a"}
    with pytest.raises(Invalid) as refused:
        progress.attach_evidence(case_id, sari, entry)
    assert _rules(refused.value) == [("no_such_item", "item")]


def test_entries_wait_for_a_state_that_opens_their_book(books: Books) -> None:
    books.plan("sari")
    with pytest.raises(Conflict) as refused:
        _note(books)
    assert _rules(refused.value) == [("book_closed", "activity")]
