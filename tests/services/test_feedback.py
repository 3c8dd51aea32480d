"""Feedback is on any row, in lists that keep good and bad apart, and the employee hears of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound
from kinerja_flow.models.progress import ABOUT_KINDS
from kinerja_flow.services import plans, progress
from kinerja_flow.services.feedback import feedback_for, give_feedback, recognitions_of
from kinerja_flow.services.templates import read_template, shipped_keys, shipped_source
from tests.builders import Books, activity, item, table
from tests.builders import books as books

pytestmark = pytest.mark.slow


def _give(books: Books, who: str = "chief", **said: Any) -> UUID:
    entry = {"kind": "strength", "text": "Rapi dan tepat waktu", **said}
    return give_feedback(books.case("sari"), books.who(who), entry)


def _reply(books: Books, who: str, remark: UUID, text: str = "Terima kasih") -> UUID:
    said = {"reply_to": remark, "text": text}
    return give_feedback(books.case("sari"), books.who(who), said)


def _read(books: Books, who: str) -> list[str]:
    return [remark.text for remark in feedback_for(books.case("sari"), books.who(who)).all]


def _heard(books: Books, event: str) -> list[str]:
    names = books.world.names
    return [names[row["recipient_id"]] for row in table("outbox") if row["event"] == event]


def _rows(books: Books) -> dict[str, UUID]:
    """A row of each kind in sari's appraisal."""
    case_id, sari = books.case("sari"), books.who("sari")
    item_id, indicator = books.start("sari")
    step = progress.add_step(case_id, sari, {"item": item_id, "title": "Draf", "target": "1 Draf"})
    day = progress.add_activity(case_id, sari, activity())
    reached = {"indicator": indicator, "day": "2026-01-20", "reached": "1"}
    realisation = progress.record_realisation(case_id, sari, reached)
    proof = {"item": item_id, "name": "Draf", "link": "https://example.go.id/draf"}
    evidence = progress.attach_evidence(case_id, sari, proof)
    ids = (item_id, indicator, step, day, realisation, evidence)
    return dict(zip(ABOUT_KINDS, ids, strict=True))


def test_feedback_is_on_the_case_or_on_any_row_of_it(books: Books) -> None:
    rows = _rows(books)
    before = books.version("sari"), table("history")
    for kind, row in rows.items():
        _give(books, text=f"Tentang {kind}", **{kind: str(row)})
    _give(books, text="Seluruhnya")
    found = feedback_for(books.case("sari"), books.who("sari"))
    assert {remark.about for remark in found.all} == {*rows.items(), None}
    for kind, row in rows.items():
        assert [r.text for r in found.on(kind, row).strengths] == [f"Tentang {kind}"]
    assert [r.text for r in found.by_row[None].strengths] == ["Seluruhnya"]
    assert not [*found.on("item", uuid4())]
    assert (books.version("sari"), table("history")) == before


def test_what_is_good_and_what_is_not_come_as_lists_of_their_own(books: Books) -> None:
    books.start("sari")
    kinds = ("improvement", "strength", "recognition", "note", "strength")
    for number, kind in enumerate(kinds):
        _give(books, kind=kind, text=str(number))
    found = feedback_for(books.case("sari"), books.who("sari")).all
    lists = (found.strengths, found.improvements, found.notes, found.recognitions)
    assert [[r.text for r in one] for one in lists] == [["1", "4"], ["0"], ["3"], ["2"]]


def test_the_employee_hears_of_feedback_and_whoever_is_replied_to_of_the_reply(
    books: Books,
) -> None:
    books.start("sari")
    remark = _give(books, kind="recognition")
    assert _heard(books, "appraisal.feedback.recognition") == ["sari"]
    _reply(books, "sari", remark)
    assert _heard(books, "appraisal.feedback.reply") == ["chief"]
    _reply(books, "chief", remark, "Sama-sama")
    assert _heard(books, "appraisal.feedback.reply") == ["chief", "sari"]
    [told] = feedback_for(books.case("sari"), books.who("sari")).all
    assert [reply.text for reply in told.replies] == ["Terima kasih", "Sama-sama"]


def test_a_thread_has_one_level(books: Books) -> None:
    books.start("sari")
    reply = _reply(books, "sari", _give(books))
    with pytest.raises(Invalid) as refused:
        _reply(books, "chief", reply)
    assert refused.value.blockers[0].rule == "reply_to_reply"


