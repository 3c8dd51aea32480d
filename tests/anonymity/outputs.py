"""Every output of the product, found in the code, and how the proof looks at each.

Whatever is new fails `test_outputs.py` until it stands here, one line each:

- a public function of `kinerja_flow.services`: in READS (`readings.py`) with how a reader calls it,
  in WRITES with why it shows nothing of somebody's answers, or in PURE if it is no door to a case
  (a whole module as `module.*`, such as `books.*`);
- a table: in WHOLE (compared row by row, always), in SEALED (what the rows of the two raters hold
  may differ until the release), or in LINKS (what lets citizens in, until the close of a survey);
- a command of the command line in COMMANDS, a route in ROUTES, an event of the log in EVENTS.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import click
from flask import Flask

import kinerja_flow
from kinerja_flow import services
from kinerja_flow.cli import kinerja
from kinerja_flow.db import Base
from tests.anonymity.readings import READS

ROOT = Path(kinerja_flow.__file__).parent


#: Why a write shows its caller nothing that a read or a table does not show.
WRITES: Mapping[str, str] = {
    "account_events.note_failure": "keeps a code, within sign-in",
    "account_events.note": "keeps a code, within the act",
    "account_events.failures_noted": "keeps a code where sign-in was refused",
    "accounts.*": "accounts: addresses and passwords, without cases",
    "activation.*": "one-time codes, drawn at random",
    "absences.add": "answers with the id of HR's own entry",
    "absences.remove": "answers with nothing",
    "answers.answer": "answers its rater with the rater's own sheet",
    "briefing.acknowledge": "answers with when its reader read a briefing",
    "cases.act_all": "decides and answers as cases.act does, case by case",
    "complaints.answer_complaint": "answers with nothing; complaints are no answers to a survey",
    "complaints.pass_on": "answers with nothing, apart from the answers of the same form",
    "contradictions.answer_contradiction": "answers with the id of the author's own entry",
    "credits.enter_balance": "answers HR with the id of HR's own entry",
    "cycle_forms.*": "opens a cycle and its cases, before anybody is invited",
    "cycles.launch": "opens cases, before anybody is invited",
    "cycles.open_cycle": "opens a cycle, before it has cases",
    "deadlines.tick": "answers with four numbers; what it does is in the tables",
    "evidence.attach_file": "answers with the id of the author's own entry",
    "evidence.show_file": "answers with the id of the author's own evidence",
    "exhibits.show_exhibit": "answers with the id of the author's own evidence",
    "exhibits.withdraw_exhibit": "answers with nothing",
    "fall_back.fall_back": "answers with a number; what it does is in the tables",
    "feedback.give_feedback": "answers with the id of the author's own entry",
    "installations.install": "the first hour, without any case",
    "measurements.*": "answers with ids of what sources measured; no rater is a source",
    "notes.add": "answers with the id of the author's own note",
    "notes.correct": "answers with the version of the author's own note",
    "observations.correct_observation": "answers with the version of the author's own entry",
    "observations.observe": "answers with the id of the author's own entry",
    "organisations.*": "the organisation: people, posts and lines, without cases",
    "plans.*": "the employee's own plan",
    "practice.skip": "answers with nothing; a case of practice has no raters but personas",
    "practice.start": "answers with the id of one's own case of practice",
    "progress.*": "the author's own entries",
    "questions.answer_question": "answers with nothing",
    "questions.ask": "answers with the id of one's own question",
    "steps.add": "answers with the id of a step of an improvement plan",
    "steps.correct": "answers with the version of the author's own step",
    "steps.drop": "answers with the version of a step",
    "steps.finish": "answers with the version of a step",
    "steps.remove": "answers with nothing",
    "resets.*": "codes by e-mail, to the owner of the account",
    "second_step.*": "one's own second step",
    "session_list.end_session": "answers with nothing",
    "sessions.revoke": "answers with nothing",
    "sessions.revoke_others": "answers with nothing",
    "sessions.sign_out": "answers with nothing",
    "sign_in.*": "begins a session: its secret, drawn at random",
    "slips.*": "one-time codes, and the names of people and units",
    "service_tokens.issue": "answers with a new token of one's own, drawn at random",
    "service_tokens.revoke": "answers with nothing",
    "segments.*": "answers with the id of the segment that begins; its parts are in the tables",
    "substitutions.grant": "answers with the id of a grant",
    "substitutions.revoke": "answers with nothing",
    "runs.*": "decides as cases.act does, row by row; answers with counts, codes and HR's own ids",
    "run_work.carry_on": "answers with nothing; what it does is in the tables",
    "run_work.go_on": "answers with a number; what it does is in the tables",
    "succession.hand_over": "answers with which appraisals pass on; parts bar it, never answers",
    "survey_closing.close_due": "answers with a number of surveys",
    "survey_closing.close_survey": "answers with nothing; what is released is read by figures",
    "survey_import.*": "answers HR with the rows of HR's own file",
    "survey_replies.reply": "answers with nothing, or about the sender's own form",
    "survey_sheets.add_sheets": "answers HR with how many sheets HR sent",
    "surveys.issue_tokens": "answers with new links, drawn at random",
    "surveys.open_survey": "answers with the id and link of a new survey",
    "webhook_deliveries.replay": "answers HR with ids and codes of an event, none of a peer's",
    "webhook_events.note_launch": "answers with nothing",
    "webhook_events.tell": "answers with a number; what it writes is in the tables",
    "webhook_sweep.deliver": "answers with two numbers; sends what is in the tables",
    "webhooks.change": "answers HR with HR's own entry",
    "webhooks.end": "answers with nothing",
    "webhooks.resume": "answers HR with HR's own entry",
    "webhooks.rotate": "answers HR with a new secret, drawn at random",
    "webhooks.subscribe": "answers HR with a new secret, drawn at random",
    "file_sweep.sweep_files": "answers with a number; which files go is told by no answer",
    "retention.set_retention": "answers with nothing",
    "retention.sweep_over": "answers with a number; what it does is in the tables",
    "redactions.redact": "answers HR with the hash of a text that HR reads; never of a sheet",
    "hand_over_forms.hand_over_by": "answers as succession.hand_over does",
    "template_list.publish_by": "answers with the id of a template version",
    "templates.publish": "answers with the id of a template version",
    "unit_ratings.rate_unit": "answers with the number of the author's own entry",
}

#: What is no door: helpers that take an open session or loaded facts, forms, texts.
PURE: Mapping[str, str] = {
    "account_events.events_of": "codes, names and times of one account, without cases",
    "event_words.*": "names of events and grounds, from a template and the words of the field",
    "states.*": "the name of a state, from a template",
    "attention.*": "how much waits for HR: counts of what no rater makes",
    "apps.*": "keys of authenticator apps",
    "delays.*": "counts of attempts to sign in",
    "installations.is_installed": "whether there is an agency",
    "keys.*": "random codes and their hashes",
    "logins.*": "accounts by what somebody types",
    "mails.*": "mail that leaves; only codes go by mail",
    "me.who_am_i": "one's own name, agency and offices",
    "networks.*": "the network of an address",
    "passwords.*": "hashes",
    "reports.course_of": "the template of a cycle, for those of its agency",
    "session_list.sessions_of_agency": "who is signed in, without cases",
    "sessions.*": "where one is signed in oneself",
    "acting.owner_of_token": "whose a token is, within service_tokens.recognised",
    "answer_forms.*": "forms",
    "awaiting.*": "whom a state waits for, from the template alone",
    "books.*": "helpers within a service's transaction",
    "briefing.cycle_of": "a helper of briefings: the cycle by its id",
    "briefing.parts_in": "a helper of briefings: a statement that is not run",
    "briefing.text_for": "a helper of briefings: the template's words",
    "briefing.unread": "a helper of tasks.my_tasks",
    "briefing_text.*": "the template's words and windows",
    "calendars.*": "the calendar",
    "callers.*": "as whom an operator asks, found by NIP",
    "case_list.as_told": "what case_list.one_case tells, as a refusal",
    "casting.*": "a helper of practice: personas are nobody",
    "checkpoints.*": "a helper of segments",
    "entries.*": "which entries somebody may read, within a service's transaction",
    "reading_log.*": "helpers of reads: whose result was read, never what raters said",
    "exhibits.readable": "a helper of objections: who reads the record of one",
    "exhibits.shown_in": "a helper of objections: evidence that its parties gave in their names",
    "export_rows.*": "the rows that exports.export writes, within its transaction",
    "exports.note_taken": "keeps that results were read, within run_reading.file_of",
    "document_ground.*": "what a document is read for",
    "document_signatures.*": "the signatures that a document shows, under names",
    "competencies.gaps_in": "a helper of lists: figures that were read before",
    "document_reading.*": "what document.document reads, within its transaction",
    "document_words.*": "the template's words for what was stated",
    "succession.to_hand_over": "a helper of runs: the ids that succession.hand_over would find",
    "families.*": "helpers of hand-overs, on facts that never hold a sheet",
    "forms.*": "forms",
    "history_search.years": "the years of cycles",
    "case_history.told": "the shape in which history is told",
    "health.is_stopping": "whether the process stops",
    "health.stop": "tells the process that it stops",
    "learning_group.*": "what learning.learning reads and may tell, within its transaction",
    "learning_figures.*": "arithmetic of learning.learning",
    "markers.*": "where a page ended, as the address says it",
    "measurement_forms.*": "forms",
    "measurement_ground.*": "a helper of measurements: indicators, people and units",
    "measures.*": "numbers in texts",
    "next_segment.*": "a helper of segments",
    "once.*": "keeps the answer of another service beside what it did",
    "service_tokens.covers": "words",
    "service_tokens.end_all": "answers with nothing, within a new password",
    "service_tokens.recognised": "for whom a token acts",
    "service_tokens.tokens_of": "names and days of tokens, without cases",
    "openings.*": "helpers of launches, before anybody is invited",
    "outdating.*": "helpers of measurements",
    "unit_news.*": "a helper of unit_ratings; a notification without a name",
    "officers.*": "a helper of unit_ratings and of webhooks; a notification without a name",
    "late_answers.*": "helpers of the close; an event names the instrument alone",
    "plan_checks.*": "checks of a plan's rows",
    "plan_forms.*": "forms",
    "plan_rows.*": "rows of a plan",
    "population.*": "who can be appraised, before there is a case",
    "directory.names_by_id": "names by ids, as directory.people_for tells them",
    "directory.held_by": "a helper of lists: posts of people",
    "problem_list.*": "the catalogues of sentences",
    "progress_forms.*": "forms",
    "promises.*": "what raters are told, from the template alone",
    "realisations.*": "a helper of progress",
    "my_data_files.*": "a helper of my_data.my_archive: files of rows that are in the download",
    "my_data_parts.*": "a helper of my_data: whose rows are whose",
    "my_data_tables.*": "a helper of my_data: the parts of the download",
    "redacted_documents.*": "a helper of redactions and of verify.verify_history",
    "retention.agencies_due": "a helper of sweeps: ids of agencies",
    "retention.for_each_due": "a helper of sweeps: a number",
    "retention.days_of": "a helper of sweeps: numbers of days",
    "redaction_places.*": "a helper of redactions: tables and keys",
    "remark_forms.*": "forms",
    "remarks.*": "the shape in which feedback is told",
    "rights.*": "who may do what, by a template alone, in a case that is made up",
    "run_blockers.*": "the shape in which blockers are kept",
    "run_cases.*": "helpers of runs: which cases are meant, within their transaction",
    "run_kind.*": "what kinds of runs have in common",
    "run_steps.*": "which action is meant, from the template alone",
    "run_work.refused_by": "a helper: the refusal of a row, as a single act has it",
    "run_work.taken": "a helper of runs: what services that decide answer, row by row",
    "run_work.work": "a helper of run_work.carry_on",
    "scenarios.*": "stories on a scratch database, through the services above",
    "step_forms.*": "forms",
    "substitution_checks.*": "checks of a grant's days and people",
    "survey_asked.*": "helpers of surveys: which one is meant, and what it asks",
    "survey_closing.release": "a helper of the close; what it writes is in the tables",
    "survey_closing.told": "counts by level, of what enough citizens said",
    "survey_forms.*": "forms",
    "survey_import_forms.*": "forms",
    "survey_marks.*": "helpers of replies: marks of a day, compared as the tables of LINKS",
    "survey_qr.*": "a link as a picture",
    "survey_readers.*": "who may read a survey",
    "survey_replies.beside": "a form",
    "survey_replies.seal": "a helper of replies: it only writes",
    "survey_sheets.at": "the place of a blocker in a file",
    "survey_sheets.checked": "a check of HR's own file",
    "survey_sheets.put_away": "a helper of imports: it only writes",
    "survey_workbooks.*": "rows of a file",
    "survey_tables.*": "rows of a file",
    "results.readable": "a helper of results.read_results and of why.why",
    "teams.hidden_from": "a helper of lists: whose names a reader is not told",
    "tasks.names_of": "a helper of lists: names by ids",
    "reports.counts_in": "a helper of lists: cases by state, as reports.cycles tells them",
    "reports.definitions_of": "a helper of lists: definitions by their digests",
    "template_list.checked": "what is wrong with a text",
    "template_list.sound": "a problem in place of another",
    "template_list.source_of": "the text of a template",
    "template_list.versions_for": "names and days of templates",
    "templates.*": "texts and definitions of templates",
    "trainings.jp_of": "hours of a catalogue",
    "trainings.training_fields": "a helper of lists: names of inputs, from the template alone",
    "unit_people.*": "helpers of learning and competencies: whose figures somebody may see",
    "verify_documents.*": "a helper of verify.verify_history",
    "verify_acts.*": "a helper of verify_results.verify_results",
    "verify_grants.*": "a helper of verify.verify_history",
    "unit_places.*": "who heads a unit, and who stands above",
    "unit_ratings.reasoned": "rows that are about to be written",
    "unit_ratings.today": "the calendar",
    "webhook_deliveries.deliveries": "what is in the tables, ids and codes alone",
    "webhook_forms.*": "forms",
    "webhook_outcomes.*": "helpers of the sweep: whether something was taken",
    "webhook_types.*": "words",
    "webhooks.found": "a helper: a row of the agency's own",
    "webhooks.webhook": "what HR entered, with two counts",
    "webhooks.webhooks_of": "what HR entered, with two counts",
    "windows.*": "checks of windows",
    "why_told.*": "the shape in which why.why answers",
    "released.grouped": "a helper of released.released_answers and of my_data",
    "released.may_read": "a helper of released.released_answers and of why.why",
}

#: Compared whole, at every moment.
WHOLE = frozenset(
    """
    account_events recovery_codes reset_requests sign_in_codes sign_in_delays sign_in_sessions
    absences accounts action_steps activities agencies answers briefing_questions
    briefing_receipts cases complaints contradiction_answers credit_entries cycles days_off
    deadlines definitions evidence feedback follow_up_steps follow_ups history idempotency_keys
    measurements objections observations outbox participants people plan_indicators plan_items
    plan_notes post_holdings posts practice_personas private_notes realisations reasons
    readings receipts reporting_lines run_files run_rows runs result_grounds results role_grants
    service_tokens signatures
    statements
    substitutions survey_comments survey_imports survey_tallies surveys template_versions
    unit_ratings units webhook_deliveries webhook_events webhooks
    unit_ratings units redactions retentions swept
    briefing_receipts cases complaints contradiction_answers cycles days_off deadlines
    definitions evidence exhibits feedback follow_up_steps follow_ups history idempotency_keys
    measurements objections observations outbox participants people plan_indicators plan_items
    plan_notes post_holdings posts practice_personas private_notes realisations receipts
    reporting_lines result_grounds results role_grants signatures statements substitutions
    survey_comments survey_imports survey_tallies surveys template_versions units
    definitions documents evidence feedback follow_up_steps follow_ups history idempotency_keys
    measurements
    objections observations outbox participants people plan_indicators plan_items plan_notes
    post_holdings posts practice_personas private_notes realisations receipts reporting_lines
    result_grounds results role_grants signatures statements substitutions survey_comments
    survey_imports survey_tallies surveys template_versions units
    """.split()  # noqa: SIM905
)
#: Sealed until the release deletes the rows: those of the two raters may differ until then. A reply
#: names nobody, so that none of them is compared before the close.
SEALED: Mapping[str, str | None] = {"sheets": "rater_id", "survey_replies": None}
#: Whose link was used, and which form came in today: of a citizen who has answered they differ
#: from those of one who has not, until the close deletes the links and the next day the marks.
LINKS = frozenset({"survey_marks", "survey_salts", "survey_tokens"})

COMMANDS: Mapping[str, str] = {
    "accounts codes": "one-time codes",
    "accounts email": "the address of an account",
    "accounts rescue": "one-time codes",
    "accounts switch": "whether an account may be used",
    "cases": "case_list.cases_for",
    "scenario refusals": "sentences",
    "document": "document.document",
    "demo": "an invented agency on a database of its own",
    "export": "exports.export",
    "init": "the first hour, without any case",
    "scenario run": "a scratch database",
    "serve": "serves the routes below and logs the events below",
    "survey qr": "a link as a picture",
    "token issue": "service_tokens.issue",
    "token list": "service_tokens.tokens_of",
    "token revoke": "service_tokens.revoke",
    "template check": "templates",
    "template diagram": "templates",
    "template rights": "templates",
    "template show": "templates",
    "template words": "templates",
    "tick": "deadlines.tick and webhook_sweep.deliver",
    "upgrade": "the schema",
    "verify history": "verify.verify_history",
    "verify results": "verify_results.verify_results",
    "why": "why.why",
    "person data": "my_data.my_data, my_data.data_by_letter",
    **dict.fromkeys(("run cancel", "run resume", "run retry", "run start"), "runs, run_work"),
    "run list": "run_reading",
    "run show": "run_reading",
    "retention list": "retention.retentions",
    "retention set": "retention.set_retention",
}

#: Routes, with how they are asked for; None for files that never change, and for those of the API
#: and the back office, which `requests.py` asks by itself.
ROUTES: Mapping[str, str | None] = {
    "/": "/",
    "/admin/": None,
    **dict.fromkeys(
        (
            *("/admin/kotak-keluar/", "/admin/mengapa/", "/admin/pembacaan/", "/admin/pengaturan/"),
            *("/admin/peran/", "/admin/retensi/", "/admin/riwayat/", "/admin/riwayat/berkas"),
            *("/admin/sapuan/", "/admin/sesi/", "/admin/sesi/<uuid:session_id>/akhiri"),
            *("/admin/token/", "/admin/token/<uuid:token_id>/akhiri"),
        )
    ),
    "/admin/webhook/": None,
    "/admin/webhook/<uuid:webhook_id>": None,
    "/admin/webhook/<uuid:webhook_id>/lanjutkan": None,
    "/admin/webhook/<uuid:webhook_id>/ulangi/<uuid:delivery_id>": None,
    "/api/v1/absences": None,
    "/api/v1/absences/<uuid:absence_id>": None,
    "/api/v1/batch": None,
    **dict.fromkeys(
        (
            "/akun",
            "/akun/kode",
            "/akun/sandi",
            "/akun/sesi",
            "/akun/sesi/<uuid:session_id>",
            "/aktivasi",
            "/aktivasi/<code>",
            "/api/v1/me",
            "/api/v1/session",
            "/api/v1/session/code",
            "/api/v1/sessions",
            "/api/v1/me/account-events",
            "/api/v1/people/<uuid:person_id>/account-events",
            "/api/v1/sessions/<uuid:session_id>",
            "/api/v1/tokens",
            "/api/v1/tokens/<uuid:token_id>",
            "/keluar",
            "/kode-aktivasi",
            "/masuk",
            "/masuk/atur",
            "/masuk/kode",
            "/masuk/lupa",
        )
    ),
    "/api/v1/cases": None,
    "/api/v1/cases/<uuid:case_id>": None,
    "/api/v1/cases/<uuid:case_id>/actions": None,
    "/api/v1/cases/<uuid:case_id>/actions/<name>": None,
    "/api/v1/cases/<uuid:case_id>/why": None,
    "/api/v1/openapi.json": None,
    "/api/v1/me/data": None,
    "/api/v1/me/data/archive": None,
    "/api/v1/redactions": None,
    "/api/v1/cases/<uuid:case_id>/assessors": None,
    "/api/v1/cases/<uuid:case_id>/closing-assessments": None,
    "/api/v1/cases/<uuid:case_id>/document": None,
    "/api/v1/cases/<uuid:case_id>/document/signatures": None,
    "/api/v1/cases/<uuid:case_id>/history": None,
    "/api/v1/cases/<uuid:case_id>/participants": None,
    "/api/v1/cases/<uuid:case_id>/placements": None,
    "/api/v1/cases/<uuid:case_id>/readings": None,
    "/api/v1/cases/<uuid:case_id>/released-answers": None,
    "/api/v1/cases/<uuid:case_id>/results": None,
    "/api/v1/cases/<uuid:case_id>/running-score": None,
    "/api/v1/cases/<uuid:case_id>/trainings": None,
    "/api/v1/credits": None,
    "/api/v1/cycles": None,
    "/api/v1/cycles/<uuid:cycle_id>": None,
    "/api/v1/cycles/<uuid:cycle_id>/exports/<any(results,plans,follow_ups):kind>": None,
    "/api/v1/cycles/<uuid:cycle_id>/launch": None,
    "/api/v1/cycles/<uuid:cycle_id>/people/<uuid:person_id>/segments": None,
    "/api/v1/cycles/<uuid:cycle_id>/reach": None,
    "/api/v1/cycles/<uuid:cycle_id>/unit-standings": None,
    "/api/v1/cycles/<uuid:cycle_id>/units/<uuid:unit_id>/competencies": None,
    "/api/v1/cycles/<uuid:cycle_id>/units/<uuid:unit_id>/learning": None,
    "/api/v1/cycles/<uuid:cycle_id>/units/<uuid:unit_id>/ratings": None,
    "/api/v1/hand-overs": None,
    "/api/v1/notifications": None,
    "/api/v1/cases/<uuid:case_id>/action-steps": None,
    "/api/v1/cases/<uuid:case_id>/activities": None,
    "/api/v1/cases/<uuid:case_id>/activities/<uuid:activity_id>": None,
    "/api/v1/cases/<uuid:case_id>/answers/<instrument>": None,
    "/api/v1/cases/<uuid:case_id>/contradictions": None,
    "/api/v1/cases/<uuid:case_id>/evidence": None,
    "/api/v1/cases/<uuid:case_id>/evidence/<uuid:evidence_id>/file": None,
    "/api/v1/cases/<uuid:case_id>/exhibits": None,
    "/api/v1/cases/<uuid:case_id>/exhibits/<uuid:exhibit_id>/file": None,
    "/api/v1/cases/<uuid:case_id>/exhibits/<uuid:exhibit_id>/withdrawal": None,
    "/api/v1/cases/<uuid:case_id>/feedback": None,
    "/api/v1/cases/<uuid:case_id>/measurements": None,
    "/api/v1/cases/<uuid:case_id>/notes": None,
    "/api/v1/cases/<uuid:case_id>/notes/<uuid:note_id>": None,
    "/api/v1/cases/<uuid:case_id>/objection": None,
    "/api/v1/cases/<uuid:case_id>/observations": None,
    "/api/v1/cases/<uuid:case_id>/observations/<uuid:observation_id>": None,
    "/api/v1/cases/<uuid:case_id>/plan": None,
    "/api/v1/cases/<uuid:case_id>/plan/above": None,
    "/api/v1/cases/<uuid:case_id>/plan/items": None,
    "/api/v1/cases/<uuid:case_id>/plan/items/<uuid:item_id>": None,
    "/api/v1/cases/<uuid:case_id>/plan/items/<uuid:item_id>/link": None,
    "/api/v1/cases/<uuid:case_id>/plan/notes": None,
    "/api/v1/cases/<uuid:case_id>/plan/notes/<uuid:note_id>": None,
    "/api/v1/cases/<uuid:case_id>/realisations": None,
    "/api/v1/cases/<uuid:case_id>/steps": None,
    "/api/v1/cases/<uuid:case_id>/steps/<uuid:step_id>": None,
    "/api/v1/cases/<uuid:case_id>/steps/<uuid:step_id>/drop": None,
    "/api/v1/cases/<uuid:case_id>/steps/<uuid:step_id>/outcome": None,
    "/api/v1/complaints": None,
    "/api/v1/complaints/<uuid:complaint_id>/response": None,
    "/api/v1/cycles/<uuid:cycle_id>/briefing": None,
    "/api/v1/cycles/<uuid:cycle_id>/briefing/receipts/<role>": None,
    "/api/v1/cycles/<uuid:cycle_id>/follow-ups": None,
    "/api/v1/cycles/<uuid:cycle_id>/follow-ups/counts": None,
    "/api/v1/cycles/<uuid:cycle_id>/imports/complaints": None,
    "/api/v1/cycles/<uuid:cycle_id>/imports/tallies": None,
    "/api/v1/cycles/<uuid:cycle_id>/practice": None,
    "/api/v1/cycles/<uuid:cycle_id>/questions": None,
    "/api/v1/cycles/<uuid:cycle_id>/surveys": None,
    "/api/v1/follow-ups": None,
    "/api/v1/forms/<link>": None,
    "/api/v1/measurements": None,
    "/api/v1/measurements/<uuid:measurement_id>/corrections": None,
    "/api/v1/practice/<uuid:case_id>/personas": None,
    "/api/v1/practice/<uuid:case_id>/personas/<uuid:person_id>/actions": None,
    "/api/v1/practice/<uuid:case_id>/personas/<uuid:person_id>/actions/<name>": None,
    "/api/v1/practice/<uuid:case_id>/skip": None,
    "/api/v1/questions/<uuid:question_id>/answer": None,
    "/api/v1/recognitions": None,
    "/api/v1/surveys/<uuid:survey_id>/close": None,
    "/api/v1/surveys/<uuid:survey_id>/figures": None,
    "/api/v1/surveys/<uuid:survey_id>/imports/sheets": None,
    "/api/v1/surveys/<uuid:survey_id>/satisfaction": None,
    "/api/v1/surveys/<uuid:survey_id>/sheets": None,
    "/api/v1/surveys/<uuid:survey_id>/tokens": None,
    "/api/v1/runs": None,
    "/api/v1/runs/<uuid:run_id>": None,
    "/api/v1/runs/<uuid:run_id>/cancel": None,
    "/api/v1/runs/<uuid:run_id>/file": None,
    "/api/v1/runs/<uuid:run_id>/retry": None,
    "/api/v1/runs/<uuid:run_id>/rows": None,
    "/api/v1/runs/<uuid:run_id>/start": None,
    "/api/v1/runs/<uuid:run_id>/trial": None,
    "/api/v1/webhooks": None,
    "/api/v1/webhooks/<uuid:webhook_id>": None,
    "/api/v1/webhooks/<uuid:webhook_id>/deliveries": None,
    "/api/v1/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay": None,
    "/api/v1/webhooks/<uuid:webhook_id>/resume": None,
    "/api/v1/webhooks/<uuid:webhook_id>/secret": None,
    "/api/v1/people": None,
    "/api/v1/people/<uuid:person_id>": None,
    "/api/v1/people/<uuid:person_id>/absences": None,
    "/api/v1/people/<uuid:person_id>/assessed": None,
    "/api/v1/people/<uuid:person_id>/assessors": None,
    "/api/v1/people/<uuid:person_id>/credits": None,
    "/api/v1/posts": None,
    "/api/v1/problems": None,
    "/api/v1/problems/<code>": None,
    "/api/v1/substitutions": None,
    "/api/v1/substitutions/<uuid:grant_id>": None,
    "/api/v1/tasks": None,
    "/api/v1/team": None,
    "/api/v1/templates": None,
    "/api/v1/templates/<uuid:template_id>": None,
    "/api/v1/templates/<uuid:template_id>/rights": None,
    "/api/v1/templates/check": None,
    "/api/v1/templates/shipped": None,
    "/api/v1/templates/shipped/<key>": None,
    "/api/v1/templates/shipped/<key>/rights": None,
    "/api/v1/units": None,
    "/api/v1/units/<uuid:unit_id>": None,
    "/cycles/<uuid:cycle_id>": "/cycles/{cycle_id}",
    "/healthz": "/healthz",
    "/metrics": None,
    "/readyz": "/readyz",
    "/s/<link>": "/s/{link}",
    "/static/<path:filename>": None,
}

#: Events of the log, and what each may tell.
EVENTS: Mapping[str, str] = {
    "mail_not_sent": "the kind of error",
    "sso_refused": "the kind of error",
    "agency_not_swept": "the number of an agency, and the kind of error",
    "answered": "a request by the pattern of its address, never a citizen's; no case, no words",
    "deadline_failed": "a fault: lines of code, never values (kinerja_flow/logs.py)",
    "fall_back_failed": "the id of an appraisal, and a fault as above",
    "files_unknown": "a number",
    "limits_apart": "the kind of error",
    "run_row_failed": "a fault as above",
    "request_failed": "a fault as above; of a citizen's page the kind of error",
    "survey_not_closed": "the kind of error",
    "survey_page_failed": "the kind of error",
    "sweep_failed": "the kind of error",
    "swept": "two numbers",
    "webhooks_sent": "two numbers",
}


def modules_found() -> dict[str, ModuleType]:
    """The modules of the services by their name below it."""
    start = f"{services.__name__}."
    walked = pkgutil.walk_packages(services.__path__, start)
    return {one.name.removeprefix(start): importlib.import_module(one.name) for one in walked}


def services_found() -> list[str]:
    """The public functions of all modules of the services, as module.function."""
    return sorted(
        f"{short}.{name}"
        for short, module in modules_found().items()
        for name, one in vars(module).items()
        if inspect.isfunction(one) and one.__module__ == module.__name__ and name[0] != "_"
    )


def is_classified(service: str) -> bool:
    whole = {f"{service.partition('.')[0]}.*", f"{service.rpartition('.')[0]}.*"}
    return any({service, *whole} & set(known) for known in (READS, WRITES, PURE))


def commands_found(command: click.Command = kinerja, path: str = "") -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield path.strip()
        return
    for name, child in command.commands.items():
        yield from commands_found(child, f"{path} {name}")


def routes_found(app: Flask) -> set[str]:
    return {rule.rule for rule in app.url_map.iter_rules()}


def tables_found() -> set[str]:
    return set(Base.metadata.tables)


def events_found() -> Iterator[str]:
    """What is handed to a logger: the first argument of log.info(…), log.error(…) and so on."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _logs(node.func):
                first = node.args[0] if node.args else None
                yield first.value if isinstance(first, ast.Constant) else ast.unparse(node)


def _logs(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id in ("log", "logger", "logging")
        and function.attr
        in ("debug", "info", "warning", "error", "exception", "critical", "msg", "log")
    )
