"""What is over goes, by set and with its count; what proves anything stays."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Forbidden, Invalid
from kinerja_flow.models import APPEND_ONLY, Complaint, Evidence, Retention
from kinerja_flow.services import organisations, retention
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.once import Asked, once
from kinerja_flow.services.redacted_documents import MARKER
from kinerja_flow.services.retention import DAYS, KEPT, retentions, set_retention, sweep_over
from kinerja_flow.services.verify import verify_history
from tests.builders import NOON, Books, table
from tests.builders import books as books

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "data-protection.md"
LATER = NOON + timedelta(days=8)


def keyed(books: Books, key: str = "a") -> None:
    answer: dict[str, Any] = {"body": {}, "version": None}
    once(books.who("sari"), Asked(key, {"body": {}}, None), lambda: answer)


def counts(what: str) -> list[int]:
    return [one["count"] for one in table("swept") if one["what"] == what]


def test_every_default_is_documented() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {what: int(days) for what, days in rows} == DAYS


def test_nothing_that_proves_anything_is_ever_swept() -> None:
    swept = {kept.model.__tablename__ for kept in KEPT.values()}
    assert not swept & {*APPEND_ONLY, "documents", "statements", "cases", "participants"}


def test_what_is_over_goes_and_is_counted_and_the_rest_stays(books: Books) -> None:
    keyed(books)
    assert sweep_over() == 0 and table("idempotency_keys")
    with clock.at(LATER - timedelta(days=2)):
        keyed(books, "b")
    with clock.at(LATER):
        assert sweep_over() == 1
        assert [one["key"] for one in table("idempotency_keys")] == ["b"]
    assert counts("idempotency_keys") == [1]
    assert list(verify_history(books.world.agency_id)) == []


def test_an_agency_sets_its_own_time(books: Books) -> None:
    keyed(books)
    set_retention(books.who("officer"), {"what": "idempotency_keys", "days": 30})
    set_retention(books.who("officer"), {"what": "idempotency_keys", "days": 20})
    with clock.at(LATER):
        assert sweep_over() == 0
    with clock.at(NOON + timedelta(days=21)):
        assert sweep_over() == 1
    [own] = [one for one in retentions(books.who("officer")) if one.days != one.default]
    assert (own.what, own.days, own.set_by) == (
        "idempotency_keys",
        20,
        books.world.people["officer"],
    )
    others = retentions(books.other.actors["officer"])
    assert all(one.days == one.default and one.set_by is None for one in others)


def test_only_hr_sets_a_time_and_within_limits(books: Books) -> None:
    with pytest.raises(Forbidden):
        set_retention(books.who("chief"), {"what": "complaints", "days": 1})
    for wrong in ({"what": "history", "days": 1}, {"what": "complaints", "days": 0}, {}):
        with pytest.raises(Invalid):
            set_retention(books.who("officer"), wrong)


def test_a_day_is_swept_once_also_by_the_clock(books: Books) -> None:
    with clock.at(LATER):
        tick()
        keyed(books)
        tick()
        assert len(counts("all")) == 2  # one for each agency


def test_texts_give_way_and_rows_stay(books: Books) -> None:
    item_id, _ = books.start("sari")
    key = {"agency_id": books.world.agency_id, "year": 2026}
    case = {"case_id": books.case("sari")}
    with transaction() as session:
        about = {"received_on": NOON.date(), "source": "import", **case}
        session.add(Complaint(**key, **about, text="Loket tutup"))
        said = {"author_id": books.world.people["sari"], "noted_at": NOON, "item_id": item_id}
        session.add(Evidence(**key, **case, **said, name="Notulen", link="https://a.go.id/n"))
    with clock.at(datetime(2032, 1, 1, tzinfo=UTC)):
        assert sweep_over() > 0
        [complaint], [evidence] = table("complaints"), table("evidence")
        assert (complaint["text"], complaint["response"]) == (MARKER, None)
        assert evidence["link"] == "https://a.go.id/n"  # its appraisal is not closed
    with clock.at(datetime(2032, 1, 3, tzinfo=UTC)):
        assert sweep_over() == 0


def test_an_agency_whose_sweep_fails_stops_no_other(books: Books) -> None:
    here = books.world.agency_id
    keyed(books)
    last = organisations.create_agency("terakhir", "Terakhir")
    of = {"agency_id": here, "what": "idempotency_keys", "days": 10**9}
    with transaction() as session:
        session.add(Retention(**of, set_by=books.world.people["sari"], set_at=NOON))
    with clock.at(LATER):
        assert sweep_over() == 0
    done = {one["agency_id"] for one in table("swept") if one["what"] == "all"}
    assert last in done and here not in done and table("idempotency_keys")


def test_a_sweep_that_died_goes_on_where_it_was(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        keyed(books, f"k{number}")
    monkeypatch.setattr(retention, "CHUNK", 2)
    with clock.at(LATER):
        before = retention._as_set
        calls: list[int] = []

        def dies(*of: Any) -> int:
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return before(*of)

        monkeypatch.setattr(retention, "_as_set", dies)
        with pytest.raises(KeyboardInterrupt):
            sweep_over()
        assert len(table("idempotency_keys")) == 3
        monkeypatch.setattr(retention, "_as_set", before)
        assert sweep_over() == 3 and not table("idempotency_keys")
    assert counts("idempotency_keys") == [2, 2, 1]
