"""Nobody reaches another agency, or leaves their practice, whichever service they ask.

The table calls every service that takes an actor with the ids of an agency that is not the
actor's: each is refused, or finds nothing, and nothing is changed. A service that is added and
is not in the table fails the test.
"""

from __future__ import annotations

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from kinerja_flow import services
from kinerja_flow.config import Settings
from kinerja_flow.db import transaction
from kinerja_flow.errors import Forbidden, NotFound, Problem
from kinerja_flow.files import Files, Upload
from kinerja_flow.models import Account
from kinerja_flow.policy import Actor
from kinerja_flow.services import (
    absences,
    account_events,
    accounts,
    activation,
    answers,
    assessors,
    briefing,
    candidates,
    case_history,
    case_list,
    cases,
    closing,
    competencies,
    complaints,
    contradictions,
    credits,
    cycle_forms,
    cycle_list,
    cycles,
    directory,
    document,
    evidence,
    exhibits,
    exports,
    feedback,
    follow_ups,
    hand_over_forms,
    history_search,
    inbox,
    learning,
    measured_plans,
    measurements,
    my_data,
    notes,
    objections,
    observations,
    placements,
    places,
    plan_reading,
    plans,
    practice,
    progress,
    progress_reading,
    questions,
    reach,
    readings,
    redactions,
    released,
    reports,
    results,
    retention,
    run_reading,
    running,
    runs,
    segment_list,
    segments,
    service_tokens,
    session_list,
    sessions,
    slips,
    steps,
    substitutions,
    succession,
    survey_closing,
    survey_figures,
    survey_import,
    survey_sheets,
    surveys,
    tasks,
    teams,
    template_list,
    templates,
    trainings,
    unit_ratings,
    unit_standings,
    webhook_deliveries,
    webhook_events,
    webhooks,
    why,
)
from kinerja_flow.services.cases import Act
from kinerja_flow.services.remarks import Remarks
from tests.builders import Books, activity, digest_of_tables, item, table
from tests.builders import books as books
from tests.engine.world import SMALL

pytestmark = pytest.mark.slow

DAY = date(2026, 1, 20)
SURVEY = {
    "instrument": "pelayanan",
    "kind": "token",
    "opens_on": "2026-01-20",
    "closes_on": "2026-02-20",
}
PLANNED = {"title": "Kursus", "due_on": "2026-12-01"}
TOKEN = {"name": "Portal", "scopes": ["*:read"], "days": 1}
FILES = Files("memory://other", 1000, ("pdf",))
HOOK = {"name": "Portal", "url": "https://example.go.id/hooks", "events": ["case.moved"]}
SEALING = Settings(secret_key="a secret of the tests")
SHEET = {"answers": {"ramah": "4", "cepat": "3"}}


@dataclass(frozen=True)
class Things:
    """A row of each kind in one agency, by its id, and the people who have a part in them."""

    books: Books
    case: UUID
    cycle: UUID
    template: UUID
    sari: UUID
    chief: UUID
    head: UUID
    unit: UUID
    item: UUID
    indicator: UUID
    activity: UUID
    item_of_sari: UUID
    absence: UUID
    question: UUID
    note: UUID
    observation: UUID
    remark: UUID
    grant: UUID
    measurement: UUID
    survey: UUID
    complaint: UUID
    token: UUID
    webhook: UUID
    delivery: UUID
    session: UUID
    run: UUID


def measured(**about: Any) -> dict[str, Any]:
    usual = {"key": "lama_layanan", "at": "2026-01-19", "value": 2, "unit": "hari"}
    return {**usual, "source": "antrean", "reference": "r-1", **about}


