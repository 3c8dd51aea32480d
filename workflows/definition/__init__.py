"""What a template says, as frozen values: the one shape that checker, compiler and engine share."""

from workflows.definition.contents import (
    Briefing,
    Criterion,
    FollowUp,
    Indicator,
    Instrument,
    Relation,
    Scale,
    Setting,
    Stage,
    Standard,
    Step,
    Training,
    TrainingHours,
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
    "Action",
    "Branch",
    "Briefing",
    "Call",
    "Criterion",
    "Definition",
    "FollowUp",
    "Indicator",
    "Input",
    "Instrument",
    "Label",
    "Machine",
    "Notice",
    "Relation",
    "Scale",
    "Setting",
    "Stage",
    "Standard",
    "State",
    "Step",
    "Term",
    "Training",
    "TrainingHours",
]
