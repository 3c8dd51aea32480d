"""Plays a story in a world of its own and keeps, moment by moment, all that third readers get.

A world is a copy of a base (an agency whose appraisal is about to ask the peers), and two worlds
share their clock and their randomness (`chance.repeated`): what differs is who said what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import structlog

from kinerja_flow import clock, create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from kinerja_flow.services import (
    answers,
    notes,
    organisations,
    plans,
    practice,
    progress,
    questions,
)
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.reports import definition_of
from kinerja_flow.services.retention import set_retention
from kinerja_flow.services.substitutions import grant
from kinerja_flow.services.succession import hand_over
from kinerja_flow.services.templates import shipped_source
from tests.anonymity.chance import repeated
from tests.anonymity.rendering import rendered, undated
from tests.anonymity.stages import Journal, Stage
from tests.anonymity.stories import JOINS, TAKES_OVER, TURN, Round, Story
from tests.builders import indicators_of, item
from tests.conftest import UNLIMITED
from tests.engine.world import LONG_AGO, START, World, build

DAY = timedelta(days=1)
#: Third readers of every kind, among them substitutes; the two raters of a story are left out.
READERS = ("sari", "chief", "head", "officer", "tia", "vina", "secretary", "foreign")
#: Who stands in for whom: the one of them may be a rater, and is then no substitute.
SUBSTITUTES = {"chief": "secretary", "head": "vina"}
#: The moments at which everybody looks at everything; before the first answer worlds are one.
MOMENTS = ("answered", "released", "delivered", "late")
_ORDER = ("asked", "before", "after", "answered", "released", "late", "delivered")
_SETTINGS: dict[str, dict[str, Any]] = {"nasional": {"evaluasi_periodik_minimal": 0}}
_TIM = Path(__file__).parents[1] / "templates" / "tim.yaml"


# --- The base: an appraisal that is about to ask the peers ---------------------------------------


def joined() -> str:
    """The assessor team's template with subordinates who join the partners where they are few."""
    source = _TIM.read_text("utf-8")
    of_one = "{release_answers: {instrument: masukan, by: subordinate}}, "
    for old, new in (
        ("min_count: 3, pool: subordinates", "min_count: 3, rolls_up_to: other_unit"),
        ("min_count: 3, pool: other_units", "min_count: 3"),
        (", pool: other_units", ""),
        (", pool: other_units", ""),
        (of_one, ""),
        ("by: other_unit}}]", "by: [subordinate, other_unit]}}]"),
        (
            "subordinate: 25, other_unit: 25}, minimum: {subordinate: 3, ",
            "other_unit: 50}, minimum: {",
        ),
    ):
        assert old in source, old
        source = source.replace(old, new, 1)
    return source


def lay_base(template: str) -> World:
    """In the database at hand: the year of sari up to the round of peers, and another agency."""
    with repeated(1), clock.at(START):
        source = joined() if template == "tim" else shipped_source(template)
        first = START.date()
        windows = ("planning", "rating") if template == "tim" else ("planning", "running", "rating")
        spans = {name: (first, first + 120 * DAY) for name in windows}
        world = build(source, spans=spans, settings=_SETTINGS.get(template))
        # Keys of repeated requests outlive the story, so that what they tell is looked at.
        set_retention(world.actors["officer"], {"what": "idempotency_keys", "days": 36_500})
        other = build(key="lain", of=())
        _beside(world)
        item_id = plans.put_item(world.case("sari"), world.actors["sari"], item())
        _BEFORE[template](world)
        entry = {"indicator": indicators_of(item_id)[0], "day": str(first), "reached": "2"}
        progress.record_realisation(world.case("sari"), world.actors["sari"], entry)
        _TO_THE_ROUND[template](world, item_id)
    cast(dict[str, Any], world.actors)["foreign"] = other.actors["officer"]
    return world