def things_of(books: Books) -> Things:
    """Everything that somebody may name, made by the services as whoever may."""
    world, who, case = books.world, books.who, books.case("sari")
    hook = webhooks.subscribe(who("officer"), HOOK, SEALING).id
    item_id, indicator_id = books.start("sari")
    webhook_events.tell()
    officer, chief, sari = who("officer"), who("chief"), who("sari")
    unit = next(one["unit_id"] for one in table("cases") if one["id"] == case)
    entry = {**SURVEY, "unit": unit}
    people = {name: str(person) for name, person in world.people.items()}
    away = {"person": people["tia"], "kind": "cuti", "from_on": "2026-02-01"}
    days = {"from_on": "2026-02-01", "until_on": "2026-02-03"}
    grant = {"absent": people["head"], "by": people["secretary"], "kind": "plh", **days}
    seen = {"day": "2026-01-19", "text": "Melayani dengan ramah"}
    upload = survey_import.Upload(b"received_on,text\n2026-01-19,Loket tutup\n")
    survey_import.import_complaints(world.cycle_id, officer, upload, unit_id=unit)
    [complaint] = complaints.complaints_for(officer)
    report = measurements.record(officer, [measured(person=people["sari"])])
    return Things(
        books,
        case=case,
        cycle=world.cycle_id,
        template=templates.publish(SMALL.read_text(encoding="utf-8"), officer),
        **{name: world.people[name] for name in ("sari", "chief", "head")},
        unit=unit,
        item=item_id,
        indicator=indicator_id,
        activity=progress.add_activity(case, sari, activity()),
        item_of_sari=item_id,
        absence=absences.add(officer, away),
        question=questions.ask(world.cycle_id, sari, {"text": "Kapan?"}),
        note=notes.add(case, chief, {"text": "Rahasia"}),
        observation=observations.observe(case, chief, seen),
        remark=feedback.give_feedback(case, chief, {"kind": "strength", "text": "Rapi"}),
        grant=substitutions.grant(officer, grant),
        measurement=report.ids[0],
        survey=surveys.open_survey(world.cycle_id, officer, entry).id,
        complaint=complaint.id,
        token=service_tokens.issue(who("sari"), TOKEN).id,
        webhook=hook,
        delivery=webhook_deliveries.deliveries(officer, hook)[0].id,
        session=signed_in(world.agency_id, world.people["sari"]),
        run=runs.prepare(officer, "remind", {"cases": [case]}),
    )


def signed_in(agency_id: int, person_id: UUID) -> UUID:
    """An account of a person, with a session."""
    with transaction() as session:
        account = Account(agency_id=agency_id, person_id=person_id)
        session.add(account)
        session.flush()
        secret = sessions.begun(session, account, sessions.Device("", ""), is_whole=True)
    found = sessions.recognised(secret, Settings())
    assert found is not None
    return found.id


