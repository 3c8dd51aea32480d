"""One person practises a whole appraisal, and nothing of it is seen or counted anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import Conflict, Forbidden, NotFound, Refused
from kinerja_flow.models import Case, Cycle, Deadline, FollowUp
from kinerja_flow.policy import Actor
from kinerja_flow.services import (
    answers,
    briefing,
    cycles,
    notes,
    organisations,
    plans,
    practice,
    progress,
    questions,
    reach,
    reports,
    results,
    tasks,
    teams,
    templates,
)
from kinerja_flow.services.cases import Act, act, offers
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.feedback import feedback_for, give_feedback, recognitions_of
from kinerja_flow.services.templates import shipped_source
from kinerja_flow.services.verify import verify_history
from tests.builders import Books, digest_of_tables, indicators_of, item, table
from tests.builders import books as books
from tests.engine.world import World, build, rows, windows

pytestmark = pytest.mark.slow

TODAY = datetime(2026, 3, 3, 3, tzinfo=UTC)
PEERS = ("colleague_1", "colleague_2", "colleague_3")


@dataclass
class Practice:
    """Somebody's practice case, and everybody as whom they act in it."""

    world: World
    me: Actor
    case_id: UUID
    cast: dict[str, UUID] = field(default_factory=dict)
    item: UUID = field(init=False)
    indicator: UUID = field(init=False)

    @classmethod
    def begun(cls, world: World, who: str = "sari") -> Practice:
        me = world.actors[who]
        case_id = practice.start(world.cycle_id, me)
        cast = {one.part: one.person_id for one in practice.personas(case_id, me)}
        return cls(world, me, case_id, cast)

    def who(self, part: str) -> Actor:
        if part == "employee":
            return self.me
        return practice.actor_as(self.case_id, self.me, self.cast[part])

    def act(self, part: str, action: str, of: UUID | None = None, **inputs: Any) -> str:
        return act(of or self.case_id, self.who(part), Act(action, inputs)).state

    def answer(self, part: str, instrument: str, **said: Any) -> None:
        given = {criterion: {"value": value} for criterion, value in said.items()}
        answers.answer(
            self.case_id, self.who(part), answers.Answers(instrument, given, understood=True)
        )

    def skip(self, of: UUID | None = None) -> None:
        practice.skip(of or self.case_id, self.me)

    def child(self, kind: str) -> UUID:
        found = rows(Case, parent_id=self.case_id, kind=kind)
        return UUID(str(found[-1].id))

    @property
    def state(self) -> str:
        [found] = rows(Case, id=self.case_id)
        return str(found.state)

    def plan(self) -> None:
        said = item(superior_text="Sasaran pimpinan")
        item_id = plans.put_item(self.case_id, self.me, said)
        self.item, [self.indicator] = item_id, indicators_of(item_id)

    def reach(self) -> None:
        entry = {"indicator": self.indicator, "day": "2026-03-03", "reached": "2 Dokumen"}
        progress.record_realisation(self.case_id, self.me, entry)
        proof = {"item": self.item, "name": "Bukti", "link": "https://arsip.example.go.id/b"}
        progress.attach_evidence(self.case_id, self.me, proof)


@pytest.fixture
def shipped(app: Flask) -> Iterator[Any]:
    """Makes a world with a real cycle of a shipped template, in which sari has an appraisal."""
    with app.app_context(), clock.at(TODAY):

        def world(key: str) -> World:
            spans = windows(TODAY.date())
            both = {**spans, "running": spans["planning"]}
            return build(shipped_source(key), spans=both, of=("sari", "chief"))

        yield world


def _nasional(p: Practice) -> None:
    p.plan()
    p.act("employee", "submit_skp")
    p.act("assessor", "record_dialogue", tanggal_dialog="2026-03-03", pokok_dialog="Mutu")
    p.act("assessor", "agree_skp")
    p.act("employee", "sign_skp")
    p.reach()
    give_feedback(p.case_id, p.who("reviewer"), {"kind": "recognition", "text": "Terima kasih"})
    notes.add(p.case_id, p.who("assessor"), {"text": "Hanya latihan"})
    period: dict[str, Any] = {"periode_mulai": "2026-01-01", "periode_selesai": "2026-02-28"}
    p.act("assessor", "open_checkpoint", **period)
    checkpoint = p.child("checkpoint")
    p.skip(checkpoint)
    p.act("assessor", "note_period", checkpoint, umpan_balik_periode="Lanjutkan")
    p.act("employee", "begin_self_review")
    p.skip()
    peers = [str(p.cast[peer]) for peer in PEERS]
    p.act("assessor", "ask_peer_feedback", rekan=peers)
    for peer in PEERS:
        said = dict.fromkeys(("rekan_pelayanan", "rekan_harmonis", "rekan_kolaboratif"), "sesuai")
        p.answer(peer, "umpan_balik_rekan", **said)
    p.skip()
    values = ("berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif")
    p.answer("assessor", "perilaku_berakhlak", **dict.fromkeys((*values, "kolaboratif"), "sesuai"))
    p.act("assessor", "rate_employee", hasil_kerja="sesuai", perilaku="sesuai")
    p.act("assessor", "hand_over_result")
    assert results.read_results(p.case_id, p.me)
    p.act("employee", "object_to_result", alasan_keberatan="Belum dihitung semua")
    objection = p.child("objection")
    p.skip(objection)
    p.act("reviewer", "hold_hearing", objection, tanggal_sidang="2026-03-03", risalah="Didengar")
    p.act("reviewer", "confirm_result", objection, pertimbangan_putusan="Perhitungan sudah lengkap")
    p.act("employee", "acknowledge_decision")
    p.act("hr", "close_appraisal")


