"""The plan book: what a plan keeps, what it leaves in the history, and how it is linked."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Stale
from kinerja_flow.services import plans, progress
from tests.builders import Books, indicator, indicators_of, item, table
from tests.builders import books as books

#: The SKP of a teacher, 2022 (quantity, quality and time of the same RHK).
TEACHER = [
    indicator(),
    indicator(aspect="kualitas", title="Persentase dokumen", target="100%"),
    indicator(aspect="waktu", title="Tepat waktu", target="12 Bulan"),
]


def _put(books: Books, of: str = "sari", version: int | None = None, **said: Any) -> UUID:
    return plans.put_item(books.case(of), books.who(of), item(**said), version)


def _rules(problem: Problem) -> list[tuple[str, str | None]]:
    return [(blocker.rule, blocker.field) for blocker in problem.blockers]


def _events(books: Books, of: str = "sari") -> list[Any]:
    return [row for row in table("history") if row["case_id"] == books.case(of)]


def test_an_rhk_is_kept_with_the_exact_values_of_its_indicators(books: Books) -> None:
    item_id = _put(books, weight="33.33", indicators=TEACHER, perspective="proses_bisnis")
    (row,) = table("plan_items")
    assert (row["id"], row["ordinal"], row["section"]) == (item_id, 1, "utama")
    assert (row["weight"], row["perspective"]) == (Fraction(3333, 100), "proses_bisnis")
    kept = sorted(table("plan_indicators"), key=lambda found: found["ordinal"])
    said = [(k["target"], k["unit"], k["target_raw"], k["polarity"]) for k in kept]
    assert said == [
        (2, "Dokumen", "2 Dokumen", "higher"),
        (100, "%", "100%", "higher"),
        (12, "Bulan", "12 Bulan", "higher"),
    ]


def test_a_range_a_baseline_a_catalogue_key_and_a_judged_indicator_are_kept(books: Books) -> None:
    entries = [
        indicator(target="90-100 %", polarity="range", baseline="85.5"),
        indicator(target="Pelayanan makin ramah", is_objective=False),
        indicator(catalogue_key="jumlah_dokumen", polarity="lower"),
    ]
    _put(books, indicators=entries)
    kept = sorted(table("plan_indicators"), key=lambda found: found["ordinal"])
    assert (kept[0]["target"], kept[0]["upper"], kept[0]["baseline"]) == (90, 100, Fraction(171, 2))
    assert (kept[1]["target"], kept[1]["is_objective"], kept[1]["unit"]) == (None, False, "")
    assert kept[2]["catalogue_key"] == "jumlah_dokumen"


def test_a_change_to_the_plan_is_an_event_that_holds_no_text(books: Books) -> None:
    before = books.version("sari")
    item_id = _put(books, title="Rahasia", superior_text="Juga rahasia")
    assert books.version("sari") == before + 1
    event = _events(books)[-1]
    assert (event["action"], event["seq"], event["capacity"]) == (
        "plan_item_put",
        before + 1,
        "employee",
    )
    assert event["from_state"] == event["to_state"]
    assert set(event["change"]) == {"item", "indicators", "sha256"}
    assert event["change"]["item"] == str(item_id)
    assert len(event["change"]["sha256"]) == 64
    assert "ahasia" not in str(_events(books))


def test_an_entry_with_an_id_replaces_that_rhk_in_its_place(books: Books) -> None:
    first, second = _put(books, weight="40"), _put(books, weight="60")
    _put(books, id=str(first), title="Lain", weight="50")
    rows = {row["id"]: row for row in table("plan_items")}
    assert set(rows) == {first, second}
    assert (rows[first]["title"], rows[first]["ordinal"]) == ("Lain", 1)
    assert len(indicators_of(first)) == 1


def test_an_approved_plan_is_closed(books: Books) -> None:
    item_id, _ = books.start("sari")
    with pytest.raises(Conflict) as closed:
        _put(books, id=item_id)
    assert _rules(closed.value) == [("book_closed", "plan")]


def test_the_version_that_the_actor_saw_is_the_present_one(books: Books) -> None:
    seen = books.version("sari")
    _put(books, version=seen)
    with pytest.raises(Stale):
        _put(books, version=seen)
    assert len(table("plan_items")) == 1


def test_every_problem_of_an_entry_is_named_at_once(books: Books) -> None:
    wrong = [indicator(target="banyak"), indicator(aspect="mutu", catalogue_key="tak_ada")]
    entry = item(title=" ", weight="100.01", section="lain", indicators=wrong, ordinal=3)
    entry["superior_item_id"] = str(books.case("sari"))
    with pytest.raises(Invalid) as refused:
        plans.put_item(books.case("sari"), books.who("sari"), entry)
    assert set(_rules(refused.value)) == {
        ("required", "title"),
        ("too_high_given", "weight"),
        ("not_an_option", "section"),
        ("unknown_input", "ordinal"),
        ("measure_unreadable", "indicators.0.target"),
        ("not_an_option", "indicators.1.aspect"),
        ("not_an_option", "indicators.1.catalogue_key"),
        ("not_superiors_item", "superior_item_id"),
    }
    assert not table("plan_items")


def test_a_plan_has_at_most_thirty_rhk(books: Books) -> None:
    for _ in range(30):
        _put(books, weight="1")
    with pytest.raises(Invalid) as refused:
        _put(books, weight="1")
    assert _rules(refused.value) == [("too_many", None)]


def test_a_subordinate_drafts_first_and_links_later(books: Books) -> None:
    item_id, _ = books.start("sari")
    above, _ = books.plan("chief")
    case_id, sari = books.case("sari"), books.who("sari")
    plans.link_item(case_id, sari, item_id, {"superior_item_id": str(above)})
    linked = next(row for row in table("plan_items") if row["id"] == item_id)
    assert linked["superior_item_id"] == above
    event = _events(books)[-1]
    assert event["action"] == "plan_item_linked"
    plans.link_item(case_id, sari, item_id, {"superior_text": "Tugas pokok kepala"})
    linked = next(row for row in table("plan_items") if row["id"] == item_id)
    assert (linked["superior_item_id"], linked["superior_text"]) == (None, "Tugas pokok kepala")


@pytest.mark.parametrize("whose", ["chief", "head"])
def test_the_rhk_of_assessor_and_reviewer_may_be_served(books: Books, whose: str) -> None:
    above, _ = books.plan(whose)
    _put(books, superior_item_id=above)


@pytest.mark.parametrize("whose", ["tia", "sari"])
def test_no_other_rhk_may_be_served(books: Books, whose: str) -> None:
    other, _ = books.plan(whose)
    with pytest.raises(Invalid) as refused:
        _put(books, superior_item_id=other)
    assert _rules(refused.value) == [("not_superiors_item", "superior_item_id")]


def test_the_lists_beside_the_plan_are_kept_and_removed(books: Books) -> None:
    case_id, sari = books.case("sari"), books.who("sari")
    before = books.version("sari")
    notes = [
        {"section": "resources", "text": "Komputer, pencetak dan pemindai"},
        {"section": "expectation", "about": "konflik", "text": "Menengahi dengan tenang"},
    ]
    first, second = (plans.put_note(case_id, sari, note) for note in notes)
    plans.put_note(case_id, sari, {**notes[0], "id": str(first), "text": "Komputer"})
    plans.remove_note(case_id, sari, second)
    assert [(row["id"], row["text"]) for row in table("plan_notes")] == [(first, "Komputer")]
    assert books.version("sari") == before + 4
    assert "Komputer" not in str(_events(books))
    with pytest.raises(NotFound):
        plans.remove_note(case_id, sari, second)


def test_an_rhk_goes_with_its_indicators_and_steps(books: Books) -> None:
    item_id, _ = books.plan("sari")
    step = {"item": item_id, "title": "Menyusun berita acara", "target": "1 Laporan"}
    progress.add_step(books.case("sari"), books.who("sari"), step)
    plans.remove_item(books.case("sari"), books.who("sari"), item_id)
    assert not table("plan_items") + table("plan_indicators") + table("action_steps")
    with pytest.raises(NotFound):
        plans.remove_item(books.case("sari"), books.who("sari"), item_id)


def test_an_rhk_that_a_subordinate_serves_stays(books: Books) -> None:
    above, _ = books.plan("chief")
    _put(books, superior_item_id=above)
    with pytest.raises(Conflict) as refused:
        plans.remove_item(books.case("chief"), books.who("chief"), above)
    assert _rules(refused.value) == [("item_in_use", "item")]


def test_what_has_a_realisation_stays(books: Books) -> None:
    item_id, indicator_id = books.start("sari")
    case_id, sari = books.case("sari"), books.who("sari")
    reached = {"indicator": indicator_id, "day": "2026-01-20", "reached": "1"}
    progress.record_realisation(case_id, sari, reached)
    _back_to_drafting(books)
    with pytest.raises(Conflict) as refused:
        plans.remove_item(case_id, sari, item_id)
    assert _rules(refused.value) == [("item_in_use", "item")]
    with pytest.raises(Conflict) as lost:
        _put(books, id=item_id)
    assert _rules(lost.value) == [("indicator_in_use", "indicators")]
    _put(books, id=item_id, indicators=[indicator(id=str(indicator_id), target="3 Dokumen")])
    assert indicators_of(item_id) == [indicator_id]


def _back_to_drafting(books: Books) -> None:
    """The plan opened again in the middle of the year, as a template with a revision would."""
    books.set_state("sari", "drafting")


@pytest.mark.parametrize(
    ("who", "problem", "rule"),
    [
        ("tia", Forbidden, "not_your_part"),
        ("chief", Forbidden, "not_your_part"),
        ("officer", Forbidden, "not_your_part"),
    ],
)
def test_nobody_writes_in_the_plan_of_somebody_else(
    books: Books, who: str, problem: type[Problem], rule: str
) -> None:
    with pytest.raises(problem) as refused:
        plans.put_item(books.case("sari"), books.who(who), item())
    assert _rules(refused.value) == [(rule, "plan")]
    assert not table("plan_items")


def test_another_agencys_case_is_not_there(books: Books) -> None:
    stranger = books.other.actors["sari"]
    with pytest.raises(NotFound):
        plans.put_item(books.case("sari"), stranger, item())