Call = Callable[[Actor, Things], object]
ON_CASE: dict[str, Call] = {
    "answers.answer": lambda a, t: answers.answer(
        t.case, a, answers.Answers("kolaborasi", {"kerja_sama": {"value": 4}}, understood=True)
    ),
    "answers.my_sheet": lambda a, t: answers.my_sheet(t.case, a, "kolaborasi"),
    "assessors.assessors_of": lambda a, t: assessors.assessors_of(t.case, a),
    "candidates.candidates": lambda a, t: candidates.candidates(t.case, a, "peer"),
    "case_history.history_of": lambda a, t: case_history.history_of(t.case, a),
    "cases.act": lambda a, t: cases.act(t.case, a, Act("ask_peers")),
    "cases.act_all": lambda a, t: _each(cases.act_all([t.case], a, Act("submit_plan"))),
    "cases.offers": lambda a, t: cases.offers(t.case, a),
    "closing.closing_assessments": lambda a, t: closing.closing_assessments(t.case, a),
    "contradictions.answer_contradiction": lambda a, t: contradictions.answer_contradiction(
        t.case, a, {"indicator": str(t.indicator), "source": "antrean", "reason": "Lebih pasti"}
    ),
    "evidence.attach_file": lambda a, t: evidence.attach_file(
        t.case, a, {"item": t.item}, Upload("a.pdf", io.BytesIO(b"%PDF-1.7")), FILES
    ),
    "evidence.show_file": lambda a, t: evidence.show_file(
        t.case, a, {"shows": "Dialog"}, Upload("a.pdf", io.BytesIO(b"%PDF-1.7")), FILES
    ),
    "evidence.evidence_for": lambda a, t: evidence.evidence_for(t.case, a),
    "evidence.evidence_file": lambda a, t: evidence.evidence_file(t.case, a, t.item, FILES),
    "evidence.exhibit_file": lambda a, t: evidence.exhibit_file(t.case, a, t.item, FILES),
    "exhibits.exhibits_for": lambda a, t: exhibits.exhibits_for(t.case, a),
    "exhibits.show_exhibit": lambda a, t: exhibits.show_exhibit(
        t.case, a, {"name": "Notulen", "link": "https://example.go.id/n", "shows": "Dialog"}
    ),
    "exhibits.withdraw_exhibit": lambda a, t: exhibits.withdraw_exhibit(t.case, a, t.item),
    "feedback.give_feedback": lambda a, t: feedback.give_feedback(
        t.case, a, {"kind": "strength", "text": "Rapi", "item": str(t.item)}
    ),
    "feedback.feedback_for": lambda a, t: feedback.feedback_for(t.case, a),
    "measured_plans.measurements_for": lambda a, t: measured_plans.measurements_for(t.case, a),
    "measured_plans.objective_share": lambda a, t: measured_plans.objective_share(t.case, a),
    "notes.add": lambda a, t: notes.add(t.case, a, {"text": "Rahasia"}),
    "notes.correct": lambda a, t: notes.correct(t.case, a, t.note, {"text": "Lain"}, 1),
    "notes.mine": lambda a, t: notes.mine(t.case, a),
    "objections.objection": lambda a, t: objections.objection(t.case, a),
    "observations.observe": lambda a, t: observations.observe(
        t.case, a, {"day": "2026-01-19", "text": "Melayani"}
    ),
    "observations.correct_observation": lambda a, t: observations.correct_observation(
        t.case, a, t.observation, {"day": "2026-01-19", "text": "Lain"}, 1
    ),
    "observations.observations_for": lambda a, t: observations.observations_for(t.case, a),
    "placements.placements": lambda a, t: placements.placements(t.case, a),
    "plan_reading.above": lambda a, t: plan_reading.above(t.case, a),
    "plan_reading.plan_for": lambda a, t: plan_reading.plan_for(t.case, a),
    "progress_reading.activities_for": lambda a, t: progress_reading.activities_for(t.case, a),
    "progress_reading.realisations_for": lambda a, t: progress_reading.realisations_for(t.case, a),
    "progress_reading.steps_for": lambda a, t: progress_reading.steps_for(t.case, a),
    "plans.put_item": lambda a, t: plans.put_item(t.case, a, item()),
    "plans.remove_item": lambda a, t: plans.remove_item(t.case, a, t.item),
    "plans.link_item": lambda a, t: plans.link_item(t.case, a, t.item, {"superior_text": "S"}),
    "plans.put_note": lambda a, t: plans.put_note(
        t.case, a, {"section": "resources", "text": "Komputer"}
    ),
    "plans.remove_note": lambda a, t: plans.remove_note(t.case, a, t.item),
    "practice.personas": lambda a, t: practice.personas(t.case, a),
    "practice.actor_as": lambda a, t: practice.actor_as(t.case, a, t.sari),
    "practice.skip": lambda a, t: practice.skip(t.case, a),
    "progress.add_step": lambda a, t: progress.add_step(
        t.case, a, {"item": t.item, "title": "Menyusun", "target": "1 Laporan"}
    ),
    "progress.add_activity": lambda a, t: progress.add_activity(t.case, a, activity()),
    "progress.correct_activity": lambda a, t: progress.correct_activity(
        t.case, a, t.activity, activity(), 1
    ),
    "progress.record_realisation": lambda a, t: progress.record_realisation(
        t.case, a, {"indicator": t.indicator, "day": "2026-01-20", "reached": "2 Dokumen"}
    ),
    "progress.attach_evidence": lambda a, t: progress.attach_evidence(
        t.case, a, {"item": t.item, "name": "Berkas"}
    ),
    "document.document": lambda a, t: document.document(t.case, a),
    "readings.readings_of": lambda a, t: readings.readings_of(t.case, a),
    "released.released_answers": lambda a, t: released.released_answers(t.case, a),
    "results.read_results": lambda a, t: results.read_results(t.case, a),
    "running.running_score": lambda a, t: running.running_score(t.case, a),
    "segments.split": lambda a, t: segments.split(t.case, a, DAY),
    "steps.add": lambda a, t: steps.add(t.case, a, PLANNED),
    "steps.correct": lambda a, t: steps.correct(t.case, a, t.activity, PLANNED, 1),
    "steps.drop": lambda a, t: steps.drop(t.case, a, t.activity, {"reason": "Batal"}, 1),
    "steps.finish": lambda a, t: steps.finish(t.case, a, t.activity, {"outcome": "Selesai"}, 1),
    "steps.remove": lambda a, t: steps.remove(t.case, a, t.activity, 1),
    "steps.steps_of": lambda a, t: steps.steps_of(t.case, a),
    "case_list.one_case": lambda a, t: case_list.one_case(t.case, a),
    "teams.people_of": lambda a, t: teams.people_of(t.case, a),
    "trainings.training_needs": lambda a, t: trainings.training_needs(t.case, a),
    "why.why": lambda a, t: why.why(t.case, a, t.sari, "action", "submit_plan"),
}
ELSEWHERE: dict[str, Call] = {
    "accounts.forget_second_step": lambda a, t: accounts.forget_second_step(a, t.sari),
    "accounts.set_email": lambda a, t: accounts.set_email(a, t.sari, {"email": "s@contoh.go.id"}),
    "accounts.switch": lambda a, t: accounts.switch(a, t.sari, is_active=False),
    "activation.issue": lambda a, t: activation.issue(a, t.sari, Settings()),
    "activation.issue_for_unit": lambda a, t: activation.issue_for_unit(a, t.unit, Settings()),
    "reports.course_of": lambda a, t: reports.course_of(t.cycle, a),
    "sessions.revoke": lambda a, t: sessions.revoke(a, t.session),
    "slips.issue_asked": lambda a, t: slips.issue_asked(a, {"unit": str(t.unit)}, Settings()),
    "slips.units_for": lambda a, t: [one for one in slips.units_for(a) if one[0] == t.unit],
    "account_events.events_of": lambda a, t: account_events.events_of(a, t.sari),
    "absences.add": lambda a, t: absences.add(
        a, {"person": str(t.sari), "kind": "cuti", "from_on": "2026-02-01"}
    ),
    "absences.listed": lambda a, t: absences.listed(a, t.sari),
    "absences.remove": lambda a, t: absences.remove(a, t.absence),
    "assessors.assessed_on": lambda a, t: assessors.assessed_on(a, t.sari, DAY),
    "assessors.assessing_on": lambda a, t: assessors.assessing_on(a, t.chief, DAY),
    "briefing.briefing_for": lambda a, t: briefing.briefing_for(t.cycle, a),
    "briefing.acknowledge": lambda a, t: briefing.acknowledge(t.cycle, a, "employee", "0" * 64),
    "competencies.competencies_of_unit": lambda a, t: competencies.competencies_of_unit(
        t.cycle, t.unit, a
    ),
    "learning.learning": lambda a, t: learning.learning(t.cycle, t.unit, a),
    "case_list.as_told": lambda a, t: (
        case_list.as_told(Forbidden.of("not_your_part", "case", by="hr"), t.case, a).status == 403
    ),
    "case_list.cases_for": lambda a, t: [
        one for one in case_list.cases_for(a, case_list.Filter()) if one.id == t.case
    ],
    "complaints.complaints_for": lambda a, t: complaints.complaints_for(a),
    "complaints.answer_complaint": lambda a, t: complaints.answer_complaint(
        t.complaint, a, "Sudah dibuka"
    ),
    "credits.enter_balance": lambda a, t: credits.enter_balance(
        a,
        {
            "person": str(t.sari),
            "level": "ahli_pertama",
            "value": "18.75",
            "day": "2025-12-31",
            "basis": "PAK",
        },
    ),
    "credits.credit_of": lambda a, t: credits.credit_of(a, t.sari),
    "cycles.open_cycle": lambda a, t: cycles.open_cycle(
        t.template,
        a,
        cycles.CyclePlan(
            2027,
            "2027",
            dict.fromkeys(("planning", "rating"), (date(2027, 1, 1), date(2027, 2, 1))),
        ),
    ),
    "cycle_forms.launch_by": lambda a, t: cycle_forms.launch_by(
        t.cycle, a, {"people": [str(t.chief)]}
    ),
    "cycle_forms.open_by": lambda a, t: cycle_forms.open_by(
        a,
        {
            "template": str(t.template),
            "name": "2028",
            "year": 2028,
            "windows": {name: ["2028-01-01", "2028-02-01"] for name in ("planning", "rating")},
        },
    ),
    "cycle_list.cycles_for": lambda a, t: [
        one for one in cycle_list.cycles_for(a) if one.id == t.cycle
    ],
    "cycle_list.one_cycle": lambda a, t: cycle_list.one_cycle(t.cycle, a),
    "cycles.launch": lambda a, t: cycles.launch(t.cycle, a, [t.chief]),
    "directory.people_for": lambda a, t: [
        one for one in directory.people_for(a, directory.Sought("sari")) if one.id == t.sari
    ],
    "directory.names_by_id": lambda a, t: directory.names_by_id(a, [t.sari]),
    "history_search.search": lambda a, t: history_search.search(
        a, history_search.Sought(DAY.year, case_id=t.case)
    ),
    "history_search.export": lambda a, t: history_search.export(
        a, history_search.Sought(DAY.year, subject_id=t.sari), "csv", io.BytesIO()
    ),
    "session_list.end_session": lambda a, t: session_list.end_session(a, t.session),
    "session_list.sessions_of_agency": lambda a, t: [
        one for one in session_list.sessions_of_agency(a, Settings()) if one.id == t.session
    ],
    "directory.person_for": lambda a, t: directory.person_for(t.sari, a),
    "exports.export": lambda a, t: exports.export(
        t.cycle, a, exports.Wanted("plans"), io.BytesIO()
    ),
    "feedback.recognitions_of": lambda a, t: feedback.recognitions_of(a),
    "follow_ups.counts": lambda a, t: follow_ups.counts(t.cycle, a),
    "follow_ups.mine": lambda a, t: follow_ups.mine(a),
    "follow_ups.of_agency": lambda a, t: follow_ups.of_agency(t.cycle, a),
    "hand_over_forms.hand_over_by": lambda a, t: hand_over_forms.hand_over_by(
        a,
        {
            "from": str(t.chief),
            "to": str(t.head),
            "ground": "mutasi",
            "cases": [str(t.case)],
        },
    ),
    "inbox.notifications_for": lambda a, t: _not_here(inbox.notifications_for(a), t),
    "measurements.record": lambda a, t: _each(
        measurements.record(
            a,
            [
                measured(person=str(t.sari), reference="r-2"),
                measured(work_unit=str(t.unit), reference="r-3"),
                measured(person=str(t.sari)),
            ],
        ).refused
    ),
    "measurements.correct": lambda a, t: measurements.correct(a, t.measurement, 3, "wrong_value"),
    "places.posts_for": lambda a, t: places.posts_for(a, t.unit),
    "places.unit_for": lambda a, t: places.unit_for(t.unit, a),
    "places.units_for": lambda a, t: [one for one in places.units_for(a) if one.id == t.unit],
    "practice.start": lambda a, t: practice.start(t.cycle, a),
    "practice.current": lambda a, t: practice.current(t.cycle, a),
    "questions.ask": lambda a, t: questions.ask(t.cycle, a, {"text": "Kapan?"}),
    "questions.answer_question": lambda a, t: questions.answer_question(
        t.question, a, {"text": "Besok"}
    ),
    "questions.questions": lambda a, t: questions.questions(t.cycle, a),
    "reach.reach": lambda a, t: reach.reach(t.cycle, a),
    "redactions.redact": lambda a, t: redactions.redact(
        a,
        {"place": "feedback", "row": str(t.remark), "field": "text", "ground": "requested"},
    ),
    "retention.retentions": lambda a, t: _owned(retention.retentions(a)),
    "retention.set_retention": lambda a, t: retention.set_retention(
        a, {"what": "history", "days": 1}
    ),
    "my_data.my_data": lambda a, t: _not_about(my_data.my_data, a, t),
    "my_data.my_archive": lambda a, t: _not_about(partial(my_data.my_archive, files=FILES), a, t),
    "my_data.data_by_letter": lambda a, t: my_data.data_by_letter(a, t.sari, io.BytesIO()),
    "segment_list.segments_of": lambda a, t: segment_list.segments_of(a, t.sari, t.cycle),
    "segments.move": lambda a, t: segments.move(a, t.sari, t.cycle, DAY),
    "substitutions.grant": lambda a, t: substitutions.grant(
        a,
        {
            "absent": str(a.person_id or t.head),
            "by": str(t.chief),
            "kind": "plh",
            "from_on": "2026-03-01",
            "until_on": "2026-03-02",
        },
    ),
    "substitutions.revoke": lambda a, t: substitutions.revoke(a, t.grant),
    "substitutions.substitutions_of": lambda a, t: (
        substitutions.substitutions_of(a),
        substitutions.substitutions_of(a, after=t.grant),
    ),
    "succession.to_hand_over": lambda a, t: succession.to_hand_over(a, t.chief, t.head, "mutasi"),
    "succession.hand_over": lambda a, t: succession.hand_over(
        a, t.chief, t.head, "mutasi", [t.case]
    ),
    "survey_closing.close_survey": lambda a, t: survey_closing.close_survey(t.survey, a),
    "survey_figures.surveys_of": lambda a, t: survey_figures.surveys_of(t.cycle, a),
    "survey_figures.figures": lambda a, t: survey_figures.figures(t.survey, a),
    "survey_figures.satisfaction": lambda a, t: survey_figures.satisfaction(t.survey, a),
    "survey_import.import_sheets": lambda a, t: survey_import.import_sheets(
        t.survey, a, survey_import.Upload(b"ramah,cepat\n4,3\n")
    ),
    "survey_import.import_tallies": lambda a, t: survey_import.import_tallies(
        t.cycle,
        a,
        survey_import.Upload(b"criterion,level,count\nramah,4,20\n"),
        unit_id=t.unit,
        instrument="pelayanan",
    ),
    "survey_import.import_complaints": lambda a, t: survey_import.import_complaints(
        t.cycle,
        a,
        survey_import.Upload(b"received_on,text\n2026-01-19,Loket\n"),
        unit_id=t.unit,
    ),
    "survey_sheets.add_sheets": lambda a, t: survey_sheets.add_sheets(t.survey, a, [SHEET]),
    "surveys.open_survey": lambda a, t: surveys.open_survey(
        t.cycle, a, {**SURVEY, "unit": str(t.unit)}
    ),
    "surveys.issue_tokens": lambda a, t: surveys.issue_tokens(t.survey, a, {"count": 1}),
    "service_tokens.revoke": lambda a, t: service_tokens.revoke(a, t.token),
    "service_tokens.tokens_of": lambda a, t: [
        one for one in service_tokens.tokens_of(a) if one.id == t.token
    ],
    "webhook_deliveries.deliveries": lambda a, t: webhook_deliveries.deliveries(a, t.webhook),
    "webhook_deliveries.replay": lambda a, t: webhook_deliveries.replay(a, t.webhook, t.delivery),
    "webhooks.change": lambda a, t: webhooks.change(a, t.webhook, HOOK, SEALING),
    "webhooks.end": lambda a, t: webhooks.end(a, t.webhook),
    "webhooks.resume": lambda a, t: webhooks.resume(a, t.webhook),
    "webhooks.rotate": lambda a, t: webhooks.rotate(a, t.webhook, SEALING),
    "webhooks.webhook": lambda a, t: webhooks.webhook(a, t.webhook),
    "webhooks.webhooks_of": lambda a, t: [
        one for one in webhooks.webhooks_of(a) if one.id == t.webhook
    ],
    "tasks.my_tasks": lambda a, t: _not_here(tasks.my_tasks(a).cases, t),
    "teams.team": lambda a, t: _not_here([one.appraisal for one in teams.team(a)], t),
    "template_list.source_of": lambda a, t: template_list.source_of(t.template, a),
    "template_list.versions_for": lambda a, t: [
        one for one in template_list.versions_for(a) if one.id == t.template
    ],
    "unit_ratings.rate_unit": lambda a, t: unit_ratings.rate_unit(
        t.cycle, t.unit, a, {"level": "baik", "reason": "Capaian unit"}
    ),
    "unit_ratings.unit_ratings": lambda a, t: unit_ratings.unit_ratings(t.cycle, t.unit, a),
    "unit_standings.unit_standings": lambda a, t: unit_standings.unit_standings(t.cycle, a),
}
RUNS: dict[str, Call] = {
    "run_reading.file_of": lambda a, t: run_reading.file_of(t.run, a),
    "run_reading.one_run": lambda a, t: run_reading.one_run(t.run, a),
    "run_reading.rows_of": lambda a, t: run_reading.rows_of(t.run, a),
    "run_reading.runs_for": lambda a, t: [o for o in run_reading.runs_for(a) if o.id == t.run],
    "runs.cancel": lambda a, t: runs.cancel(t.run, a),
    "runs.prepare": lambda a, t: runs.prepare(a, "export", {"cycle": t.cycle, "table": "plans"}),
    "runs.retry": lambda a, t: runs.retry(t.run, a),
    "runs.start": lambda a, t: runs.start(t.run, a),
    "runs.try_out": lambda a, t: runs.try_out(t.run, a).would_do,
}
TABLE = {**ON_CASE, **ELSEWHERE, **RUNS}
#: Of those the ones that name a cycle, and that HR of its agency may do.
OF_CYCLE = (
    "reports.course_of",
    "briefing.briefing_for",
    "briefing.acknowledge",
    "competencies.competencies_of_unit",
    "cycle_forms.launch_by",
    "cycle_list.one_cycle",
    "cycles.launch",
    "exports.export",
    "learning.learning",
    "follow_ups.counts",
    "follow_ups.of_agency",
    "practice.start",
    "practice.current",
    "questions.ask",
    "questions.questions",
    "reach.reach",
    "runs.prepare",
    "segment_list.segments_of",
    "segments.move",
    "survey_figures.surveys_of",
    "survey_import.import_tallies",
    "survey_import.import_complaints",
    "surveys.open_survey",
    "unit_ratings.rate_unit",
    "unit_ratings.unit_ratings",
    "unit_standings.unit_standings",
)
#: What takes an actor and no id of anything, or names what the caller already has.
NO_IDS = {
    "attention.attention",
    "accounts.change_password",
    "history_search.years",
    "accounts.refuse_other_than_keepers",
    "me.who_am_i",
    "second_step.recovery_codes_left",
    "second_step.renew_recovery_codes",
    "sessions.my_sessions",
    "sessions.next_step",
    "sessions.revoke_others",
    "templates.publish",
    "template_list.publish_by",
    "template_list.checked",
    "briefing.cycle_of",
    "briefing.unread",
    "tasks.names_of",
    "teams.hidden_from",
    "once.once",
    "run_reading.seen",
    "service_tokens.issue",
    "webhooks.subscribe",
}
#: Steps of other services: they take a session or facts that were looked up before.
STEPS = ("session", "facts", "cycle")


