"""About somebody: what is kept of them, and why they may or may not do something."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import click

from kinerja_flow.cli.application import application
from kinerja_flow.cli.documents import FILE, whole
from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.services.callers import caller_about
from kinerja_flow.services.my_data import data_by_letter, my_archive, my_data
from kinerja_flow.services.retention import retentions, set_retention
from kinerja_flow.services.why import why as why_of
from kinerja_flow.services.why_told import ACTION, ASPECTS, BOOK, READING, Why


@click.command()
@click.argument("case", type=click.UUID)
@click.option("--as", "who", required=True, metavar="PERSON", help="NIP or id of an HR officer.")
@click.option("--person", required=True, help="NIP or id of whom it is asked about.")
@click.option("--action", help="An action of the case's template.")
@click.option("--book", help="A book of the case, such as plan.")
@click.option("--reading", help="Something to read: case, answers, results, competencies.")
@as_json
@in_language
@speaks
def why(speech: Speech, /, case: UUID, who: str, person: str, **asked: str | None) -> None:
    """Say why somebody may or may not do something to a case now, as an HR officer."""
    aspect, name = _one_of(asked)
    with application():
        actor, about = caller_about(who, person)
        found = why_of(case, actor, about, aspect, name)
    if speech.is_json:
        speech.write(_as_json(found, speech.language))
    else:
        _say(found, speech)


@click.group()
def person() -> None:
    """What is kept of somebody."""


@person.command()
@click.argument("person")
@click.option("--as", "who", required=True, metavar="PERSON", help="NIP or id of who asks.")
@click.option("-o", "--output", type=FILE, required=True, help="The file, .json or .zip.")
@as_json
@in_language
@speaks
def data(speech: Speech, /, person: str, who: str, output: Path) -> None:
    """Write what is kept of somebody: all of it for themself, or as an HR officer who answers a
    letter. A .zip, with documents and files, is for themself alone."""
    with application() as app, whole(output) as file:
        actor, about = caller_about(who, person)
        if actor.person_id != about:
            data_by_letter(actor, about, file)
        elif output.suffix.lower() == ".zip":
            my_archive(actor, file, app.extensions["kinerja_files"])
        else:
            my_data(actor, file)
    if speech.is_json:
        speech.write({"file": str(output)})
    else:
        speech.say("data_written", file=output)


@click.group()
def retention() -> None:
    """For how long an agency keeps what is not kept for ever."""


@retention.command("list")
@click.option("--as", "who", required=True, metavar="PERSON", help="NIP or id of an HR officer.")
@as_json
@in_language
@speaks
def listed(speech: Speech, who: str) -> None:
    """List what is kept for how many days."""
    with application():
        found = retentions(caller_about(who, who)[0])
    if speech.is_json:
        speech.write({one.what: one.days for one in found})
        return
    for one in found:
        speech.say("retention_line", what=one.what, days=one.days, default=one.default)


@retention.command("set")
@click.argument("what")
@click.argument("days", type=int)
@click.option("--as", "who", required=True, metavar="PERSON", help="NIP or id of an HR officer.")
@as_json
@in_language
@speaks
def kept_for(speech: Speech, /, what: str, days: int, who: str) -> None:
    """Say for how many days something is kept."""
    with application():
        set_retention(caller_about(who, who)[0], {"what": what, "days": days})
    if speech.is_json:
        speech.write({what: days})
    else:
        speech.say("retention_set", what=what, days=days)


def _one_of(asked: dict[str, str | None]) -> tuple[str, str]:
    given = [(aspect, name) for aspect in ASPECTS if (name := asked[aspect])]
    if len(given) != 1:
        raise click.UsageError(f"--{ACTION} | --{BOOK} | --{READING}")
    return given[0]


def _as_json(found: Why, language: str) -> dict[str, Any]:
    checks = [
        {"name": one.name, "blockers": [b.as_json(language) for b in one.blockers]}
        for one in found.checks
    ]
    return {
        "is_allowed": found.is_allowed,
        "state": found.state,
        "version": found.version,
        "stands": [one.relation for one in found.stands],
        "checks": checks,
        "asked_later": list(found.asked_later),
        "holders": {by: list(map(str, people)) for by, people in found.holders.items()},
        "due_on": found.due_on and found.due_on.isoformat(),
        "deadlines": [{"kind": d.kind, "due_at": d.due_at.isoformat()} for d in found.deadlines],
    }


def _say(found: Why, speech: Speech) -> None:
    stands = ", ".join(one.label(speech.language) for one in found.stands) or "-"
    code = "why_allowed" if found.is_allowed else "why_refused"
    speech.say(code, state=found.state_label(speech.language), stands=stands)
    for blocker in (one for check in found.checks for one in check.blockers):
        people = {str(one) for by in blocker.lifted_by for one in found.holders[by]}
        speech.say("why_blocker", says=blocker.say(speech.language))
        speech.say("way_out", text=blocker.way_out(speech.language))
        if people:
            speech.say("why_lifted_by", people=", ".join(sorted(people)))
    if found.asked_later:
        speech.say("why_asked_later", rules=", ".join(found.asked_later))
    if found.due_on:
        speech.say("why_due", due=found.due_on.isoformat())
