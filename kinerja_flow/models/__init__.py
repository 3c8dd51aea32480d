"""The nouns: columns, constraints, derived facts. No flow, no permissions, no session."""

from kinerja_flow.models.cases import CASES, Case, OfCase, Participant
from kinerja_flow.models.cycles import Cycle, StoredDefinition, TemplateVersion
from kinerja_flow.models.organisation import (
    Account,
    Agency,
    DayOff,
    Person,
    Post,
    PostHolding,
    ReportingLine,
    RoleGrant,
    Unit,
)
from kinerja_flow.models.outcomes import (
    Answer,
    FollowUp,
    Objection,
    Receipt,
    Result,
    Sheet,
    Signature,
)
from kinerja_flow.models.plans import PlanIndicator, PlanItem, PlanNote
from kinerja_flow.models.progress import ActionStep, Activity, Evidence, Feedback, Realisation
from kinerja_flow.models.records import (
    Deadline,
    HistoryEvent,
    IdempotencyKey,
    Notification,
    Statement,
)
from kinerja_flow.models.surveys import (
    Complaint,
    Survey,
    SurveyComment,
    SurveyImport,
    SurveyMark,
    SurveyReply,
    SurveySalt,
    SurveyTally,
    SurveyToken,
)

#: Rows that the database itself refuses to update or delete.
APPEND_ONLY = ("history", "signatures", "results", "receipts", "definitions", "template_versions")

__all__ = [
    "APPEND_ONLY",
    "CASES",
    "Account",
    "ActionStep",
    "Activity",
    "Agency",
    "Answer",
    "Case",
    "Complaint",
    "Cycle",
    "DayOff",
    "Deadline",
    "Evidence",
    "Feedback",
    "FollowUp",
    "HistoryEvent",
    "IdempotencyKey",
    "Notification",
    "Objection",
    "OfCase",
    "Participant",
    "Person",
    "PlanIndicator",
    "PlanItem",
    "PlanNote",
    "Post",
    "PostHolding",
    "Realisation",
    "Receipt",
    "ReportingLine",
    "Result",
    "RoleGrant",
    "Sheet",
    "Signature",
    "Statement",
    "StoredDefinition",
    "Survey",
    "SurveyComment",
    "SurveyImport",
    "SurveyMark",
    "SurveyReply",
    "SurveySalt",
    "SurveyTally",
    "SurveyToken",
    "TemplateVersion",
    "Unit",
]