def _each(found: Any) -> object:
    """Nothing where every one of them was refused; else what was not."""
    return [one for one in dict(found).values() if not isinstance(one, Problem)]


def _not_here(found: Any, t: Things) -> object:
    """What of a list of the actor's own is of the other agency's case."""
    return [one for one in found if one.case_id == t.case]


def _owned(terms: list[retention.Term]) -> object:
    """The times that somebody set: the defaults are nobody's."""
    return [one for one in terms if one.set_by]


def _not_about(write: Callable[[Actor, io.BytesIO], None], actor: Actor, t: Things) -> object:
    """What of the actor's own data names the other agency's case."""
    into = io.BytesIO()
    write(actor, into)
    return [1] if str(t.case).encode() in into.getvalue() else []


def _is_nothing(found: object) -> bool:
    if isinstance(found, succession.HandOver):
        return not found.handed
    if isinstance(found, feedback.FeedbackBook):
        return found.all == Remarks.of(())
    if isinstance(found, tuple | list):
        return all(map(_is_nothing, found))
    return not found


def faults(actor: Actor, things: Things) -> list[str]:
    """What calls that should find nothing found, and whether any of them changed something."""
    before = digest_of_tables()
    wrong = [name for name, call in TABLE.items() if _finds(call, actor, things)]
    return wrong if digest_of_tables() == before else [*wrong, "the database was changed"]


