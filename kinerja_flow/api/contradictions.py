"""Sources of an indicator that contradict each other: which one counts, and why."""

from __future__ import annotations

from uuid import UUID

from kinerja_flow.api.entries import Added, NewView
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.services.contradictions import answer_contradiction
from kinerja_flow.services.measurement_forms import ANSWER

noun = Noun("contradictions", "Answers to contradictions. What contradicts: a case's measurements.")


@noun.adds("/cases/<uuid:case_id>/contradictions", ANSWER, NewView)
def answer(call: Call, case_id: UUID) -> Added:
    """Say which source of an indicator counts, for just the values that were compared (`seen`)."""
    return Added(answer_contradiction(case_id, call.actor, call.body))
