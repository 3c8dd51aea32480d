"""Planted leaks, one of each kind: a proof that lets one of them pass proves nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from importlib import import_module
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
import structlog
from sqlalchemy import select, update

from admin.tables import Outbox
from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.facts import SheetFacts
from kinerja_flow.models import CASES, Sheet
from kinerja_flow.services import answers as service
from kinerja_flow.workflow.draft import Draft, Insert
from kinerja_flow.workflow.effects import answers as effect
from tests.anonymity.proving import Leak, prove
from tests.anonymity.stories import Round, Said, Story
from tests.conftest import NIGHTLY

pytestmark = pytest.mark.slow

#: The module; the package has a function of this name.
store = import_module("kinerja_flow.workflow.store")
Patch = pytest.MonkeyPatch
Plant = Callable[[Patch], None]


def _round(levels: Mapping[str, int], mark: str = "") -> Round:
    said = {
        who: Said(((0, level), (1, 2 - level)), ((0, f"kata {mark}{who}"),))
        for who, level in levels.items()
    }
    return Round(tuple(levels), {who: (1 + number,) for number, who in enumerate(levels)}, said)


FIRST = _round({"tia": 0, "uli": 1, "vina": 2, "officer": 2})
STORY = Story("rakumpit", FIRST, None, ("officer", "tia"), None, 5)
#: One of the two, whose request as an HR officer is kept for a while, never answers.
SILENT = replace(STORY, first=FIRST.without("officer"))
#: Whose second round comes to two answers only.
LATE = Story("nasional", FIRST, _round({"tia": 2, "uli": 0, "vina": 1}, "susulan ").without("vina"),
             ("tia", "vina"), None, 5)  # fmt: skip


def roster(patch: Patch) -> None:
    """The event names the raters in the order of what they said."""

    def leaking(draft: Draft, relation: str, sheets: list[SheetFacts]) -> None:
        by_answer = sorted(sheets, key=lambda sheet: str(sheet.answers))
        draft.change["raters"] = [str(sheet.rater_id) for sheet in by_answer]
        copied(draft, relation, sheets)

    copied = effect._copy
    patch.setattr(effect, "_copy", leaking)


def order(patch: Patch) -> None:
    """The batch keeps something of the order in which its sheets were read."""
    patch.setattr(effect, "_content", lambda _row: ())


def timestamp(patch: Patch) -> None:
    """The case tells when somebody answered last."""

    def leaking() -> None:
        with transaction() as session:
            session.execute(update(CASES).values(received_at=clock.now()))

    _after_each_answer(patch, lambda _sheet: leaking())


def count(patch: Patch) -> None:
    """Everybody is told how many sheets there are."""

    @wraps(service._begun)
    def mine(*given: Any) -> Any:
        numbers.append(given[2].person_id)
        return begun(*given)

    def read(*given: Any) -> service.OwnSheet:
        return service.OwnSheet(given[2], len(set(numbers)), {})

    numbers: list[Any] = []
    begun = service._begun
    patch.setattr(service, "_begun", mine)
    patch.setattr(service, "my_sheet", read)


def subtraction(patch: Patch) -> None:
    """A late batch is opened however small it is: what it changes is what its raters said."""
    patch.setattr(effect, "_pooled", lambda _relations, groups: groups)
    patch.setattr(effect, "_apart", lambda rows, _least: rows)


def log_line(patch: Patch) -> None:
    """What was answered is logged."""
    log = structlog.get_logger()
    _after_each_answer(patch, lambda sheet: log.info("answered", said=dict(sheet.answers)))


def shared_transaction(patch: Patch) -> None:
    """The rows of one rater are written together, apart from those of the others; their ids and
    all that they say are as they would be without."""

    def leaking(draft: Draft, relation: str, sheets: list[SheetFacts]) -> None:
        alike: Counter[str] = Counter()
        for sheet in sheets:
            before = len(draft.writes)
            copied(draft, relation, [sheet])
            for place, one in enumerate(draft.writes[before:], before):
                assert isinstance(one, Insert)
                said = repr([one.row[name] for name in ("criterion", "value", "comment")])
                alike[said] += 1
                row = {**one.row, "id": uuid5(NAMESPACE_OID, f"{said} {alike[said]}")}
                draft.writes[place] = Insert(one.table, row)
                written[row["id"]] = sheet.rater_id

    def apart(connection: Any, table: Any, rows: Any) -> None:
        groups: dict[Any, list[Any]] = {}
        for row in rows:
            groups.setdefault(written.get(row.get("id")), []).append(row)
        for group in groups.values():
            with connection.begin_nested():
                added(connection, table, group)

    written: dict[Any, Any] = {}
    copied, added = effect._copy, store.add_rows
    patch.setattr(effect, "_copy", leaking)
    patch.setattr(effect, "_apart", lambda rows, _least: rows)
    patch.setattr(store, "add_rows", apart)


def requests(patch: Patch) -> None:
    """Only the requests of those who answered are forgotten: what is left tells who did not."""

    def leaking(draft: Draft, instrument: str, relation: str) -> None:
        people = draft.facts.people
        draft.facts.__dict__["people"] = {}
        forgot(draft, instrument, relation)
        draft.facts.__dict__["people"] = people

    forgot = effect._forget
    patch.setattr(effect, "_forget", leaking)


def screen(patch: Patch) -> None:
    """A screen of the back office tells who has answered."""

    def leaking(self: Outbox, row: Any, name: str, *more: Any) -> str:
        raters = sorted(map(str, db.session.scalars(select(Sheet.rater_id))))
        return f"{cell(self, row, name, *more)} {raters}"

    cell = Outbox.cell
    patch.setattr(Outbox, "cell", leaking)


def _after_each_answer(patch: Patch, leak: Callable[[service.OwnSheet], None]) -> None:
    def leaking(*given: Any) -> service.OwnSheet:
        sheet = answered(*given)
        leak(sheet)
        return sheet

    answered = service.answer
    patch.setattr(service, "answer", leaking)


#: When the proof looks here: the plants are found by then.
LOOKS = ("answered", "released", "late")
#: Some gate a change: one among those that are alike is enough for it.
GATING = (order, subtraction, shared_transaction, requests)
RARER = (roster, timestamp, count, log_line, screen)
PLANTS = [*GATING, *(pytest.param(plant, marks=pytest.mark.nightly) for plant in RARER)]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_leak_is_found(bases: dict[str, Any], plant: Plant, backend: str) -> None:
    if backend == "postgresql" and plant is not shared_transaction:
        pytest.skip("the same on every database")
    if backend == "sqlite" and plant is shared_transaction and not NIGHTLY:
        pytest.skip("it is about PostgreSQL first; here nightly")
    story = {subtraction: LATE, requests: SILENT}.get(plant, STORY)
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        with pytest.raises(Leak):
            prove(bases[story.template], story, ("chief",), LOOKS)


@pytest.mark.parametrize(
    "story", [STORY, pytest.param(LATE, marks=pytest.mark.nightly)], ids=["rakumpit", "nasional"]
)
def test_without_a_plant_nothing_is_found(
    bases: dict[str, Any], story: Story, backend: str
) -> None:
    if backend == "postgresql":
        pytest.skip("the same on every database")
    journal = prove(bases[story.template], story, ("chief",), LOOKS)
    assert "kata tia" in journal["released", "answers", "table"]
    assert not [key for key, said in journal.items() if key[0] == "late" and "susulan" in said]