def _finds(call: Call, actor: Actor, things: Things) -> bool:
    try:
        return not _is_nothing(call(actor, things))
    except Problem:
        return False


def _services() -> Iterator[tuple[str, Any]]:
    for module in pkgutil.iter_modules(services.__path__):
        if module.ispkg:
            continue
        found = importlib.import_module(f"{services.__name__}.{module.name}")
        for name, one in inspect.getmembers(found, inspect.isfunction):
            if one.__module__ == found.__name__ and not name.startswith("_"):
                yield f"{module.name}.{name}", one


def test_every_service_that_takes_an_actor_is_in_the_table() -> None:
    taking = {
        name
        for name, one in _services()
        if "actor" in (said := inspect.signature(one).parameters) and not set(STEPS) & set(said)
    }
    assert taking - NO_IDS == set(TABLE)


@pytest.fixture
def things(books: Books) -> Things:
    return things_of(books)


def _strangers(books: Books) -> Iterator[Actor]:
    """Whoever acts for the other agency: its people, the engines, and one under a stolen id."""
    other = books.other
    yield from (other.actors[name] for name in ("officer", "chief", "sari"))
    yield from (Actor(agency_id=other.agency_id, engine=name) for name in ("clock", "system"))
    yield Actor(books.world.people["sari"], other.agency_id, frozenset({"hr"}))


