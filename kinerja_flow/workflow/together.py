"""Many moves at once whose changes have the same few shapes: one statement for each shape."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from kinerja_flow.workflow.draft import Move, Update
from kinerja_flow.workflow.store import store


def store_together(session: Session, moves: Sequence[Move]) -> None:
    """Store moves of one agency, of any year, at most one for a case.

    `store` changes row after row, since the changes of acts differ; those of a succession do not.
    Raises Conflict as `store` does, and the caller rolls back.
    """
    _change(session, [one for move in moves for one in move.writes if isinstance(one, Update)])
    rest = [
        replace(move, writes=tuple(one for one in move.writes if not isinstance(one, Update)))
        for move in sorted(moves, key=_year)
    ]
    for _, of_year in groupby(rest, key=_year):
        store(session, list(of_year))


def _year(move: Move) -> int:
    return move.facts.case.year


def _change(session: Session, changes: Iterable[Update]) -> None:
    shapes: dict[Any, list[Update]] = defaultdict(list)
    for one in changes:
        shapes[one.table, tuple(one.match), tuple(one.values)].append(one)
    connection = session.connection()
    for (table, match, values), alike in shapes.items():
        of = [table.c[name] == bindparam(f"of_{name}") for name in match]
        to = {name: bindparam(f"to_{name}", type_=table.c[name].type) for name in values}
        connection.execute(update(table).where(*of).values(to), [_given(one) for one in alike])


def _given(one: Update) -> dict[str, Any]:
    of = {f"of_{name}": value for name, value in one.match.items()}
    return of | {f"to_{name}": value for name, value in one.values.items()}
