"""The nouns: columns, constraints, derived facts. No flow, no permissions, no session."""

from kinerja_flow.models.briefings import BriefingQuestion, BriefingReceipt, Persona
from kinerja_flow.models.cases import CASES, Case, OfCase, Participant
from kinerja_flow.models.cycles import COUNTED, Cycle, StoredDefinition, TemplateVersion
from kinerja_flow.models.measurements import ContradictionAnswer, Measurement
from kinerja_flow.models.organisation import (
    Absence,
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
    Document,
    Exhibit,
    FollowUp,
    Objection,
    Receipt,
    Result,
    ResultGrounds,
    Sheet,
    Signature,
)
from kinerja_flow.models.plans import PlanIndicator, PlanItem, PlanNote
from kinerja_flow.models.progress import (
    ActionStep,
    Activity,
    Evidence,
    Feedback,
    FollowUpStep,
    Observation,
    PrivateNote,
    Realisation,
)
from kinerja_flow.models.records import (
    Deadline,
    HistoryEvent,
    IdempotencyKey,
    Notification,
    Statement,
)
from kinerja_flow.models.substitution import Substitution
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
from kinerja_flow.models.units import CreditEntry, Reason, UnitRating

#: Rows that the database itself refuses to update or delete.
APPEND_ONLY = (
    *("history", "signatures", "results", "receipts", "definitions", "template_versions"),
    *("measurements", "result_grounds", "unit_ratings", "credit_entries"),
)

__all__ = [
    "APPEND_ONLY",
    "CASES",
    "COUNTED",
    "Absence",
    "Account",
    "ActionStep",
    "Activity",
    "Agency",
    "Answer",
    "BriefingQuestion",
    "BriefingReceipt",
    "Case",
    "Complaint",
    "ContradictionAnswer",
    "CreditEntry",
    "Cycle",
    "DayOff",
    "Deadline",
    "Document",
    "Evidence",
    "Exhibit",
    "Feedback",
    "FollowUp",
    "FollowUpStep",
    "HistoryEvent",
    "IdempotencyKey",
    "Measurement",
    "Notification",
    "Objection",
    "Observation",
    "OfCase",
    "Participant",
    "Person",
    "Persona",
    "PlanIndicator",
    "PlanItem",
    "PlanNote",
    "Post",
    "PostHolding",
    "PrivateNote",
    "Realisation",
    "Reason",
    "Receipt",
    "ReportingLine",
    "Result",
    "ResultGrounds",
    "RoleGrant",
    "Sheet",
    "Signature",
    "Statement",
    "StoredDefinition",
    "Substitution",
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
    "UnitRating",
]