def test_nobody_finds_or_changes_anything_of_another_agency(books: Books, things: Things) -> None:
    assert not [said for actor in _strangers(books) for said in faults(actor, things)]


def test_whoever_may_does_find_it(books: Books, things: Things) -> None:
    """Most of the table asks for what is there: what is refused to others is done for these."""
    everybody = [books.who(name) for name in ("officer", "sari", "chief")]
    found = {name for name, call in TABLE.items() for one in everybody if _finds(call, one, things)}
    assert len(found) >= 40


def test_a_persona_acts_nowhere_but_in_its_practice_case(books: Books, things: Things) -> None:
    me = books.who("tia")
    case = practice.start(things.cycle, me)
    parts = {one.part: one.person_id for one in practice.personas(case, me)}
    for part in ("assessor", "reviewer", "hr", "colleague_1"):
        assert not faults(practice.actor_as(case, me, parts[part]), things), part


def test_a_persona_is_nobody_to_the_lists_of_the_agency(books: Books, things: Things) -> None:
    """HR can put no persona in an office, on a list, or in the place of an official."""
    me, officer = books.who("tia"), books.who("officer")
    case = practice.start(things.cycle, me)
    parts = {one.part: one.person_id for one in practice.personas(case, me)}
    nobody = replace(things, sari=parts["assessor"], chief=parts["reviewer"], head=parts["hr"])
    for name in ("absences.add", "absences.listed", "substitutions.grant", "succession.hand_over"):
        with pytest.raises(NotFound):
            TABLE[name](officer, nobody)
    entry = measured(person=str(parts["assessor"]), reference="r-2")
    [refused] = measurements.record(officer, [entry]).refused.values()
    assert [blocker.rule for blocker in refused.blockers] == ["no_such_person"]


