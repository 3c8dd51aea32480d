"""The one verb that moves a case, whoever asks: person, clock, bulk run or another act."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import INPUTS, Blocker, Invalid, NotFound, Problem, Stale
from kinerja_flow.facts import Facts
from kinerja_flow.models import IdempotencyKey
from kinerja_flow.policy import SYSTEM, Actor, is_hidden
from kinerja_flow.workflow import (
    Move,
    Needs,
    Offer,
    available,
    decide,
    load_many,
    load_one,
    needs_in,
    needs_of,
    sha256_of,
    store,
)
from workflows.definition import Definition

#: As many cases are loaded, decided and written as one set.
CHUNK = 5_000
#: An idempotency key: what a header can carry and every database can keep.
_KEY = re.compile("[!-~]{1,40}")


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do: an action of the template with its inputs.

    `version` is the version of the case that they saw (None: whatever it is, for the clock and for
    programs); `key` lets the same request be sent twice with one effect.
    """

    action: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    key: str | None = None

    @property
    def sha256(self) -> str:
        inputs = json.loads(json.dumps(dict(self.inputs), default=str)) if self.inputs else {}
        return sha256_of({"action": self.action, "version": self.version, "inputs": inputs})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act came to: the state and version that the case has now."""

    case_id: UUID
    action: str
    state: str
    version: int

    def as_json(self) -> dict[str, Any]:
        said = {"action": self.action, "state": self.state, "version": self.version}
        return {"case": str(self.case_id), **said}


def act(case_id: UUID, actor: Actor, request: Act) -> Outcome:
    """Take an action on a case, with everything it causes, or refuse it and change nothing.

    Raises NotFound, Forbidden, Conflict, Stale, Invalid or Refused, with every blocker.
    """
    _refuse_unreadable(request)
    try:
        with transaction() as session:
            return _act(session, case_id, actor, request)
    except Problem:
        # A key is looked up only now: an act that was taken before is stale, or its key clashes.
        if request.key is None or (known := _answered(case_id, actor, request)) is None:
            raise
        return known


def _refuse_unreadable(request: Act) -> None:
    """Invalid where the request can't even be read; its inputs are for the action to read."""
    if not isinstance(request.action, str):
        raise Invalid([Blocker("input_not_text", "action", catalogue=INPUTS)])
    key = request.key
    if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
        raise Invalid.of("key_unreadable", "key", most=40)


def _act(session: Session, case_id: UUID, actor: Actor, request: Act) -> Outcome:
    assert actor.agency_id is not None, "an actor acts for an agency"

    facts = load_one(session, actor.agency_id, case_id, _needs(request), lock="move")
    _refuse_hidden(facts, actor)
    seen = request.version
    if seen is not None and seen != facts.case.version:
        raise Stale.of("stale", "version", seen=seen, present=facts.case.version)
    move = decide(facts, request.action, actor, request.inputs)
    if isinstance(move, Problem):
        raise move
    outcome = _outcome(move)
    store(session, [move], [_key(actor, request, outcome)] if request.key else [])
    _follow(session, actor.agency_id, move)
    return outcome


def _refuse_hidden(facts: Facts, actor: Actor) -> None:
    if is_hidden(facts, actor):
        raise NotFound.of("no_such_case", "case")


def act_all(case_ids: Iterable[UUID], actor: Actor, request: Act) -> dict[UUID, Outcome | Problem]:
    """Take one action on many cases of one agency, in sets: what each came to, or its problem.

    Each case is decided by the same rules as a single act; what is refused holds nobody else up.
    All that is decided is written in one transaction, or none of it. Neither a version nor a key
    is for many cases: Invalid.
    """
    assert actor.agency_id is not None, "an actor acts for an agency"
    _refuse_unreadable(request)
    if request.key is not None or request.version is not None:
        raise Invalid.of("one_case_only", "key" if request.version is None else "version")
    wanted = sorted(set(case_ids))
    found: dict[UUID, Outcome | Problem] = {
        case_id: NotFound.of("no_such_case", "case") for case_id in wanted
    }
    with transaction() as session:
        for start in range(0, len(wanted), CHUNK):
            found |= _act_in_set(session, wanted[start : start + CHUNK], actor, request)
    return found


def _act_in_set(
    session: Session, case_ids: Sequence[UUID], actor: Actor, request: Act
) -> dict[UUID, Outcome | Problem]:
    assert actor.agency_id is not None
    known = load_many(session, actor.agency_id, case_ids, _needs(request), lock="move")
    loaded = [facts for facts in known if not is_hidden(facts, actor)]
    decided = {f.case.id: decide(f, request.action, actor, request.inputs) for f in loaded}
    found = {of: d if isinstance(d, Problem) else _outcome(d) for of, d in decided.items()}
    moves = [move for move in decided.values() if isinstance(move, Move)]
    alone = [move for move in moves if not move.follows]
    for _, of_year in groupby(alone, key=lambda move: move.facts.case.year):
        store(session, list(of_year))
    # What an act causes elsewhere may be refused, or change what the next one is decided on.
    causing = [move.facts.case.id for move in moves if move.follows]
    return found | {of: _act_apart(of, actor, request) for of in causing}


def _act_apart(case_id: UUID, actor: Actor, request: Act) -> Outcome | Problem:
    try:
        with transaction() as session:
            return _act(session, case_id, actor, request)
    except Problem as problem:
        return problem


def _needs(request: Act) -> Needs:
    def needs(definition: Definition, kind: str, _state: str) -> frozenset[str]:
        return needs_of(definition, kind, request.action)

    return needs


def _outcome(move: Move) -> Outcome:
    case = move.facts.case
    return Outcome(case.id, move.action.name, move.to_state, case.version + 1)


def _follow(session: Session, agency_id: int, move: Move) -> None:
    """Take the acts on other cases that this one causes, in the same transaction."""
    system = Actor(agency_id=agency_id, engine=SYSTEM.engine)
    for follow in move.follows:
        _act(session, follow.case_id, system, Act(follow.action))


def _answered(case_id: UUID, actor: Actor, request: Act) -> Outcome | None:
    k = IdempotencyKey
    of = (k.agency_id == actor.agency_id, k.actor_id == actor.person_id, k.key == request.key)
    with reading() as session:
        found = session.execute(select(k.case_id, k.request, k.answer).where(*of))
        known = found.one_or_none()
    if known is None:
        return None
    if known.case_id != case_id or not _is(known.request, request):
        raise Invalid.of("key_reused", "key")
    said = known.answer
    return Outcome(UUID(said["case"]), said["action"], said["state"], said["version"])


def _is(sha256: str, request: Act) -> bool:
    """Whether the request is the one of this hash; one that can't be written out is none."""
    try:
        return request.sha256 == sha256
    except (TypeError, ValueError, RecursionError):
        return False


def _key(actor: Actor, request: Act, outcome: Outcome) -> dict[str, Any]:
    if actor.person_id is None:
        raise Invalid.of("key_without_person", "key")
    return {
        "agency_id": actor.agency_id,
        "actor_id": actor.person_id,
        "key": request.key,
        "case_id": outcome.case_id,
        "request": request.sha256,
        "answer": outcome.as_json(),
        "created_at": clock.now(),
    }


def offers(case_id: UUID, actor: Actor) -> list[Offer]:
    """The actions that the actor could take on the case now, each with all that blocks it."""
    with reading() as session:
        assert actor.agency_id is not None, "an actor acts for an agency"
        facts = load_one(session, actor.agency_id, case_id, needs_in)
        _refuse_hidden(facts, actor)
        return available(facts, actor)
