"""What rules and policy may look at: plain facts about one case, already loaded.

A rule never sees the session. Facts come in groups (people, plan, results, …) that are loaded by
the same queries for one case or for thousands; reading a group that nobody asked for is an error.
"""

from kinerja_flow.facts.rows import (
    REMEMBERED,
    TEAM,
    ActivityDay,
    CaseFacts,
    ChildFacts,
    Claim,
    FollowUpFacts,
    ObjectionFacts,
    Part,
    PastAct,
    PlanRowFacts,
    ResultFacts,
    SheetFacts,
    StepFacts,
    Window,
    windows_of,
)
from kinerja_flow.facts.whole import Facts, Group

__all__ = [
    "REMEMBERED",
    "TEAM",
    "ActivityDay",
    "CaseFacts",
    "ChildFacts",
    "Claim",
    "Facts",
    "FollowUpFacts",
    "Group",
    "ObjectionFacts",
    "Part",
    "PastAct",
    "PlanRowFacts",
    "ResultFacts",
    "SheetFacts",
    "StepFacts",
    "Window",
    "windows_of",
]
