"""Bulk runs from the command line: what they came to, and going on with them here and now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import click

from kinerja_flow.cli.application import application
from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.models import REFUSED
from kinerja_flow.policy import Actor
from kinerja_flow.services import runs
from kinerja_flow.services.callers import caller_about
from kinerja_flow.services.run_reading import RunSeen, one_run, rows_of, runs_for
from kinerja_flow.services.run_work import Key, carry_on


@click.group()
def run() -> None:
    """Bulk runs: one act for many, row by row."""


as_person = click.option("--as", "who", required=True, metavar="PERSON", help="NIP or id.")


@run.command("list")
@as_person
@as_json
@in_language
@speaks
def listed(speech: Speech, who: str) -> None:
    """The newest runs of the agency, or one's own."""
    with application():
        found = runs_for(_person(who))
    if speech.is_json:
        speech.write([_as_json(one) for one in found])
        return
    for one in found:
        speech.say("run_line", **_as_json(one))


@run.command()
@click.argument("run_id", type=click.UUID)
@as_person
@as_json
@in_language
@speaks
def show(speech: Speech, /, run_id: UUID, who: str) -> None:
    """How far a run is, and why rows were refused; the first hundred of them."""
    with application():
        actor = _person(who)
        found, rows = one_run(run_id, actor), rows_of(run_id, actor, REFUSED)
    if speech.is_json:
        refused = [
            {
                "ordinal": row.ordinal,
                "id": row.id and str(row.id),
                "blockers": [one.as_json(speech.language) for one in row.blockers],
            }
            for row in rows
        ]
        speech.write({**_as_json(found), "refused_rows": refused})
        return
    speech.say("run_line", **_as_json(found))
    for row in rows:
        for one in row.blockers:
            said = {"text": one.say(speech.language), "way_out": one.way_out(speech.language)}
            speech.say("run_row", ordinal=row.ordinal, about=row.id or "-", **said)


@run.command()
@click.argument("run_id", type=click.UUID)
@as_person
@as_json
@in_language
@speaks
def start(speech: Speech, /, run_id: UUID, who: str) -> None:
    """Start a run that was prepared, and work on it here until it is over."""
    _worked(speech, run_id, who, runs.start)


@run.command()
@click.argument("run_id", type=click.UUID)
@as_person
@as_json
@in_language
@speaks
def resume(speech: Speech, /, run_id: UUID, who: str) -> None:
    """Go on here with a run that is under way, such as one whose process died."""
    _worked(speech, run_id, who, one_run)


@run.command()
@click.argument("run_id", type=click.UUID)
@as_person
@as_json
@in_language
@speaks
def retry(speech: Speech, /, run_id: UUID, who: str) -> None:
    """Try the refused rows of a run again, here and now."""
    _worked(speech, run_id, who, runs.retry)


@run.command()
@click.argument("run_id", type=click.UUID)
@as_person
@as_json
@in_language
@speaks
def cancel(speech: Speech, /, run_id: UUID, who: str) -> None:
    """Stop a run for good; what is done stays done."""
    with application():
        found = runs.cancel(run_id, _person(who))
    _told(speech, found)


def _worked(
    speech: Speech, run_id: UUID, who: str, first: Callable[[UUID, Actor], RunSeen]
) -> None:
    with application(), speech.error.status(speech.text("run_working")):
        actor = _person(who)
        first(run_id, actor)
        carry_on(Key(actor.agency_id or 0, run_id))
        found = one_run(run_id, actor)
    _told(speech, found)


def _told(speech: Speech, found: RunSeen) -> None:
    if speech.is_json:
        speech.write(_as_json(found))
    else:
        speech.say("run_line", **_as_json(found))


def _person(who: str) -> Actor:
    return caller_about(who, who)[0]


def _as_json(found: RunSeen) -> dict[str, Any]:
    names = ("kind", "state", "total", "done", "refused", "undone")
    return {"id": str(found.id), **{name: getattr(found, name) for name in names}}
