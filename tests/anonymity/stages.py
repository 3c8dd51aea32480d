"""A world while a story is played in it, and all that its third readers get at a moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.policy import Actor
from kinerja_flow.services import answers, deadlines, organisations
from tests.anonymity.outputs import LINKS, ROUTES, SEALED
from tests.anonymity.readings import EVERYTHING, ONCE, READS, TOLD_TWICE, View, attempted
from tests.anonymity.rendering import rendered
from tests.anonymity.requests import addresses, answer, cookie_of, screens, token_of
from tests.anonymity.stories import Said
from tests.builders import table
from tests.engine.world import World
from workflows.definition import Definition, Instrument

OVER_HTTP, HTTP_MOMENTS = ("chief", "tia"), ("answered",)
#: Who looks at every screen of the back office: an HR officer, and an auditor (`worlds.py`).
IN_OFFICE = ("officer", "regent")
#: Up to here nobody may notice who has answered.
SEALED_MOMENTS = ("answered",)
OF_ROUND = {
    "rakumpit": "umpan_balik_360",
    "nasional": "umpan_balik_rekan",
    "tim": "masukan",
}

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
    #: Whoever assesses, by name: somebody else after a hand-over.
    assessor: str = "chief"
    surveys: tuple[UUID, ...] = ()
    link: str = "none"

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
                view = self._view(case, self._actor(who))
                for name, read in READS.items():
                    if self._is_asked(name, who == readers[0]):
                        found = _undone(lambda read=read, view=view: read(view))
                        self.journal[moment, name, who] = rendered(found)
                if EVERYTHING or (who in OVER_HTTP and moment in HTTP_MOMENTS):
                    self._look_over_http(moment, who, view)
            if EVERYTHING or moment in HTTP_MOMENTS:
                self._look_at_screens(moment, case)
            self._look_at_rows(moment, case)

    def _look_at_screens(self, moment: str, case: Any) -> None:
        """What an officer and an auditor see on every screen of the back office."""
        known = {"case_id": case["id"], "person_id": self.world.people["chief"]}
        for who in IN_OFFICE:
            actor = self._actor(who)
            for path, address in screens(self.app, known):

                def read(address: str = address, actor: Actor = actor) -> object:
                    return answer(self.app, address, cookie_of(actor))

                self.journal[moment, path, who] = rendered(_undone(read))

    def _is_asked(self, name: str, is_first: bool) -> bool:
        return (is_first or name not in ONCE) and (EVERYTHING or name not in TOLD_TWICE)

    def _look_over_http(self, moment: str, who: str, view: View) -> None:
        """What the reader's own program is answered by every operation that reads."""
        known = {"case_id": view.case_id, "cycle_id": view.cycle_id, "unit_id": view.unit_id}
        known |= {"person_id": view.subject_id, "kind": "results"}
        for path, address in addresses(self.app, known):

            def read(address: str = address) -> object:
                return answer(self.app, address, token_of(view.actor))

            self.journal[moment, path, who] = rendered(_undone(read))

    def _actor(self, who: str) -> Actor:
        """The reader with the roles and the grants of the day."""
        known = self.world.actors[who]
        assert known.agency_id is not None and known.person_id is not None
        return organisations.actor_for(known.agency_id, known.person_id)

    def _view(self, case: Any, actor: Actor) -> View:
        people = self.world.people
        return View(
            case_id=case["id"],
            cycle_id=case["cycle_id"],
            subject_id=people["sari"],
            unit_id=case["unit_id"],
            assessor_id=people[self.assessor],
            actor=actor,
            definition=self.definition,
            state=case["state"],
            kind=case["kind"],
            today=clock.now().date(),
            surveys=self.surveys,
            link=self.link,
            raters=tuple(sorted(people[who] for who in self.left_out if who in people)),
        )

    def _look_at_rows(self, moment: str, case: Any) -> None:
        hidden = {self.world.people[who] for who in self.left_out}
        is_sealed = moment in SEALED_MOMENTS
        for name in db.metadata.tables.keys() - (LINKS if is_sealed else ()):
            rows = table(name)
            if name in SEALED and is_sealed:
                whose = SEALED[name]
                rows = [row for row in rows if whose and row[whose] not in hidden]
            self.journal[moment, name, "table"] = rendered(rows)
        self.journal[moment, "answers", "as stored"] = rendered(as_stored())
        client = self.app.test_client()
        for route, path in ROUTES.items():
            if path is not None:
                page = client.get(path.format(cycle_id=case["cycle_id"], link=self.link))
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
