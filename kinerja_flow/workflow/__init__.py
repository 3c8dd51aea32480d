"""The only door to state: load facts, say what is available, decide, store."""

from kinerja_flow.workflow.amend import Amendment, amend
from kinerja_flow.workflow.collecting import collects, releases
from kinerja_flow.workflow.contested import contests, provisional
from kinerja_flow.workflow.credits import Entry, counting, entries_of, totals
from kinerja_flow.workflow.decide import (
    Offer,
    available,
    decide,
    given_later,
    needs_in,
    needs_of,
    not_from_here,
    unmet_before,
)
from kinerja_flow.workflow.draft import Delete, Insert, Move, Update
from kinerja_flow.workflow.effects import EFFECTS
from kinerja_flow.workflow.lines import Chart
from kinerja_flow.workflow.load import DEFINITIONS, Needs, always, load_many, load_one
from kinerja_flow.workflow.material import labels, required_of
from kinerja_flow.workflow.moves import notification, recipients
from kinerja_flow.workflow.naming import named, relation_label
from kinerja_flow.workflow.opening import Opening, opening_writes
from kinerja_flow.workflow.scope import sha256_of
from kinerja_flow.workflow.stated import stated_value
from kinerja_flow.workflow.store import store, write
from kinerja_flow.workflow.succession import (
    OFFICES,
    Succession,
    next_assessor,
    next_examiner,
    next_reviewer,
    succeed,
)
from kinerja_flow.workflow.tallies import lies_within
from kinerja_flow.workflow.together import store_together
from kinerja_flow.workflow.unit_heads import posts_in
from kinerja_flow.workflow.units import Cycles, contested, newest_ratings, standings
from kinerja_flow.workflow.words import vocabulary
from kinerja_flow.workflow.year import delivered_scores, newest_delivered

__all__ = [
    "DEFINITIONS",
    "EFFECTS",
    "OFFICES",
    "Amendment",
    "Chart",
    "Cycles",
    "Delete",
    "Entry",
    "Insert",
    "Move",
    "Needs",
    "Offer",
    "Opening",
    "Succession",
    "Update",
    "always",
    "amend",
    "available",
    "collects",
    "contested",
    "contests",
    "counting",
    "decide",
    "delivered_scores",
    "entries_of",
    "given_later",
    "labels",
    "lies_within",
    "load_many",
    "load_one",
    "named",
    "needs_in",
    "needs_of",
    "newest_delivered",
    "newest_ratings",
    "next_assessor",
    "next_examiner",
    "next_reviewer",
    "not_from_here",
    "notification",
    "opening_writes",
    "posts_in",
    "provisional",
    "recipients",
    "relation_label",
    "releases",
    "required_of",
    "sha256_of",
    "standings",
    "stated_value",
    "store",
    "store_together",
    "succeed",
    "totals",
    "unmet_before",
    "vocabulary",
    "write",
]
