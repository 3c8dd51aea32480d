"""The database: types that keep values exact, ids, one transaction at a time, and migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import psycopg
import uuid_utils.compat
from alembic import command
from alembic.config import Config
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    Date,
    DateTime,
    Engine,
    MetaData,
    SmallInteger,
    String,
    Uuid,
    event,
)
from sqlalchemy import Text as LongText
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from kinerja_flow.errors import Conflict

MIGRATIONS = Path(__file__).parent / "migrations"
_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)
#: What takes back, beside the database, what the present transaction did there.
_undoing: ContextVar[list[Callable[[], object]]] = ContextVar("undoing")


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps it as text and forgets the zone; here it comes back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Fraction]):
    """A number without rounding, as text ("28125/1000" reduced): 1/9 is not a decimal.

    Of any length: a mean over indicators has all their targets in its denominator.
    """

    impl = LongText()
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        return None if value is None else str(Fraction(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:
        return None if value is None else Fraction(value)


Json = JSON().with_variant(JSONB(), "postgresql")
Key = Annotated[str, mapped_column(String(40))]
Name = Annotated[str, mapped_column(String(200))]
#: What somebody chose, as codes: up to 20 keys of a catalogue.
Words = Annotated[str, mapped_column(String(1000))]
Text = Annotated[str, mapped_column(String(10_000))]
Digest = Annotated[str, mapped_column(String(64))]
Year = Annotated[int, mapped_column(SmallInteger)]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: Instant(),
            date: Date(),
            Fraction: Exact(),
            UUID: Uuid(),
            dict[str, Any]: Json,
            list[Any]: Json,
        },
    )


# A failed statement is told and logged without its values: sealed answers may be among them.
db = SQLAlchemy(model_class=Base, engine_options={"pool_pre_ping": False, "hide_parameters": True})


def new_id() -> UUID:
    """An id that no other process draws; ids drawn later sort later. Never for anonymous rows."""
    return uuid_utils.compat.uuid7()


def drawn_at(an_id: UUID) -> datetime:
    """When an id was drawn by `new_id`, to the millisecond (RFC 9562, section 5.7)."""
    return datetime.fromtimestamp((an_id.int >> 80) / 1000, UTC)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA synchronous=FULL")
        # What is deleted, sealed sheets above all, does not stay readable in the file.
        connection.execute("PRAGMA secure_delete=ON")


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    # A transaction that reads and then writes must hold SQLite's one write lock from its start.
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writing.get() else "BEGIN")


#: What PostgreSQL calls a duplicate key, a failed serialisation, and a deadlock.
_CLASHES = ("23505", "40001", "40P01")


def is_clash(error: BaseException) -> bool:
    """Whether two acts met: the other one came first, and nothing of this one was done."""
    raised = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(raised, psycopg.Error | sqlite3.Error):
        return False
    state = getattr(raised, "sqlstate", None)
    words = str(raised)
    return state in _CLASHES or "UNIQUE constraint" in words or "database is locked" in words


@contextmanager
def transaction() -> Iterator[Session]:
    """The session, in one business transaction: committed at the end, rolled back on an error.

    Inside another `transaction()` it joins that one, so a verb may call a verb; what fails in it
    is undone (a savepoint), so that a caller who takes the refusal keeps nothing half done. What
    was read before the outermost one is read anew in it, so that no decision rests on an old
    snapshot. Raises Conflict where another transaction came first.
    """
    session: Session = db.session()
    if _is_writing.get():
        with _clashes_told(), _undone(), session.begin_nested():
            yield session
        return
    session.rollback()
    token, undoing = _is_writing.set(True), _undoing.set([])
    try:
        with _clashes_told(), _undone():
            yield session
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _is_writing.reset(token)
        _undoing.reset(undoing)


def if_undone(step: Callable[[], object]) -> None:
    """Take the step if the present transaction comes to nothing: it takes back what was done
    beside the database, such as a file that was written."""
    _undoing.get().append(step)


@contextmanager
def _undone() -> Iterator[None]:
    """Takes the steps that were noted within where it fails; the newest first."""
    steps = _undoing.get()
    before = len(steps)
    try:
        yield
    except BaseException:
        while len(steps) > before:
            steps.pop()()
        raise


@contextmanager
def reading() -> Iterator[Session]:
    """The session, for reading alone: it waits for no writer, and what it read is let go after.

    Inside a `transaction()` it reads what that one sees.
    """
    session: Session = db.session()
    if _is_writing.get():
        yield session
        return
    session.rollback()
    try:
        yield session
    finally:
        session.rollback()


@contextmanager
def glance() -> Iterator[Session | Connection]:
    """Where a single statement reads, which needs no transaction of its own: on PostgreSQL two
    round trips less. Inside a `transaction()` it reads what that one sees.
    """
    if _is_writing.get() or db.engine.dialect.name == "sqlite":
        with reading() as session:
            yield session
        return
    with db.engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def _clashes_told() -> Iterator[None]:
    """Conflict in place of the database's own error where two acts met."""
    try:
        yield
    except Exception as error:
        if is_clash(error):
            raise Conflict.of("changed_meanwhile", "version") from error
        raise


@contextmanager
def bound_to(url: str) -> Iterator[None]:
    """`db` on the database at `url`, apart from the application; its connections end with it.

    For scratch databases. Enter it in a context of its own (`contextvars`) where a transaction of
    the application may be open.
    """
    app = Flask(__name__, static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def migrations(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a revision of the schema, by default the newest."""
    command.upgrade(migrations(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to an earlier revision; "base" is the empty database."""
    command.downgrade(migrations(url), revision)
