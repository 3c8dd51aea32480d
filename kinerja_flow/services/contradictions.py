"""Sources of an indicator that contradict each other: somebody says which one counts, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kinerja_flow.db import new_id, transaction
from kinerja_flow.errors import INPUTS, Blocker, Conflict, Invalid, Stale
from kinerja_flow.facts import Facts
from kinerja_flow.models import ContradictionAnswer
from kinerja_flow.policy import Actor
from kinerja_flow.scoring.sources import Sources
from kinerja_flow.services import books
from kinerja_flow.services.measurement_forms import ANSWER
from kinerja_flow.workflow import Amendment, Insert, always, amend, store
from workflows.faults import listing, shown

_NEEDS = always("people", "material")

BOOK = "contradiction"
_ANSWERS: Any = ContradictionAnswer.__table__


def answer_contradiction(case_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Say which source of an indicator counts: indicator, source, reason, and perhaps `seen`, the
    digest of the values that were compared (`IndicatorMeasurements.digest`); the answer's id.

    It holds for just these values; a later answer to the same ones replaces it. Raises NotFound,
    Conflict (the book is closed, or nothing contradicts), Forbidden, Stale (a value came meanwhile)
    or Invalid with every problem.
    """
    with transaction() as session:
        facts = books.facts_for(session, case_id, actor, lock="move", needs=_NEEDS)
        books.refuse_unless_open(facts, actor, BOOK)
        values, wrong = ANSWER.read(entry)
        if wrong:
            raise Invalid(wrong)
        sources = _contradicted(facts, values)
        row = _row(facts, actor, sources, values)
        change = {name: str(row[name]) for name in ("id", "indicator_id", "source")}
        reason = hashlib.sha256(values["reason"].encode()).hexdigest()
        change |= {"values": sources.digest, "reason": reason}
        held = books.capacity(facts, actor, BOOK)
        answered = Amendment("contradiction_answered", held, change, [Insert(_ANSWERS, row)])
        store(session, [amend(facts, actor, answered)])
        return UUID(str(row["id"]))


def _contradicted(facts: Facts, values: Mapping[str, Any]) -> Sources:
    """The sources that contradict each other, of which the answer names one."""
    rows = [one for item in facts.material.plan for one in item.indicators]
    named = next((row for row in rows if row.id == str(values["indicator"])), None)
    if named is None:
        raise Invalid.of("no_such_indicator", "indicator")
    sources = named.sources
    if sources is None or not sources.is_contradicted:
        raise Conflict.of("no_contradiction", "indicator", indicator=named.title)
    if values.get("seen", sources.digest) != sources.digest:
        raise Stale.of("compared_others", "seen")
    known = [figure.source for figure in sources.figures]
    if values["source"] not in known:
        params = {"value": shown(values["source"]), "known": listing(known)}
        raise Invalid([Blocker("not_an_option", "source", (), params, INPUTS)])
    return sources


def _row(facts: Facts, actor: Actor, sources: Sources, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **books.home_key(facts),
        "id": new_id(),
        "indicator_id": values["indicator"],
        "source": values["source"],
        "digest": sources.digest,
        "reason": values["reason"],
        "answered_by": actor.person_id,
        "capacity": books.capacity(facts, actor, BOOK),
        "answered_at": facts.now,
    }
