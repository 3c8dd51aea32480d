"""Plays a story in a world of its own and keeps, moment by moment, all that third readers get.

A world is a copy of a base (an agency whose appraisal is about to ask the peers), and two worlds
share their clock and their randomness (`chance.repeated`): what differs is who said what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

import structlog
from flask import Flask
from sqlalchemy import text

from kinerja_flow import clock, create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db, transaction
from kinerja_flow.services import answers, deadlines, plans, progress
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.reports import definition_of
from kinerja_flow.services.templates import shipped_source
from tests.anonymity.chance import repeated
from tests.anonymity.outputs import ONCE, READS, ROUTES, SEALED, View, attempted
from tests.anonymity.rendering import rendered
from tests.anonymity.stories import JOINS, TURN, Round, Said, Story
from tests.builders import indicators_of, item, table
from tests.engine.world import START, World, build
from workflows.definition import Definition, Instrument

DAY = timedelta(days=1)
#: Third readers of every kind; the two raters of a story are left out.
READERS = ("sari", "chief", "head", "officer", "tia", "vina", "foreign")
#: The moments at which everybody looks at everything.
MOMENTS = ("asked", "answered", "released", "delivered", "late")
#: Up to here nobody may notice who has answered.
SEALED_MOMENTS = ("asked", "answered")
OF_ROUND = {"rakumpit": "umpan_balik_360", "nasional": "umpan_balik_rekan"}
_SETTINGS: dict[str, dict[str, Any]] = {
    "rakumpit": {},
    "nasional": {"evaluasi_periodik_minimal": 0},
}
_WINDOWS = ("planning", "running", "rating")

Journal = dict[tuple[str, str, str], str]


@dataclass
class Stage:
    """A world while a story is played in it."""

    app: Flask
    world: World
    definition: Definition
    now: datetime
    readers: Sequence[str]
    left_out: tuple[str, ...]
    journal: Journal = field(default_factory=dict)

    def act(self, who: str, action: str, **inputs: Any) -> None:
        with clock.at(self.now):
            self.world.act(who, action, **inputs)

    def until(self, day: datetime) -> None:
        self.now = day
        with clock.at(self.now):
            deadlines.tick()

    @property
    def instrument(self) -> Instrument:
        return self.definition.instruments[OF_ROUND[self.definition.key]]

    def scale(self) -> tuple[str, ...]:
        return self.definition.scales[self.instrument.scale].keys

    def rate(self, who: str, said: Said, *, is_draft: bool) -> None:
        criteria = [c.key for c in self.instrument.criteria if not c.applies_to]
        comments = dict(said.comments)
        given: dict[str, dict[str, Any]] = {}
        for number, level in said.levels:
            given[criteria[number]] = {"value": self.scale()[0 if is_draft else level]}
            if number in comments and not is_draft:
                given[criteria[number]]["comment"] = comments[number]
        self.answer(who, self.instrument.key, given)

    def answer(self, who: str, instrument: str, given: dict[str, Any]) -> None:
        with clock.at(self.now):
            sheet = answers.Answers(instrument, given, understood=True)
            answers.answer(self.world.case("sari"), self.world.actors[who], sheet)

    def look(self, moment: str) -> None:
        """All that every reader gets now, every table and every page."""
        with clock.at(self.now):
            case = next(row for row in table("cases") if row["id"] == self.world.case("sari"))
            readers = [who for who in self.readers if who not in self.left_out]
            for who in readers:
                of = (case["id"], case["cycle_id"], self.world.actors[who])
                view = View(*of, self.definition, case["state"], case["kind"])
                for name, read in READS.items():
                    if name not in ONCE or who == readers[0]:
                        found = _undone(lambda read=read, view=view: read(view))
                        self.journal[moment, name, who] = rendered(found)
            self._look_at_rows(moment, case)

    def _look_at_rows(self, moment: str, case: Any) -> None:
        hidden = {self.world.people[who] for who in self.left_out}
        for name in db.metadata.tables:
            rows = table(name)
            if name in SEALED and moment in SEALED_MOMENTS:
                rows = [row for row in rows if row[SEALED[name]] not in hidden]
            self.journal[moment, name, "table"] = rendered(rows)
        self.journal[moment, "answers", "as stored"] = rendered(as_stored())
        client = self.app.test_client()
        for route, path in ROUTES.items():
            if path is not None:
                page = client.get(path.format(cycle_id=case["cycle_id"]))
                self.journal[moment, route, "page"] = page.get_data(as_text=True)


def _undone(read: Callable[[], Any]) -> Any:
    """What a read answers; what it changes (a first opening is a receipt) is taken back."""

    class Undo(Exception):
        pass

    found: Any = None
    try:
        with transaction():
            found = attempted(read)
            found = found if isinstance(found, Exception) else rendered(found)
            raise Undo
    except Undo:
        return found


def as_stored() -> list[tuple[Any, ...]]:
    """The released answers as they lie in the database; on PostgreSQL with the place of the
    transaction that wrote each, and of its command, among those of all answers."""
    lie = {
        "sqlite": "SELECT criterion, value, comment FROM answers ORDER BY rowid",
        "postgresql": "SELECT dense_rank() OVER (ORDER BY xmin::text::bigint), criterion, value, "
        "comment FROM answers ORDER BY ctid",
    }
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(lie[connection.dialect.name]))]


# --- The base: an appraisal that is about to ask the peers ---------------------------------------


def lay_base(template: str) -> World:
    """In the database at hand: the year of sari up to the round of peers, and another agency."""
    with repeated(1), clock.at(START):
        first = START.date()
        spans = {name: (first, first + 120 * DAY) for name in _WINDOWS}
        world = build(shipped_source(template), spans=spans, settings=_SETTINGS[template])
        other = build(key="lain", of=())
        item_id = plans.put_item(world.case("sari"), world.actors["sari"], item())
        _BEFORE[template](world)
        entry = {"indicator": indicators_of(item_id)[0], "day": str(first), "reached": "2"}
        progress.record_realisation(world.case("sari"), world.actors["sari"], entry)
        _TO_THE_ROUND[template](world, item_id)
    cast(dict[str, Any], world.actors)["foreign"] = other.actors["officer"]
    return world


def _rakumpit_planned(world: World) -> None:
    world.act("sari", "propose_plan")
    world.act("chief", "put_plan_in_force")


def _rakumpit_done(world: World, item_id: Any) -> None:
    proof = {"item": item_id, "name": "Berkas", "link": "https://kota.go.id/berkas"}
    progress.attach_evidence(world.case("sari"), world.actors["sari"], proof)


def _nasional_planned(world: World) -> None:
    world.act("sari", "submit_skp")
    said = {"tanggal_dialog": str(date(2026, 1, 5)), "pokok_dialog": "Dibahas"}
    world.act("chief", "record_dialogue", **said)
    world.act("chief", "agree_skp")
    world.act("sari", "sign_skp")


def _nasional_done(world: World, _item_id: Any) -> None:
    world.act("sari", "begin_self_review")
    own = {
        c: {"value": "sesuai"} for c in ("diri_hasil_kerja", "diri_perilaku", "diri_pengembangan")
    }
    sheet = answers.Answers("penilaian_diri", own)
    answers.answer(world.case("sari"), world.actors["sari"], sheet)
    world.act("sari", "submit_self_review", refleksi="Selesai")


_BEFORE = {"rakumpit": _rakumpit_planned, "nasional": _nasional_planned}
_TO_THE_ROUND = {"rakumpit": _rakumpit_done, "nasional": _nasional_done}


# --- A story in a copy of the base ---------------------------------------------------------------


@contextmanager
def _stage(url: str, base: World, story: Story, readers: Sequence[str]) -> Iterator[Stage]:
    app = create_app(Settings(database_url=url))
    with app.app_context(), repeated(story.seed):
        try:
            definition = definition_of(base.cycle_id)
            yield Stage(app, base, definition, START + DAY, readers, story.pair)
        finally:
            db.session.remove()
            db.engine.dispose()


def play(
    url: str,
    base: World,
    story: Story,
    *,
    readers: Sequence[str] = READERS,
    moments: Sequence[str] = MOMENTS,
) -> Journal:
    """The story from the first invitation on; what was seen at the moments, and the log.

    A moment is named in full, or by the word that it begins with ("before", "after" an answer).
    """
    with _stage(url, base, story, readers) as stage, structlog.testing.capture_logs() as log:
        for moment in _played(stage, story):
            if moment.split()[0] in moments:
                stage.look(moment)
            stage.journal["log", moment, ""] = rendered(log)
    return stage.journal


def _played(stage: Stage, story: Story) -> Iterator[str]:
    _ask(stage, story.first)
    yield "asked"
    yield from _answered(stage, story, story.first)
    yield "answered"
    stage.until(stage.now + 20 * DAY)
    yield "released"
    if story.late is not None:
        _ask(stage, story.late)
        for _ in _answered(stage, story, story.late):
            pass
        stage.until(stage.now + 20 * DAY)
        yield "late"
    _deliver(stage)
    yield "delivered"


def _ask(stage: Stage, first: Round) -> None:
    people = [str(stage.world.people[name]) for name in first.raters]
    if stage.definition.key == "nasional":
        stage.act("chief", "ask_peer_feedback", rekan=people)
        return
    stage.act("sari", "name_peers", rekan_usulan=people)
    stage.act("chief", "settle_peers", rekan_ditetapkan=people)


def _answered(stage: Stage, story: Story, of: Round) -> Iterator[str]:
    start = stage.now
    for day in range(1, 7):
        stage.until(start + day * DAY)
        for number, who in enumerate(of.raters):
            stage.now = start + day * DAY + timedelta(minutes=number)
            has_left = of is story.first and who == story.leaves and day > TURN
            if of.said[who].levels and day in of.days[who] and not has_left:
                yield f"before {day} {who}"
                stage.rate(who, of.said[who], is_draft=day != of.days[who][-1])
                yield f"after {day} {who}"
        if day == TURN and of is story.first:
            _turn(stage, story)


def _turn(stage: Stage, story: Story) -> None:
    """One declines, by a request that may be sent again, and one is replaced."""
    if story.declines is not None:
        said = {"alasan_tidak_bersedia": "Cuti"}
        request = Act("decline_to_answer", said, key=f"key-{story.declines}")
        with clock.at(stage.now):
            act(stage.world.case("sari"), stage.world.actors[story.declines], request)
    if story.leaves is not None:
        people = stage.world.people
        trade = {"rekan_keluar": str(people[story.leaves]), "rekan_masuk": str(people[JOINS])}
        if stage.definition.key == "nasional":
            stage.act("chief", "replace_peer", **trade, alasan_penggantian="Cuti")
        else:
            stage.act("chief", "swap_peer", **trade)


def _deliver(stage: Stage) -> None:
    if stage.definition.key == "rakumpit":
        given = {
            c.key: {"value": stage.scale()[2]}
            for c in stage.instrument.criteria
            if not c.applies_to
        }
        stage.answer("chief", stage.instrument.key, given)
        said = {"kekuatan": "Ramah dan cekatan", "kelemahan": "Kurang berbagi", "inovasi": False}
        stage.act("chief", "rate_with_feedback", **said)
        day = {"tanggal_dialog": str(stage.now.date()), "ringkasan_dialog": "Dibahas"}
        stage.act("chief", "hold_dialogue", **day)
        return
    asked = stage.definition.instruments["perilaku_berakhlak"]
    stage.answer("chief", asked.key, {c.key: {"value": "sesuai"} for c in asked.criteria})
    stage.act("chief", "rate_employee", hasil_kerja="sesuai", perilaku="sesuai")
    stage.act("chief", "hand_over_result")
