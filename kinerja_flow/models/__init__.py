"""The nouns: columns, constraints, derived facts. No flow, no permissions, no session."""

from kinerja_flow.models.access import (
    AccountEvent,
    RecoveryCode,
    ResetRequest,
    ServiceToken,
    SignInCode,
    SignInDelay,
    SignInSession,
)
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
from kinerja_flow.models.privacy import GROUNDS, Redaction, Retention, Swept
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
from kinerja_flow.models.readings import Reading
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
from kinerja_flow.models.webhooks import DEAD, TAKEN, WAITING, Delivery, Webhook, WebhookEvent

#: Rows that the database itself refuses to update or delete.
APPEND_ONLY = (
    *("history", "signatures", "results", "receipts", "definitions", "template_versions"),
    *("measurements", "result_grounds", "unit_ratings", "credit_entries"),
    "redactions",
    "readings",
)
#: Rows that it refuses to update, and to delete but by a sweep that is on record (`swept`).
SWEPT_ALONE = ("account_events",)

__all__ = [
    "APPEND_ONLY",
    "CASES",
    "COUNTED",
    "DEAD",
    "GROUNDS",
    "SWEPT_ALONE",
    "TAKEN",
    "WAITING",
    "Absence",
    "Account",
    "AccountEvent",
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
    "Delivery",
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
    "Reading",
    "Realisation",
    "Reason",
    "Receipt",
    "RecoveryCode",
    "Redaction",
    "ReportingLine",
    "ResetRequest",
    "Result",
    "ResultGrounds",
    "Retention",
    "RoleGrant",
    "ServiceToken",
    "Sheet",
    "SignInCode",
    "SignInDelay",
    "SignInSession",
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
    "Swept",
    "TemplateVersion",
    "Unit",
    "UnitRating",
    "Webhook",
    "WebhookEvent",
]
