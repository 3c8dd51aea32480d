"""Answers over HTTP: one's own sheet, the promise before the first answer, and no trace of it."""

from __future__ import annotations

from tests.api.portal import Portal
from tests.builders import table

GIVEN = {"answers": {"kerja_sama": {"value": 4, "comment": "Selalu membantu"}}, "understood": True}
FRESH = {"If-Match": '"0"'}


def _at(portal: Portal, instrument: str = "kolaborasi") -> str:
    return f"/cases/{portal.case()}/answers/{instrument}"


def test_a_rater_is_told_the_promise_and_then_answers(portal: Portal) -> None:
    portal.books.ask("sari")
    tia, at = portal.as_("tia"), _at(portal)
    fresh = tia.get(at)
    assert (fresh.json["version"], fresh.headers["ETag"]) == (0, '"0"')
    assert fresh.json["told"]["minimum"] == 3
    assert len(fresh.json["told"]["promised"]) >= 3 and len(fresh.json["told"]["limits"]) == 5
    put = tia.put(at, GIVEN, headers=FRESH)
    assert (put.status_code, put.headers["ETag"]) == (200, '"1"')
    more = {"answers": {"konflik": {"value": 3}}}
    assert tia.put(at, more, headers={"If-Match": '"1"'}).json["version"] == 2
    assert set(tia.get(at).json["answers"]) == {"kerja_sama", "konflik"}


def test_nobody_else_reads_a_sealed_sheet(portal: Portal) -> None:
    portal.books.ask("sari")
    portal.as_("tia").put(_at(portal), GIVEN, headers=FRESH)
    for who in ("sari", "chief", "officer", "uli"):
        assert portal.as_(who).get(_at(portal)).json["answers"] == {}
    assert portal.as_("officer", of=portal.books.other).get(_at(portal)).status_code == 404


def test_an_answer_leaves_no_key_even_where_one_is_sent(portal: Portal) -> None:
    portal.books.ask("sari")
    before = [row["key"] for row in table("idempotency_keys")]
    portal.as_("tia").put(_at(portal), GIVEN, headers={**FRESH, "Idempotency-Key": "tia"})
    assert [row["key"] for row in table("idempotency_keys")] == before


def test_what_is_wrong_is_told_and_nothing_is_kept(portal: Portal) -> None:
    portal.books.ask("sari")
    tia, at = portal.as_("tia"), _at(portal)
    for body, field in (
        ({"answers": {"kerja_sama": {"value": 9}}, "understood": True}, "answers.kerja_sama.value"),
        ({"answers": {"jujur": {"value": 1}}, "understood": True}, "answers.jujur"),
        ({"answers": {"kerja_sama": {"value": 4}}}, "understood"),
        ({**GIVEN, "rater": "uli"}, "rater"),
        ({"understood": True}, "answers"),
        ({"answers": [1], "understood": True}, "answers"),
    ):
        refused = tia.put(at, body, headers=FRESH)
        assert refused.status_code == 422, body
        assert field in [one["field"] for one in refused.json["blockers"]], body
    assert table("sheets") == []


def test_who_may_not_answer_is_refused(portal: Portal) -> None:
    portal.books.start("sari")
    early = portal.as_("sari").put(
        _at(portal, "refleksi"), {"answers": {"belajar": {"value": 1}}}, headers=FRESH
    )
    assert (early.status_code, early.json["blockers"][0]["rule"]) == (409, "instrument_closed")
    assert portal.as_("sari").put(_at(portal), GIVEN, headers=FRESH).status_code == 403
    other = portal.as_("officer", of=portal.books.other)
    assert other.put(_at(portal), GIVEN, headers=FRESH).status_code == 404
    assert portal.as_("sari").get(_at(portal, "tidak_ada")).status_code == 404


def test_an_older_version_is_stale_and_none_is_asked_for(portal: Portal) -> None:
    portal.books.ask("sari")
    tia, at = portal.as_("tia"), _at(portal)
    assert tia.put(at, GIVEN).status_code == 428
    tia.put(at, GIVEN, headers=FRESH)
    assert tia.put(at, GIVEN, headers=FRESH).status_code == 412
