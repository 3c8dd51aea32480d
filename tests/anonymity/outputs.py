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
    "absences.add": "answers with the id of HR's own entry",
    "absences.remove": "answers with nothing",
    "answers.answer": "answers its rater with the rater's own sheet",
    "briefing.acknowledge": "answers with when its reader read a briefing",
    "cases.act_all": "decides and answers as cases.act does, case by case",
    "complaints.answer_complaint": "answers with nothing; complaints are no answers to a survey",
    "complaints.pass_on": "answers with nothing, apart from the answers of the same form",
    "contradictions.answer_contradiction": "answers with the id of the author's own entry",
    "credits.enter_balance": "answers HR with the id of HR's own entry",
    "cycles.launch": "opens cases, before anybody is invited",
    "cycles.open_cycle": "opens a cycle, before it has cases",
    "deadlines.tick": "answers with four numbers; what it does is in the tables",
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
    "segments.*": "answers with the id of the segment that begins; its parts are in the tables",
    "substitutions.grant": "answers with the id of a grant",
    "substitutions.revoke": "answers with nothing",
    "succession.hand_over": "answers with which appraisals pass on; parts bar it, never answers",
    "survey_closing.close_due": "answers with a number of surveys",
    "survey_closing.close_survey": "answers with nothing; what is released is read by figures",
    "survey_import.*": "answers HR with the rows of HR's own file",
    "survey_replies.reply": "answers with nothing, or about the sender's own form",
    "survey_sheets.add_sheets": "answers HR with how many sheets HR sent",
    "surveys.issue_tokens": "answers with new links, drawn at random",
    "surveys.open_survey": "answers with the id and link of a new survey",
    "templates.publish": "answers with the id of a template version",
    "unit_ratings.rate_unit": "answers with the number of the author's own entry",
}

#: What is no door: helpers that take an open session or loaded facts, forms, texts.
PURE: Mapping[str, str] = {
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
    "casting.*": "a helper of practice: personas are nobody",
    "checkpoints.*": "a helper of segments",
    "exhibits.readable": "a helper of objections: who reads the record of one",
    "exhibits.shown_in": "a helper of objections: evidence that its parties gave in their names",
    "export_rows.*": "the rows that exports.export writes, within its transaction",
    "document_ground.*": "what a document is read for",
    "document_signatures.*": "the signatures that a document shows, under names",
    "competencies.gaps_in": "a helper of lists: figures that were read before",
    "document_reading.*": "what document.document reads, within its transaction",
    "document_words.*": "the template's words for what was stated",
    "families.*": "helpers of hand-overs, on facts that never hold a sheet",
    "forms.*": "forms",
    "learning_figures.*": "arithmetic of learning.learning",
    "measurement_forms.*": "forms",
    "measurement_ground.*": "a helper of measurements: indicators, people and units",
    "measures.*": "numbers in texts",
    "next_segment.*": "a helper of segments",
    "openings.*": "helpers of launches, before anybody is invited",
    "outdating.*": "helpers of measurements",
    "plan_checks.*": "checks of a plan's rows",
    "plan_forms.*": "forms",
    "plan_rows.*": "rows of a plan",
    "population.*": "who can be appraised, before there is a case",
    "progress_forms.*": "forms",
    "promises.*": "what raters are told, from the template alone",
    "realisations.*": "a helper of progress",
    "remark_forms.*": "forms",
    "remarks.*": "the shape in which feedback is told",
    "rights.*": "who may do what, by a template alone, in a case that is made up",
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
    "survey_tables.*": "rows of a file",
    "tasks.names_of": "a helper of lists: names by ids",
    "templates.*": "texts and definitions of templates",
    "trainings.jp_of": "hours of a catalogue",
    "trainings.training_fields": "a helper of lists: names of inputs, from the template alone",
    "unit_people.*": "helpers of learning and competencies: whose figures somebody may see",
    "verify_grants.*": "a helper of verify.verify_history",
    "unit_places.*": "who heads a unit, and who stands above",
    "unit_ratings.reasoned": "rows that are about to be written",
    "unit_ratings.today": "the calendar",
    "windows.*": "checks of windows",
}

#: Compared whole, at every moment.
WHOLE = frozenset(
    """
    absences accounts action_steps activities agencies answers briefing_questions
    briefing_receipts cases complaints contradiction_answers credit_entries cycles days_off
    deadlines definitions evidence feedback follow_up_steps follow_ups history idempotency_keys
    measurements objections observations outbox participants people plan_indicators plan_items
    plan_notes post_holdings posts practice_personas private_notes realisations reasons
    receipts reporting_lines result_grounds results role_grants signatures statements
    substitutions survey_comments survey_imports survey_tallies surveys template_versions
    unit_ratings units
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
    "document": "document.document",
    "demo": "an invented agency on a database of its own",
    "export": "exports.export",
    "init": "the first hour, without any case",
    "scenario run": "a scratch database",
    "serve": "serves the routes below and logs the events below",
    "survey qr": "a link as a picture",
    "template check": "templates",
    "template diagram": "templates",
    "template rights": "templates",
    "template show": "templates",
    "template words": "templates",
    "tick": "deadlines.tick",
    "upgrade": "the schema",
    "verify history": "verify.verify_history",
    "verify results": "verify_results.verify_results",
}

#: Routes, with how they are asked for; None for files that never change.
ROUTES: Mapping[str, str | None] = {
    "/": "/",
    "/cycles/<uuid:cycle_id>": "/cycles/{cycle_id}",
    "/healthz": "/healthz",
    "/readyz": "/readyz",
    "/s/<link>": "/s/{link}",
    "/static/<path:filename>": None,
}

#: Events of the log, and what each may tell.
EVENTS: Mapping[str, str] = {
    "deadline_failed": "a fault: lines of code, never values (kinerja_flow/logs.py)",
    "fall_back_failed": "the id of an appraisal, and a fault as above",
    "survey_not_closed": "the kind of error",
    "survey_page_failed": "the kind of error",
    "sweep_failed": "the kind of error",
    "swept": "two numbers",
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