def _beside(world: World) -> None:
    """What stands beside an appraisal: substitutes, a private note, a question, practice."""
    days = {"from_on": str(START.date()), "until_on": str(START.date() + 300 * DAY)}
    for absent, by in SUBSTITUTES.items():
        who = {"absent": str(world.people[absent]), "by": str(world.people[by])}
        grant(world.actors["officer"], {**who, **days, "kind": "plh", "ground": "Cuti"})
    organisations.grant_role(world.agency_id, world.people["regent"], "auditor", LONG_AGO)
    notes.add(world.case("sari"), world.actors["chief"], {"text": "Rajin"})
    asked = {"text": "Siapa rekan saya?", "is_named": False}
    questions.ask(world.cycle_id, world.actors["tia"], asked)
    practice.start(world.cycle_id, world.actors["sari"])


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


def _tim_planned(world: World) -> None:
    world.act("sari", "submit_plan")
    world.act("chief", "approve_plan")


def _tim_done(_world: World, _item_id: Any) -> None:
    """Whoever is to be asked is named in the story."""


_BEFORE: Mapping[str, Callable[[World], None]] = {
    "rakumpit": _rakumpit_planned,
    "nasional": _nasional_planned,
    "tim": _tim_planned,
}
_TO_THE_ROUND: Mapping[str, Callable[[World, Any], None]] = {
    "rakumpit": _rakumpit_done,
    "nasional": _nasional_done,
    "tim": _tim_done,
}


# --- A story in a copy of the base ---------------------------------------------------------------


