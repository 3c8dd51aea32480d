"""Who is who to a case, and what nobody may do whatever a template says.

Default deny: who stands in none of an action's relations may not do it. Beside the template's own
four-eyes rules four bars hold for every template (`design.md`, section 10, promise 2): nobody
acts on their own case but as its employee, nobody examines a result that they set, a role of
the system (HR) is no relation to a case of another agency, and a substitute (Plt, Plh, during
leave) holds only what the absent official holds by themself, and only the capacities of an office.
"""

from __future__ import annotations

from kinerja_flow.policy.actors import (
    ADMINISTRATOR,
    AUDITOR,
    CLOCK,
    OFFICES,
    READERS,
    SYSTEM,
    Actor,
    only_hr,
    only_office,
    only_readers,
)
from kinerja_flow.policy.bars import bars, may_read_answers, may_read_result, may_write, not_yours
from kinerja_flow.policy.grants import DELEGABLE, Grant, Held, first_held, on_behalf
from kinerja_flow.policy.raters import deciders, side_raters
from kinerja_flow.policy.standing import capacity, is_hidden, knows, manages, relations, standing
from kinerja_flow.policy.words import (
    CITIZEN,
    OBJECTION_READERS,
    OPEN_READERS,
    OWN,
    PARTS,
    RELATIONS,
    RESULT_MAKERS,
    RESULT_READERS,
)

__all__ = [
    "ADMINISTRATOR",
    "AUDITOR",
    "CITIZEN",
    "CLOCK",
    "DELEGABLE",
    "OBJECTION_READERS",
    "OFFICES",
    "OPEN_READERS",
    "OWN",
    "PARTS",
    "READERS",
    "RELATIONS",
    "RESULT_MAKERS",
    "RESULT_READERS",
    "SYSTEM",
    "Actor",
    "Grant",
    "Held",
    "bars",
    "capacity",
    "deciders",
    "first_held",
    "is_hidden",
    "knows",
    "manages",
    "may_read_answers",
    "may_read_result",
    "may_write",
    "not_yours",
    "on_behalf",
    "only_hr",
    "only_office",
    "only_readers",
    "relations",
    "side_raters",
    "standing",
]