def _rakumpit(p: Practice) -> None:
    p.plan()
    p.act("employee", "propose_plan")
    p.act("assessor", "put_plan_in_force")
    p.reach()
    give_feedback(p.case_id, p.who("reviewer"), {"kind": "recognition", "text": "Terima kasih"})
    peers = [str(p.cast[peer]) for peer in PEERS]
    p.act("employee", "name_peers", rekan_usulan=peers, pernyataan_benar=True)
    p.act("assessor", "settle_peers", rekan_ditetapkan=peers)
    said = dict.fromkeys(("kolaborasi_tim", "penyelesaian_konflik"), "konsisten")
    for peer in PEERS:
        p.answer(peer, "umpan_balik_360", **said)
    p.skip()
    p.answer("assessor", "umpan_balik_360", **said)
    words: dict[str, Any] = {"kekuatan": "Ramah dan cekatan", "kelemahan": "Kurang berbagi tugas"}
    p.act("assessor", "rate_with_feedback", **words, inovasi=False)
    talk: dict[str, Any] = {"tanggal_dialog": "2026-03-03", "ringkasan_dialog": "Dibahas bersama"}
    p.act("assessor", "hold_dialogue", **talk)
    assert results.read_results(p.case_id, p.me)
    p.act("employee", "confirm_receipt")
    p.skip()
    p.act("reviewer", "seal_result")
    award = p.child("recognition")
    p.act("assessor", "describe_merit", award, uraian_jasa="Menata loket dengan baik")


COURSES = {"nasional": _nasional, "rakumpit": _rakumpit}


def _seen_by_all(world: World) -> str:
    """What every list and report of the agency says, to everybody real."""
    said: list[Any] = [reports.cycles()]
    for actor in world.actors.values():
        said += [tasks.my_tasks(actor), teams.team(actor), recognitions_of(actor)]
        said += [
            briefing.briefing_for(world.cycle_id, actor),
            questions.questions(world.cycle_id, actor),
        ]
        for case_id in world.cases.values():
            said += [offers(case_id, actor)]
            # Whoever may not know of the case hears that there is none.
            with suppress(NotFound):
                said += [feedback_for(case_id, actor), notes.mine(case_id, actor)]
    said.append(reach.reach(world.cycle_id, world.actors["officer"]))
    return repr(said)


@pytest.mark.parametrize("key", COURSES)
def test_one_person_practises_a_whole_appraisal_and_nobody_sees_any_of_it(
    shipped: Any, key: str
) -> None:
    world = shipped(key)
    before, outbox = _seen_by_all(world), table("outbox")
    p = Practice.begun(world)
    COURSES[key](p)
    [closed] = rows(Case, id=p.case_id)
    assert closed.closed_at is not None
    assert _seen_by_all(world) == before
    assert table("outbox") == outbox
    assert not [*verify_history(world.agency_id)]
    real = set(world.people.values()) - {p.me.person_id}
    theirs = {c.id for c in rows(Case, cycle_id=closed.cycle_id)}
    taking = {row["person_id"] for row in table("participants") if row["case_id"] in theirs}
    assert taking and not taking & real
    owners = {f.owner_id for f in rows(FollowUp) if f.case_id in theirs}
    assert not owners & real


def test_time_falls_due_in_practice_and_still_nobody_hears(shipped: Any) -> None:
    world = shipped("nasional")
    p = Practice.begun(world)
    p.plan()
    p.act("employee", "submit_skp")
    heard = {row["case_id"] for row in table("outbox")}
    with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
        tick()
    assert [row for row in rows(Deadline, case_id=p.case_id) if row.fired_at]
    assert p.case_id not in heard | {row["case_id"] for row in table("outbox")}


def test_it_begins_again_from_zero_and_the_newest_is_the_present_one(books: Books) -> None:
    world, sari = books.world, books.who("sari")
    assert practice.current(world.cycle_id, sari) is None
    first = Practice.begun(world)
    first.plan()
    second = practice.start(world.cycle_id, sari)
    assert practice.current(world.cycle_id, sari) == second != first.case_id
    assert practice.current(world.cycle_id, books.who("tia")) is None
    assert not [row for row in table("plan_items") if row["case_id"] == second]
    for _ in range(practice.MOST_STARTS - 2):
        practice.start(world.cycle_id, sari)
    with pytest.raises(Refused):
        practice.start(world.cycle_id, sari)


