"""What a template says, as frozen values: the one shape that checker, compiler and engine share."""

from workflows.definition.contents import (
    Briefing,
    Criterion,
    FollowUp,
    Guideline,
    Indicator,
    Instrument,
    Organisation,
    Relation,
    Scale,
    Setting,
    Stage,
    Step,
)
from workflows.definition.course import (
    Action,
    Branch,
    Input,
    Machine,
    State,
)
from workflows.definition.whole import (
    Definition,
)
from workflows.definition.words import (
    ABSENCES,
    BOOKS,
    LANGUAGES,
    PHASES,
    POOLS,
    ROUNDINGS,
    Call,
    Label,
    Notice,
    Term,
)

__all__ = [
    "ABSENCES",
    "BOOKS",
    "LANGUAGES",
    "PHASES",
    "POOLS",
    "ROUNDINGS",
    "Action",
    "Branch",
    "Briefing",
    "Call",
    "Criterion",
    "Definition",
    "FollowUp",
    "Guideline",
    "Indicator",
    "Input",
    "Instrument",
    "Label",
    "Machine",
    "Notice",
    "Organisation",
    "Relation",
    "Scale",
    "Setting",
    "Stage",
    "State",
    "Step",
    "Term",
]
