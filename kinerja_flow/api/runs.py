"""Bulk runs: prepared, tried out, started, stopped, tried again, and what came of each row."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.downloads import Download
from kinerja_flow.api.exports import TYPES
from kinerja_flow.api.fields import Count, Id, Instant, Word
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.paging import SIZE, Page, Paged, page, page_of, paged, place_of
from kinerja_flow.api.problems import BlockerView
from kinerja_flow.language import language
from kinerja_flow.models import OUTCOMES
from kinerja_flow.services import forms, markers, runs
from kinerja_flow.services.run_kinds import KINDS
from kinerja_flow.services.run_reading import RowSeen, RunSeen, file_of, one_run, rows_of, runs_for

noun = Noun("runs", "One act for many: by HR, and by superiors for those whom they assess.")


class RunView(Schema):
    """A bulk run, and how far it is."""

    id = Id("Its id")
    kind = Word("What it does", like="advance")
    params = fields.Dict(metadata={"description": "What it was prepared with"})
    state = Word("prepared, running, over or cancelled", like="running")
    total = Count("How many rows it has", like=400)
    done = Count("How many are done", like=310)
    refused = Count("How many were refused", like=8)
    undone = Count("How many nobody has come to", like=82)
    prepared_by_id = Id("Who prepared it", attribute="prepared_by")
    prepared_at = Instant("When it was prepared")
    started_by_id = Id(
        "Who acts: whoever started it, or had it tried again; null before", attribute="started_by"
    )
    started_at = Instant("Since when it goes on; null before")
    ended_at = Instant("When it was over or cancelled; null before")


class RowView(Schema):
    """What came of one row."""

    ordinal = Count("Its number in the run", like=1)
    id = Id("The case or person that it is about; null for a line of a table")
    cells = fields.Dict(allow_none=True, metadata={"description": "The line; null for others"})
    outcome = Word("undone, done or refused", like="refused")
    blockers = fields.List(
        fields.Nested(BlockerView), metadata={"description": "Everything in the way"}
    )
    attempt = Count("How often it was tried", like=1)


class TrialView(Schema):
    """What a run would come to now."""

    tried = Count("How many rows were tried: the first 5,000 at most", like=400)
    would_do = Count("How many of them would be done", like=392)
    would_refuse = Count("How many would be refused", like=8)
    refused = fields.List(
        fields.Nested(RowView), metadata={"description": "The first 100 of these, and why"}
    )


class RunForm(forms.Form):
    """A kind of run, with what that kind takes."""

    kind = forms.choice("kind", tuple(KINDS))
    entry = forms.named("entry")


class RowFilter(Paged):
    """Which rows are wanted."""

    outcome = forms.choice("outcome", OUTCOMES, optional=True)


@noun.gets("/runs", page_of(RunView), Paged())
def listed(call: Call) -> Page:
    """The agency's runs for HR, for others their own; newest first."""
    return paged(call.query, runs_for, call.actor)


@noun.adds("/runs", RunForm(), RunView, reads=True)
def prepare(call: Call) -> RunSeen:
    """Prepare a run: its rows are found, and nothing is done yet."""
    run_id = runs.prepare(call.actor, call.body["kind"], call.body.get("entry", {}))
    return one_run(run_id, call.actor)


@noun.gets("/runs/<uuid:run_id>", RunView)
def one(call: Call, run_id: UUID) -> RunSeen:
    """One run, with its counts."""
    return one_run(run_id, call.actor)


@noun.gets("/runs/<uuid:run_id>/rows", page_of(RowView), RowFilter())
def rows(call: Call, run_id: UUID) -> Page:
    """What came of each row, in order; `outcome=refused` is what is left to put right."""
    after, most = place_of(call.query.get("cursor"), markers.number), call.query.get("limit", SIZE)
    of, place = call.query.get("outcome"), after[0] if after else None
    found = rows_of(run_id, call.actor, of, after=place, most=most + 1)
    return page([_told(row) for row in found], most, lambda one: (one["ordinal"],))


def _told(row: RowSeen) -> dict[str, Any]:
    blockers = [one.as_json(language()) for one in row.blockers]
    names = ("ordinal", "id", "cells", "outcome", "attempt")
    return {**{name: getattr(row, name) for name in names}, "blockers": blockers}


@noun.sends("/runs/<uuid:run_id>/file")
def file(call: Call, run_id: UUID) -> Download:
    """The file that an export wrote; it is kept for a short time."""
    name, content = file_of(run_id, call.actor)
    title, _, ending = name.partition(".")
    digest = hashlib.sha256(content).hexdigest()
    into = io.BytesIO(content)
    return Download(into, title, ending, TYPES[ending], len(content), digest)


@noun.operation("POST", "/runs/<uuid:run_id>/trial", Contract(TrialView))
def trial(call: Call, run_id: UUID) -> Mapping[str, Any]:
    """What would be refused now, row by row. Nothing is changed."""
    found = runs.try_out(run_id, call.actor)
    counts = {name: getattr(found, name) for name in ("tried", "would_do", "would_refuse")}
    return {**counts, "refused": [_told(row) for row in found.refused]}


@noun.operation("POST", "/runs/<uuid:run_id>/start", Contract(RunView, status=202))
def start(call: Call, run_id: UUID) -> RunSeen:
    """Let a run go on, as the caller; it is done in the background. Again changes nothing."""
    return runs.start(run_id, call.actor)


@noun.operation("POST", "/runs/<uuid:run_id>/retry", Contract(RunView, status=202))
def retry(call: Call, run_id: UUID) -> RunSeen:
    """Try the refused rows again, as the caller."""
    return runs.retry(run_id, call.actor)


@noun.operation("POST", "/runs/<uuid:run_id>/cancel", Contract(RunView))
def cancel(call: Call, run_id: UUID) -> RunSeen:
    """Stop a run for good; what is done stays done."""
    return runs.cancel(run_id, call.actor)