@contextmanager
def _stage(url: str, base: World, story: Story, readers: Sequence[str]) -> Iterator[Stage]:
    app = create_app(Settings(database_url=url, secret_key="0" * 64, **UNLIMITED))
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

    A moment is named in full, or by the word that it begins with ("before", "after" an answer);
    behind the last one of them the story is not played on, without any it is to its end.
    """
    with _stage(url, base, story, readers) as stage, structlog.testing.capture_logs() as log:
        last = max((_ORDER.index(word) for word in moments), default=len(_ORDER))
        for moment in _played(stage, story):
            word = moment.split()[0]
            if _ORDER.index(word) > last:
                break
            if word in moments:
                stage.look(moment)
            stage.journal["log", moment, ""] = rendered(map(undated, log))
    return stage.journal


def _played(stage: Stage, story: Story) -> Iterator[str]:
    _ask(stage, story.first)
    yield "asked"
    yield from _answered(stage, story, story.first)
    yield "answered"
    if story.hands_over:
        _hand_over(stage)
    stage.until(stage.now + 20 * DAY)
    yield "released"
    if story.late is not None:
        _ask(stage, story.late)
        for _ in _answered(stage, story, story.late):
            pass
        stage.until(stage.now + 20 * DAY)
        yield "late"
    _DELIVER[stage.definition.key](stage)
    yield "delivered"


def _hand_over(stage: Stage) -> None:
    """Somebody else assesses from now on, before what was answered is released."""
    people = stage.world.people
    with clock.at(stage.now):
        officer = stage.world.actors["officer"]
        done = hand_over(officer, people[stage.assessor], people[TAKES_OVER], "mutasi")
    assert done.handed == [stage.world.case("sari")]
    stage.assessor = TAKES_OVER


def _ask(stage: Stage, first: Round) -> None:
    people = {name: str(stage.world.people[name]) for name in first.raters}
    if stage.definition.key == "nasional":
        stage.act(stage.assessor, "ask_peer_feedback", rekan=[*people.values()])
    elif stage.definition.key == "rakumpit":
        stage.act("sari", "name_peers", rekan_usulan=[*people.values()], pernyataan_benar=True)
        stage.act("chief", "settle_peers", rekan_ditetapkan=[*people.values()])
    else:
        below = [people[name] for name in first.below]
        partners = [person for name, person in people.items() if name not in first.below]
        stage.act("sari", "name_partners", mitra=partners)
        stage.act("chief", "settle_partners", mitra_ditetapkan=partners)
        stage.act("officer", "gather", bawahan=below)


def _answered(stage: Stage, story: Story, of: Round) -> Iterator[str]:
    start = stage.now
    for day in range(1, 7):
        stage.until(start + day * DAY)
        for number, who in enumerate(of.said):
            stage.now = start + day * DAY + timedelta(minutes=number)
            has_left = of is story.first and who in story.gone and day > TURN
            if of.said[who].levels and day in of.days[who] and not has_left:
                yield f"before {day} {who}"
                stage.rate(who, of.said[who], is_draft=day != of.days[who][-1])
                yield f"after {day} {who}"
        if day == TURN and of is story.first:
            _turn(stage, story)


#: How somebody declines.
_DECLINE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "rakumpit": ("decline_to_answer", {"alasan_tidak_bersedia": "Cuti"}),
    "tim": ("decline_partner", {}),
}


def _turn(stage: Stage, story: Story) -> None:
    """One declines and an officer acts, by requests that may be sent again; one is replaced."""
    template = stage.definition.key
    if story.declines is not None:
        _request(stage, story.declines, *_DECLINE[template])
    if template == "rakumpit":
        until = str(START.date() + 130 * DAY)
        said = {"sampai_tanggal": until, "alasan_perpanjangan": "Banyak rekan cuti"}
        _request(stage, "officer", "move_rating_end", said)
    if story.leaves is not None:
        people = stage.world.people
        trade = {"rekan_keluar": str(people[story.leaves]), "rekan_masuk": str(people[JOINS])}
        if template == "nasional":
            stage.act("chief", "replace_peer", **trade, alasan_penggantian="Cuti")
        else:
            stage.act("chief", "swap_peer", **trade)


def _request(stage: Stage, who: str, action: str, said: Mapping[str, str]) -> None:
    with clock.at(stage.now):
        request = Act(action, said, key=f"{action}-{who}"[:40])
        act(stage.world.case("sari"), stage.world.actors[who], request)


def _rated(stage: Stage) -> None:
    """The assessor answers what the peers were asked."""
    asked = [c.key for c in stage.instrument.criteria if not c.applies_to]
    given = {key: {"value": stage.scale()[2]} for key in asked}
    stage.answer(stage.assessor, stage.instrument.key, given)


def _deliver_rakumpit(stage: Stage) -> None:
    _rated(stage)
    said = {"kekuatan": "Ramah dan cekatan", "kelemahan": "Kurang berbagi", "inovasi": False}
    stage.act(stage.assessor, "rate_with_feedback", **said)
    day = {"tanggal_dialog": str(stage.now.date()), "ringkasan_dialog": "Dibahas"}
    stage.act(stage.assessor, "hold_dialogue", **day)


def _deliver_nasional(stage: Stage) -> None:
    asked = stage.definition.instruments["perilaku_berakhlak"]
    given = {c.key: {"value": "sesuai"} for c in asked.criteria}
    stage.answer(stage.assessor, asked.key, given)
    stage.act(stage.assessor, "rate_employee", hasil_kerja="sesuai", perilaku="sesuai")
    stage.act(stage.assessor, "hand_over_result")


def _deliver_tim(stage: Stage) -> None:
    """The team judges; whoever declined to answer leads it, and three raters are of it."""
    people = {name: str(person) for name, person in stage.world.people.items()}
    members = [people[name] for name in ("regent", "tia", "vina")]
    stage.act("officer", "form_team", ketua=people["secretary"], anggota=members)
    _rated(stage)
    stage.answer("sari", "refleksi", {"kekuatan_diri": {"value": "4"}})
    for who in ("regent", "tia", "vina"):
        given = {"integritas": {"value": "4"}, "teknis": {"value": "3"}}
        stage.answer(who, "kompetensi", given)
    present = [people["secretary"], *members]
    said = {"hadir": present, "jenjang_tim": "memadai", "alasan_tim": "Disepakati"}
    stage.act("secretary", "judge", **said)


_DELIVER: Mapping[str, Callable[[Stage], None]] = {
    "rakumpit": _deliver_rakumpit,
    "nasional": _deliver_nasional,
    "tim": _deliver_tim,
}