@pytest.mark.parametrize(("who", "kind"), [("tia", Invalid), ("head", Forbidden)])
def test_only_who_reads_it_and_has_a_say_replies(books: Books, who: str, kind: Any) -> None:
    books.start("sari")
    remark = _give(books)
    with pytest.raises(kind):
        _reply(books, who, remark)
    assert len(table("feedback")) == 1


def test_a_remark_of_another_appraisal_is_not_replied_to(books: Books) -> None:
    books.start("sari")
    books.start("tia")
    remark = _give(books)
    with pytest.raises(Invalid):
        give_feedback(books.case("tia"), books.who("tia"), {"reply_to": remark, "text": "Ya"})


def test_a_closed_case_takes_no_reply(books: Books) -> None:
    books.start("sari")
    remark = _give(books)
    books.set_state("sari", "sealed")
    with pytest.raises(Conflict):
        _reply(books, "sari", remark)
    with pytest.raises(Conflict):
        _give(books)


def test_who_has_no_part_reads_nothing(books: Books) -> None:
    books.start("sari")
    _give(books)
    with pytest.raises(NotFound):
        _read(books, "tia")
    with pytest.raises(NotFound):
        feedback_for(books.case("sari"), books.other.actors["chief"])


@pytest.mark.parametrize("who", ["sari", "tia", "head", "officer"])
def test_only_whom_the_state_names_gives_feedback(books: Books, who: str) -> None:
    books.start("sari")
    with pytest.raises(Forbidden):
        _give(books, who)
    assert not table("feedback")


@pytest.mark.parametrize(
    ("said", "rule", "field"),
    [
        ({"kind": "praise"}, "not_an_option", "kind"),
        ({"kind": "reply"}, "not_an_option", "kind"),
        ({"kind": None}, "required", "kind"),
        ({"text": ""}, "required", "text"),
        ({"text": "x" * 2001}, "text_length", "text"),
        ({"is_private": True}, "unknown_input", "is_private"),
        ({"item": "1 OR 1=1"}, "not_an_id", "item"),
        ({"reply_to": uuid4()}, "reply_stands_alone", "kind"),
        *(({kind: str(uuid4())}, f"no_such_{kind}", kind) for kind in ABOUT_KINDS),
    ],
)
def test_bad_feedback_is_refused(books: Books, said: dict[str, Any], rule: str, field: str) -> None:
    books.start("sari")
    heard = len(table("outbox"))
    with pytest.raises(Invalid) as refused:
        _give(books, **said)
    assert [(b.rule, b.field) for b in refused.value.blockers] == [(rule, field)]
    assert not table("feedback")
    assert len(table("outbox")) == heard


def test_feedback_is_on_rows_of_this_very_appraisal(books: Books) -> None:
    books.start("sari")
    others, _ = books.start("tia")
    with pytest.raises(Invalid):
        _give(books, item=others)


def test_what_feedback_is_about_stays_in_the_plan(books: Books) -> None:
    item_id, indicator = books.start("sari")
    _give(books, indicator=indicator)
    books.set_state("sari", "drafting")
    case_id, sari = books.case("sari"), books.who("sari")
    with pytest.raises(Conflict):
        plans.remove_item(case_id, sari, item_id)
    with pytest.raises(Conflict):
        plans.put_item(case_id, sari, item(id=item_id))


def test_recognition_is_one_list_over_the_year(books: Books) -> None:
    books.start("sari")
    _give(books, text="Bukan apresiasi")
    _give(books, kind="recognition", text="Pertama")
    _give(books, kind="recognition", text="Kedua")
    sari = books.who("sari")
    assert [one.text for one in recognitions_of(sari)] == ["Pertama", "Kedua"]
    assert [one.text for one in recognitions_of(sari, 2026)] == ["Pertama", "Kedua"]
    assert recognitions_of(sari, 2025) == ()
    assert recognitions_of(books.who("chief")) == ()
    assert recognitions_of(books.other.actors["sari"]) == ()


@pytest.mark.parametrize("key", shipped_keys())
def test_a_shipped_template_lets_superiors_speak_until_the_case_is_closed(key: str) -> None:
    for machine in read_template(shipped_source(key)).machines.values():
        for state in machine.states.values():
            opened = set(state.opens.get("feedback", ()))
            assert state.final or opened >= {"assessor", "reviewer"}, (machine.name, state.name)
