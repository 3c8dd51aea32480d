"""Every table of the database, and by what the back office may change it: a service, or nothing.

A new table fails `tests/admin/test_census.py` until it stands here. What is in neither list is
looked at through a `Table`, which cannot write.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The module that writes, and which tables: a screen calls it, and never a session.
SERVED: Mapping[str, str] = {
    "services.account_events": "account_events",
    "services.absences": "absences",
    "services.accounts": "sign_in_codes",
    "services.activation": "accounts",
    "services.answers": "sheets",
    "services.briefing": "briefing_receipts",
    "services.casting": "practice_personas",
    "services.complaints": "complaints",
    "services.contradictions": "contradiction_answers",
    "services.cycles": "cycles",
    "services.delays": "sign_in_delays",
    "services.exhibits": "exhibits",
    "services.feedback": "feedback",
    "services.measurements": "measurements",
    "services.notes": "private_notes",
    "services.observations": "observations",
    "services.once": "idempotency_keys",
    "services.organisations": "agencies days_off people post_holdings posts reporting_lines units",
    "services.plans": "action_steps plan_indicators plan_items plan_notes",
    "services.progress": "activities evidence realisations",
    "services.questions": "briefing_questions",
    "services.reading_log": "readings",
    "services.redactions": "redactions",
    "services.resets": "reset_requests",
    "services.retention": "retentions",
    "services.run_reading": "run_files",
    "services.runs": "run_rows runs",
    "services.second_step": "recovery_codes",
    "services.service_tokens": "service_tokens",
    "services.sessions": "sign_in_sessions",
    "services.steps": "follow_up_steps",
    "services.substitutions": "substitutions",
    "services.survey_closing": "survey_comments survey_tallies",
    "services.survey_import": "survey_imports",
    "services.survey_marks": "survey_marks survey_salts",
    "services.survey_replies": "survey_replies",
    "services.surveys": "survey_tokens surveys",
    "services.templates": "definitions template_versions",
    "services.unit_ratings": "reasons unit_ratings",
    "services.webhook_deliveries": "webhook_deliveries",
    "services.webhook_events": "webhook_events",
    "services.webhooks": "webhooks",
    "workflow.decide": "statements",
    "workflow.effects.answers": "answers",
    "workflow.effects.credits": "credit_entries",
    "workflow.effects.follow_ups": "follow_ups",
    "workflow.effects.objections": "objections",
    "workflow.effects.results": "documents receipts result_grounds results signatures",
    "workflow.parts": "participants",
    "workflow.store": "cases deadlines history",
}
#: Plain look-ups that only a `Table` shows; they are written by the command line or by a sweep.
LOOKED_AT = frozenset({"outbox", "role_grants", "swept"})
