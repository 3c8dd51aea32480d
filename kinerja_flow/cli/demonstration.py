"""The demo from the command line: a fresh database, a year with its tour, and then a server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import make_url

from kinerja_flow import create_app
from kinerja_flow.cli.application import application, reaching
from kinerja_flow.cli.refusals import FAILED, FOLDER, Unready
from kinerja_flow.cli.serving import free_port, run
from kinerja_flow.cli.speech import Speech, in_language, speaks
from kinerja_flow.config import Settings
from kinerja_flow.db import upgrade
from kinerja_flow.demo.agency import places
from kinerja_flow.demo.examples import examples
from kinerja_flow.demo.show import perform

#: Made anew by each demo, below the folder in which it runs.
OWN = Path("instance") / "demo.sqlite"
LOOPBACK = "127.0.0.1"


@click.command()
@click.option("--only", type=click.Choice(places()), help="One of the agencies, instead of all.")
@click.option("--once", is_flag=True, help="End after the tour, without serving.")
@click.option("--database", metavar="URL", help="An empty database to use instead of a new file.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to serve on; 0 for any.")
@in_language
@speaks
def demo(
    speech: Speech, only: str | None, once: bool, database: str | None, port: int | None
) -> int:
    """Show invented agencies' years: acts, refusals, scores explained, objections decided."""
    settings = Settings.from_environment()
    url = database or _fresh()
    settings = replace(settings, database_url=url, host=LOOPBACK, sweep_seconds=0)
    settings = replace(settings, second_step=0)
    with reaching(url):
        upgrade(url)
    with application(settings, create_app) as app:
        where = make_url(url).render_as_string(hide_password=True)
        speech.say("demo_database", where=where)
        outcome = perform(speech.out, speech.language, only)
        if outcome.findings:
            return FAILED
        _tell_what_to_try(speech, where)
        if not once:
            wanted = settings.port if port is None else port
            speech.say("demo_serves")
            run(app, replace(settings, port=free_port(LOOPBACK, wanted)), speech)
    return 0


def _tell_what_to_try(speech: Speech, where: str) -> None:
    """A document and a table of each cycle, as commands that can be copied."""
    speech.say("demo_try", style="bold", where=where)
    for one in examples():
        speech.say("demo_try_cycle", cycle=one.cycle, person=one.person)
        speech.say("demo_try_document", case=one.case_id, nip=one.officer)
        speech.say("demo_try_export", cycle=one.cycle_id, nip=one.officer)


def _fresh() -> str:
    """The address of a new file in the place of an earlier demo's."""
    try:
        OWN.parent.mkdir(exist_ok=True)
        for name in (OWN.name, f"{OWN.name}-wal", f"{OWN.name}-shm"):
            OWN.with_name(name).unlink(missing_ok=True)
    except OSError as error:
        raise Unready(FOLDER, str(OWN.parent.absolute())) from error
    return f"sqlite:///{OWN.absolute()}"
