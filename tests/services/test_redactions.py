"""Redaction of free texts: two officers, a marker, a hash on record; what was proved still is."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from kinerja_flow.db import db, transaction
from kinerja_flow.errors import Forbidden, Invalid, NotFound
from kinerja_flow.models import Document, IdempotencyKey, Redaction
from kinerja_flow.services import (
    complaints,
    feedback,
    organisations,
    plans,
    questions,
    survey_import,
)
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.document import document
from kinerja_flow.services.once import Asked, once
from kinerja_flow.services.redacted_documents import MARKER, REDACTED
from kinerja_flow.services.redactions import Redacted, redact
from kinerja_flow.services.verify import verify_history
from kinerja_flow.services.verify_results import Recount, verify_results
from kinerja_flow.workflow import sha256_of
from tests.builders import NOON, Books, digest_of_tables, table
from tests.builders import books as books
from tests.documents.materials import squeezed, text_of

pytestmark = pytest.mark.slow

SECRET = "Anaknya sakit dan dirawat"


def wish(
    books: Books, who: str, place: str, row: object, field: str = "text", ground: str = "requested"
) -> Redacted:
    entry = {"place": place, "row": str(row), "field": field, "ground": ground}
    return redact(books.who(who), entry)


def by_two(books: Books, place: str, row: object, field: str = "text") -> Redacted:
    assert not wish(books, "officer", place, row, field).is_done
    return wish(books, "second_officer", place, row, field)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def whole(books: Books) -> None:
    """History, results and documents hold as before."""
    agency = books.world.agency_id
    assert list(verify_history(agency)) == []
    assert list(verify_results(Recount(), agency)) == []


def remarked(books: Books) -> UUID:
    books.start("sari")
    said = {"kind": "note", "text": SECRET}
    return feedback.give_feedback(books.case("sari"), books.who("chief"), said)


def everywhere() -> str:
    return repr([table(name) for name in sorted(db.metadatas[None].tables)])


def test_two_officers_redact_a_text_and_its_hash_is_on_record(books: Books) -> None:
    remark = remarked(books)
    before = books.version("sari")
    found = by_two(books, "feedback", remark)
    assert found == Redacted(True, sha256(SECRET))
    assert [one["text"] for one in table("feedback")] == [MARKER]
    [event] = [one for one in table("history") if one["action"] == REDACTED]
    said = {"place": "feedback", "row": str(remark), "field": "text", "ground": "requested"}
    assert event["change"] == {"redacted": {**said, "sha256": sha256(SECRET)}}
    assert books.version("sari") == before + 1 and SECRET not in everywhere()
    whole(books)


def test_one_officer_alone_redacts_nothing_where_there_are_two(books: Books) -> None:
    remark = remarked(books)
    before = books.version("sari")
    assert not wish(books, "officer", "feedback", remark).is_done
    known = digest_of_tables()
    assert not wish(books, "officer", "feedback", remark).is_done
    assert not wish(books, "second_officer", "feedback", remark, ground="court").is_done
    assert [one["text"] for one in table("feedback")] == [SECRET]
    assert books.version("sari") == before and digest_of_tables() != known


def test_the_same_wish_twice_is_one(books: Books) -> None:
    remark = remarked(books)
    wish(books, "officer", "feedback", remark)
    wish(books, "officer", "feedback", remark)
    assert len(table("redactions")) == 1
    found = wish(books, "second_officer", "feedback", remark)
    after = digest_of_tables()
    assert wish(books, "second_officer", "feedback", remark) == found
    assert wish(books, "officer", "feedback", remark) == found
    assert digest_of_tables() == after


def test_the_only_officer_of_an_agency_redacts_alone(books: Books) -> None:
    remark = remarked(books)
    wish(books, "officer", "feedback", remark)
    world = books.world
    organisations.leave(world.agency_id, world.people["second_officer"], date(2026, 1, 20))
    assert wish(books, "officer", "feedback", remark).is_done


def test_nobody_but_hr_and_nobody_their_own_words(books: Books) -> None:
    remark = remarked(books)
    for who in ("chief", "sari", "head"):
        with pytest.raises(Forbidden):
            wish(books, who, "feedback", remark)
    of, sari_id = books.world.agency_id, books.world.people["sari"]
    organisations.grant_role(of, sari_id, "hr", date(2026, 1, 1))
    sari = organisations.actor_for(of, sari_id)
    entry = {"place": "feedback", "row": str(remark), "field": "text", "ground": "requested"}
    with pytest.raises(Forbidden) as refused:
        redact(sari, entry)
    assert [one.rule for one in refused.value.blockers] == ["own_text"]


def test_a_redaction_does_not_tell_which_officer_asked_without_their_name(books: Books) -> None:
    for asker in ("officer", "second_officer"):
        said = {"text": SECRET, "is_named": False}
        question = questions.ask(books.world.cycle_id, books.who(asker), said)
        assert not wish(books, "officer", "briefing_questions", question).is_done
        assert wish(books, "second_officer", "briefing_questions", question).is_done
    named = questions.ask(books.world.cycle_id, books.who("officer"), {"text": SECRET})
    with pytest.raises(Forbidden):
        wish(books, "officer", "briefing_questions", named)
    assert wish(books, "second_officer", "briefing_questions", named).is_done
    assert SECRET not in everywhere()


def test_what_is_no_text_of_the_agency_is_not_there(books: Books) -> None:
    remark = remarked(books)
    for place, row, field in (
        ("feedback", uuid4(), "text"),
        ("feedback", "x", "text"),
        ("feedback", remark, "kind"),
        ("statements", f"{books.case('sari')}.99", "comment"),
        ("statements", f"{books.case('sari')}.x", "comment"),
    ):
        with pytest.raises(NotFound):
            wish(books, "officer", place, row, field)
    with pytest.raises(NotFound):
        entry = {"place": "feedback", "row": str(remark), "field": "text", "ground": "court"}
        redact(books.other.actors["officer"], entry)
    for place in ("sheets", "private_notes", "history", "results"):
        with pytest.raises(Invalid):
            wish(books, "officer", place, remark)


def test_a_statement_is_redacted_and_the_history_keeps_its_hash(books: Books) -> None:
    books.plan("sari")
    books.world.act("sari", "submit_plan")
    books.world.act("chief", "return_plan", comment=SECRET)
    seq = books.version("sari")
    by_two(books, "statements", f"{books.case('sari')}.{seq}", "comment")
    [said] = [one for one in table("statements") if one["seq"] == seq]
    assert (said["text"], said["sha256"]) == (MARKER, sha256(SECRET))
    assert SECRET not in everywhere()
    whole(books)


def delivered(books: Books) -> UUID:
    item_id, _ = books.ask("sari")
    for peer in ("tia", "uli", "vina"):
        books.answer(peer, "sari", 4, comment=SECRET)
    books.judge("sari")
    return item_id


def shown(books: Books) -> Any:
    with books.after_rating():
        return document(books.case("sari"), books.who("head"))


def test_a_delivered_document_keeps_its_digest_and_says_that_a_text_was_redacted(
    books: Books,
) -> None:
    item_id = delivered(books)
    title = next(one["title"] for one in table("plan_items") if one["id"] == item_id)
    before = shown(books)
    assert squeezed(title) in text_of(before.pdf)
    with books.after_rating():
        by_two(books, "plan_items", item_id, "title")
    after = shown(books)
    assert after.content_sha256 == before.content_sha256
    assert squeezed(title) not in text_of(after.pdf) and squeezed(MARKER) in text_of(after.pdf)
    assert title not in everywhere()
    whole(books)


def test_two_texts_of_one_document_are_led_back_to_its_delivery(books: Books) -> None:
    item_id = delivered(books)
    indicator = next(one["id"] for one in table("plan_indicators") if one["item_id"] == item_id)
    with books.after_rating():
        by_two(books, "plan_items", item_id, "title")
        by_two(books, "plan_indicators", indicator, "title")
    whole(books)


def test_a_document_that_was_changed_past_the_record_is_still_found(books: Books) -> None:
    item_id = delivered(books)
    with books.after_rating():
        by_two(books, "plan_items", item_id, "title")
    with transaction() as session:
        content = session.scalars(select(Document.content)).one()
        session.execute(update(Document).values(content={**content, "agency": "Lain"}))
    found = [one.rule for one in verify_history(books.world.agency_id)]
    assert found == ["document_content"]


def test_a_superiors_title_is_redacted_in_the_documents_below_it(books: Books) -> None:
    above, _ = books.plan("chief", title=SECRET)
    item_id, _ = books.plan("sari")
    linked = {"superior_item_id": str(above)}
    plans.link_item(books.case("sari"), books.who("sari"), item_id, linked)
    books.world.act("sari", "submit_plan")
    books.world.act("chief", "approve_plan")
    with transaction() as session:
        content = {"plan": {"items": [{"superior": SECRET}]}, "people": []}
        key = {"agency_id": books.world.agency_id, "year": 2026, "case_id": books.case("sari")}
        kept = {"number": 1, "seq": 1, "sha256": sha256_of(content), "shown_at": NOON}
        session.add(Document(**key, **kept, content=content))
    by_two(books, "plan_items", above, "title")
    assert SECRET not in everywhere()
    events = [one for one in table("history") if one["action"] == REDACTED]
    assert {one["case_id"] for one in events} == {books.case("sari"), books.case("chief")}
    [told] = [one["change"]["documents"] for one in events if "documents" in one["change"]]
    assert told[0][:3] == [1, 1, sha256_of(content)]


def test_a_released_comment_is_redacted_and_nothing_leads_to_its_rater(books: Books) -> None:
    delivered(books)
    comment = next(one for one in table("answers") if one["comment"] == SECRET)
    with books.after_rating():
        by_two(books, "answers", comment["id"], "comment")
    assert [one["comment"] for one in table("answers") if one["id"] == comment["id"]] == [MARKER]
    whole(books)


def test_a_text_without_a_case_is_redacted(books: Books) -> None:
    unit = next(one["unit_id"] for one in table("cases"))
    upload = survey_import.Upload(f"received_on,text\n2026-01-19,{SECRET}\n".encode())
    officer = books.who("officer")
    survey_import.import_complaints(books.world.cycle_id, officer, upload, unit_id=unit)
    [complaint] = complaints.complaints_for(officer)
    by_two(books, "complaints", complaint.id)
    assert [one.text for one in complaints.complaints_for(officer)] == [MARKER]
    assert len(table("redactions")) == 2
    whole(books)


def test_kept_answers_to_requests_forget_the_text(books: Books) -> None:
    remark = remarked(books)
    for key, said in (("a", SECRET), ("b", "Rapi")):
        what = {"body": {"text": said}}
        asked = Asked(key, what, books.case("sari"))
        once(books.who("chief"), asked, lambda said=said: {"body": {"text": said}, "version": 1})  # type: ignore[misc]
    by_two(books, "feedback", remark)
    assert [one["key"] for one in table(IdempotencyKey.__tablename__)] == ["b"]


def test_a_closed_case_is_redacted_and_stays_closed(books: Books) -> None:
    item_id = delivered(books)
    with books.after_rating():
        books.world.act("sari", "look")
        act(books.case("sari"), books.who("head"), Act("sign_off"))
        state = books.state("sari")
        by_two(books, "plan_items", item_id, "title")
        assert books.state("sari") == state
    whole(books)
    assert len(table(Redaction.__tablename__)) == 2
