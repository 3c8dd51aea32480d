"""Statements that the driver itself executes: the few of every act, and rows by the thousand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, Select, Table, TextClause, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

#: From so many rows on COPY takes less time than an INSERT.
_MANY = 200
#: Changes a value on its way into or out of the database; None where it goes as it is.
Change = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one kind of database understands it."""

    sql: str
    order: tuple[str, ...] | None
    given: tuple[tuple[str, Callable[[Any], Any]], ...]
    taken: tuple[tuple[int, Callable[[Any], Any]], ...]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        changed = {**values, **{name: change(values[name]) for name, change in self.given}}
        return changed if self.order is None else [changed[name] for name in self.order]

    def row(self, found: Any) -> list[Any]:
        row = list(found)
        for place, change in self.taken:
            row[place] = change(row[place])
        return row


class Hot:
    """A statement for the hot path, in the session's transaction and on its connection.

    What SQLAlchemy does at each execution takes longer than a short statement itself, and an act
    is four of them (`docs/performance.md`). Types are converted as everywhere; errors are the
    driver's own.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | TextClause) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def rows(self, on: Session | Connection, values: Mapping[str, Any]) -> list[list[Any]]:
        """The rows that the statement finds; `values` has all its parameters and no other."""
        connection = on.connection() if isinstance(on, Session) else on
        form = self._forms.get(connection.dialect.name) or self._written(connection.dialect)
        parameters = form.parameters(values)
        cursor = connection.connection.cursor()
        _tell(connection, cursor, form.sql, parameters)
        try:
            cursor.execute(form.sql, parameters)
            return [form.row(found) for found in cursor.fetchall()]
        finally:
            cursor.close()

    def _written(self, dialect: Dialect) -> _Form:
        compiled: Any = self._statement.compile(dialect=dialect)
        binds = {name: bind.type for name, bind in compiled.binds.items()}
        given = ((name, _into(kind, dialect)) for name, kind in binds.items())
        statement = self._statement
        columns = () if isinstance(statement, TextClause) else tuple(statement.selected_columns)
        taken = ((place, _out_of(column.type, dialect)) for place, column in enumerate(columns))
        form = _Form(
            sql=str(compiled),
            order=tuple(compiled.positiontup) if compiled.positional else None,
            given=tuple((name, change) for name, change in given if change),
            taken=tuple((place, change) for place, change in taken if change),
        )
        self._forms[dialect.name] = form
        return form


def _tell(connection: Connection, cursor: Any, sql: str, parameters: Any) -> None:
    """Whoever counts or times statements is told of these too."""
    for tell in connection.dispatch.before_cursor_execute:
        tell(connection, cursor, sql, parameters, None, False)


def add_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that all have the same columns; on PostgreSQL many of them are copied in."""
    if len(rows) >= _MANY and connection.dialect.name == "postgresql":
        _copy_in(connection, table, rows)
    else:
        connection.execute(insert(table), rows)


def _copy_in(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Types are converted, and defaults filled in, as an INSERT does it."""
    named = [c for c in table.columns if c.name in rows[0] or c.default is not None]
    quoted = connection.dialect.identifier_preparer
    names = ", ".join(quoted.format_column(column) for column in named)
    sql = f"COPY {quoted.format_table(table)} ({names}) FROM STDIN"
    columns = [(c.name, c.default, _into(c.type, connection.dialect)) for c in named]
    cursor: Any = connection.connection.cursor()
    _tell(connection, cursor, sql, ())
    with cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row([_value(row, *column) for column in columns])


def _value(row: Mapping[str, Any], name: str, default: Any, change: Change) -> Any:
    value = row[name] if name in row else _default(default)
    return change(value) if change else value


def _default(default: Any) -> Any:
    return default.arg(None) if default.is_callable else default.arg


class Listed(FunctionElement[Any]):
    """Rows as one JSON array of arrays (None or empty without any), in no particular order."""

    name = "listed"
    type = JSON()
    inherit_cache = True


@compiles(Listed, "sqlite")
def _listed_by_sqlite(listed: Listed, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_group_array(json_array({compiler.process(listed.clauses, **how)}))"


@compiles(Listed, "postgresql")
def _listed_by_postgresql(listed: Listed, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_agg(json_build_array({compiler.process(listed.clauses, **how)}))"


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Change:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out_of(kind: TypeEngine[Any], dialect: Dialect) -> Change:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