def test_of_a_practice_case_nobody_else_is_told_that_it_is_there(
    books: Books, things: Things
) -> None:
    me = books.who("tia")
    case = practice.start(things.cycle, me)
    [twin] = [one["cycle_id"] for one in table("cases") if one["id"] == case]
    theirs = replace(things, case=case, cycle=twin, sari=me.person_id)
    before = digest_of_tables()
    for name in ON_CASE:
        for who in ("officer", "chief", "sari"):
            if name == "cases.act_all":
                continue
            if name == "segments.split" and who != "officer":
                continue  # nobody but HR is told anything of any case there
            with pytest.raises(NotFound):
                TABLE[name](books.who(who), theirs)
    [problem] = cases.act_all([case], books.who("chief"), Act("submit_plan")).values()
    assert isinstance(problem, NotFound)
    for name in OF_CYCLE:
        with pytest.raises(NotFound):
            TABLE[name](books.who("officer"), theirs)
    on_day = assessors.assessed_on(books.who("officer"), theirs.sari, DAY)
    assert case not in {one.case_id for one in on_day}
    report = succession.hand_over(books.who("officer"), things.chief, things.head, "mutasi", [case])
    assert [blocker.rule for blocker in report.refused[case]] == ["no_such_case"]
    assert digest_of_tables() == before