def test_what_somebody_practises_is_there_for_nobody_else(books: Books) -> None:
    p = Practice.begun(books.world)
    p.plan()
    stranger = Practice.begun(books.world, "tia")
    others = [books.who(name) for name in ("chief", "head", "officer", "tia")]
    for actor in [*others, stranger.who("assessor"), stranger.who("hr")]:
        for look in (feedback_for, notes.mine, teams.people_of, practice.personas, practice.skip):
            with pytest.raises(NotFound):
                look(p.case_id, actor)
        with pytest.raises(NotFound):
            act(p.case_id, actor, Act("submit_plan"))
        with pytest.raises(NotFound):
            offers(p.case_id, actor)
        with pytest.raises(NotFound):
            results.read_results(p.case_id, actor)
        with pytest.raises(NotFound):
            practice.actor_as(p.case_id, actor, p.cast["assessor"])


@pytest.mark.parametrize("part", ["assessor", "hr"])
def test_a_persona_does_nothing_outside_its_practice(books: Books, part: str) -> None:
    books.plan("sari")
    books.world.act("sari", "submit_plan", "sari")
    persona = Practice.begun(books.world).who(part)
    before = digest_of_tables()
    world, real = books.world, books.case("sari")
    template = table("template_versions")[0]["id"]
    with pytest.raises(NotFound):
        act(real, persona, Act("approve_plan"))
    for forbidden in (
        lambda: cycles.launch(world.cycle_id, persona, [world.people["uli"]]),
        lambda: templates.publish("key: x", persona),
        lambda: cycles.open_cycle(template, persona, cycles.CyclePlan(2026, "Lagi", {})),
        lambda: reach.reach(world.cycle_id, persona),
    ):
        with pytest.raises(Forbidden):
            forbidden()
    for hidden in (
        lambda: feedback_for(real, persona),
        lambda: briefing.briefing_for(world.cycle_id, persona),
        lambda: practice.start(world.cycle_id, persona),
        lambda: organisations.actor_for(world.agency_id, persona.person_id or UUID(int=0)),
    ):
        with pytest.raises(NotFound):
            hidden()
    assert tasks.my_tasks(persona) == tasks.Tasks((), ())
    assert teams.team(persona) == ()
    assert digest_of_tables() == before


def test_practice_and_personas_are_no_part_of_the_agency(books: Books) -> None:
    p = Practice.begun(books.world)
    officer, sari = books.who("officer"), books.case("sari")
    books.start("sari")
    [twin] = [row for row in rows(Cycle) if row.practice_of]
    with pytest.raises(NotFound):
        cycles.launch(twin.id, officer, [books.world.people["uli"]])
    for look in (briefing.briefing_for, questions.questions, practice.start, practice.current):
        with pytest.raises(NotFound):
            look(twin.id, officer)
    launched = cycles.launch(books.world.cycle_id, officer, p.cast.values())
    assert {b.rule for b in launched.refused.values()} == {"no_such_person"}
    peers = [str(p.cast[peer]) for peer in PEERS]
    with pytest.raises(Refused) as refused:
        books.world.act("chief", "ask_peers", "sari", peers=peers)
    assert "nominees_eligible" in {b.rule for b in refused.value.blockers}
    with pytest.raises(NotFound):
        practice.skip(sari, books.who("sari"))
    with pytest.raises(NotFound):
        practice.actor_as(sari, books.who("sari"), p.cast["assessor"])


def test_nobody_links_a_plan_to_what_a_superior_practised_with(books: Books) -> None:
    p = Practice.begun(books.world, "chief")
    p.plan()
    books.plan("sari")
    [own] = [row for row in table("plan_items") if row["case_id"] == books.case("sari")]
    link = {"superior_item_id": p.item}
    with pytest.raises(Exception, match="not_superiors_item"):
        plans.link_item(books.case("sari"), books.who("sari"), own["id"], link)


def test_real_people_are_no_personas_and_another_agency_has_its_own(books: Books) -> None:
    p = Practice.begun(books.world)
    with pytest.raises(NotFound):
        practice.actor_as(p.case_id, p.me, books.world.people["chief"])
    with pytest.raises(NotFound):
        practice.start(books.world.cycle_id, books.other.actors["sari"])
    theirs = Practice.begun(books.other)
    assert not set(theirs.cast.values()) & set(p.cast.values())
    with pytest.raises(NotFound):
        practice.actor_as(p.case_id, p.me, theirs.cast["assessor"])


def test_a_closed_practice_has_nothing_to_wait_for(books: Books) -> None:
    p = Practice.begun(books.world)
    books.world.cases["latihan"] = p.case_id  # type: ignore[index]
    books.set_state("latihan", "sealed")
    with pytest.raises(Conflict):
        practice.skip(p.case_id, p.me)
