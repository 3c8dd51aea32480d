"""Bulk runs: one act for many, prepared, tried out, started, stopped, and tried again.

What is done row by row is decided as a single act is, with the same blockers. Nothing here works
on rows but the trial: whoever sweeps goes on with what was started (`run_work`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from kinerja_flow import clock
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import Conflict, Forbidden, Invalid, Refused
from kinerja_flow.models import CANCELLED, OVER, PREPARED, REFUSED, RUNNING, UNDONE, Run, RunRow
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.services.once import Asked, once
from kinerja_flow.services.run_cases import only_runners
from kinerja_flow.services.run_kind import MOST_ROWS, About, Kind, Line, Refusals
from kinerja_flow.services.run_kinds import KINDS
from kinerja_flow.services.run_reading import RowSeen, RunSeen, held, seen
from kinerja_flow.services.run_work import COLUMNS, Key, refused_by, taken
from kinerja_flow.workflow import Insert, write
from workflows.faults import listing

#: What a run is about stands in its rows, and not once more beside them.
_IN_ROWS = ("cases", "people", "rows")

#: A trial is one request: of more rows it tries the first, and it names the first refused ones.
MOST_TRIED, MOST_TOLD = 5_000, 100


@dataclass(frozen=True, slots=True)
class Trial:
    """What a run would come to now: how many rows were tried, how many of them would be done, how
    many refused, and why the first of these would be."""

    tried: int
    would_do: int
    would_refuse: int
    refused: tuple[RowSeen, ...]


class _Tried(Exception):
    """The end of a trial: what was done in it is undone."""


def prepare(actor: Actor, kind: str, entry: Mapping[str, Any], key: str | None = None) -> UUID:
    """A run of a kind (`KINDS`) with its rows, of which nothing is done yet; its id.

    The same entry under the same key is the same run. Superiors prepare what concerns cases; the
    rest is for HR. Raises Forbidden, NotFound, Invalid with all that is wrong, or Refused where
    there is nothing to do.
    """
    known = _kind(actor, kind)
    if not known.by_officers:
        with reading() as session:
            only_runners(session, actor)
    if key is None:
        return _prepared(actor, kind, known, entry)
    asked = Asked(key, {"run": kind, "entry": _plain(entry)})
    answer = once(actor, asked, lambda: {"run": str(_prepared(actor, kind, known, entry))})
    return UUID(answer["run"])


def _kind(actor: Actor, kind: str) -> Kind:
    if not isinstance(kind, str) or kind not in KINDS:
        raise Invalid.of("unknown_run", "kind", known=listing(list(KINDS)))
    if KINDS[kind].by_officers:
        only_hr(actor, "run")
    if actor.confined_to is not None or actor.person_id is None:
        raise Forbidden.of("no_run_of_theirs", "run")
    return KINDS[kind]


def _plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(json.dumps(dict(entry), default=str))
    return said


def _prepared(actor: Actor, name: str, kind: Kind, entry: Mapping[str, Any]) -> UUID:
    values, wrong = kind.form.read(entry)
    if wrong:
        raise Invalid(wrong)
    with transaction() as session:
        chosen = list(kind.choose(session, actor, values))
        if not chosen:
            raise Refused.of("nothing_to_run", "run")
        if len(chosen) > MOST_ROWS:
            raise Invalid.of("run_too_large", "run", most=MOST_ROWS)
        assert actor.agency_id is not None
        run = Run(
            agency_id=actor.agency_id,
            id=new_id(),
            kind=name,
            params={key: said for key, said in _plain(entry).items() if key not in _IN_ROWS},
            total=len(chosen),
            prepared_by=actor.person_id,
            prepared_at=clock.now(),
        )
        session.add(run)
        session.flush()
        write(session, [_row(run, ordinal, about) for ordinal, about in enumerate(chosen, 1)])
        return run.id


def _row(run: Run, ordinal: int, about: About) -> Insert:
    table: Any = RunRow.__table__
    key = {"agency_id": run.agency_id, "run_id": run.id, "ordinal": ordinal}
    return Insert(table, {**key, "about": about.id, "cells": about.cells, "blockers": None})


def try_out(run_id: UUID, actor: Actor) -> Trial:
    """What the actor would be refused now, row by row, if they started the run. It is done as it
    would be, some rows at a time, and undone each time: nothing is changed."""
    with transaction() as session:
        run = held(session, run_id, actor)
        _kind(actor, run.kind)
    done, refused, told = 0, 0, list[RowSeen]()
    for lines, why in _tried(Key(run.agency_id, run.id), actor):
        done += len(lines) - len(why)
        refused += len(why)
        found = [
            RowSeen(line.ordinal, line.id, line.told, REFUSED, tuple(why[line.ordinal]), 0)
            for line in lines
            if line.ordinal in why
        ]
        told += found[: MOST_TOLD - len(told)]
    return Trial(done + refused, done, refused, tuple(told))


def _tried(key: Key, actor: Actor) -> Iterator[tuple[list[Line], Refusals]]:
    last, left = 0, MOST_TRIED
    while lines := _next(key, actor, last, left):
        yield lines, _why_not(key, actor, lines)
        last, left = lines[-1].ordinal, left - len(lines)


def _next(key: Key, actor: Actor, last: int, most: int) -> list[Line]:
    with reading() as session:
        run = held(session, key.run_id, actor)
        undone = (*key.of(RunRow), RunRow.outcome == UNDONE, RunRow.ordinal > last)
        wanted = select(*COLUMNS).where(*undone).order_by(RunRow.ordinal)
        found = session.execute(wanted.limit(min(most, KINDS[run.kind].chunk)))
        return [Line(*row) for row in found]


def _why_not(key: Key, actor: Actor, lines: list[Line]) -> Refusals:
    """As the work does it: where rows fail together, each is tried alone."""
    try:
        return _undone(key, actor, lines)
    except Exception:
        return {of: why for line in lines for of, why in _alone(key, actor, line).items()}


def _alone(key: Key, actor: Actor, line: Line) -> Refusals:
    try:
        return _undone(key, actor, [line])
    except Exception as error:
        return {line.ordinal: refused_by(error)}


def _undone(key: Key, actor: Actor, lines: list[Line]) -> Refusals:
    assert actor.person_id is not None, "nobody else holds a run"
    why: Refusals = {}
    try:
        with transaction() as session:
            run = held(session, key.run_id, actor)
            why = taken(session, run, actor.person_id, lines)
            raise _Tried
    except _Tried:
        return why


def start(run_id: UUID, actor: Actor) -> RunSeen:
    """Let a run go on from now, as the actor: it is done by whoever sweeps. One that was started
    stays as it is. Raises NotFound, Forbidden, Conflict (it was cancelled)."""
    with transaction() as session:
        run = held(session, run_id, actor, lock=True)
        _kind(actor, run.kind)
        if run.state == CANCELLED:
            raise Conflict.of("run_cancelled", "run")
        if run.state == PREPARED:
            _run_on(run, actor)
        return seen(run, actor)


def _run_on(run: Run, actor: Actor) -> None:
    run.state, run.ended_at = RUNNING, None
    run.started_by, run.started_at = actor.person_id, clock.now()


def retry(run_id: UUID, actor: Actor) -> RunSeen:
    """Let the rows that were refused be tried again, as the actor; without any nothing changes.
    Under way it stays that of whoever let it go on. Raises NotFound, Forbidden, Conflict (it was
    not started, or cancelled, or goes on for somebody else)."""
    with transaction() as session:
        run = held(session, run_id, actor, lock=True)
        _kind(actor, run.kind)
        if run.state not in (RUNNING, OVER):
            raise Conflict.of(
                "run_not_started" if run.state == PREPARED else "run_cancelled", "run"
            )
        if run.state == RUNNING and run.started_by != actor.person_id:
            raise Conflict.of("run_under_way", "run")
        if again := session.connection().execute(_again(run)).rowcount:
            run.refused -= again
            _run_on(run, actor)
        return seen(run, actor)


def _again(run: Run) -> Any:
    refused = (*Key(run.agency_id, run.id).of(RunRow), RunRow.outcome == REFUSED)
    return update(RunRow).where(*refused).values(outcome=UNDONE, blockers=None)


def cancel(run_id: UUID, actor: Actor) -> RunSeen:
    """Stop a run for good: what is done stays done, and rows in hand are finished. Again changes
    nothing. Raises NotFound, Forbidden, Conflict (it is over)."""
    with transaction() as session:
        run = held(session, run_id, actor, lock=True)
        _kind(actor, run.kind)
        if run.state == OVER:
            raise Conflict.of("run_over", "run")
        if run.state != CANCELLED:
            run.state, run.ended_at = CANCELLED, clock.now()
        return seen(run, actor)
