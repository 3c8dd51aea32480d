"""Template versions as they are read, checked and published from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true

from kinerja_flow.db import reading
from kinerja_flow.errors import INPUTS, Blocker, Invalid, NotFound
from kinerja_flow.models import TemplateVersion
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.services import forms
from kinerja_flow.services.reports import definitions_of
from kinerja_flow.services.templates import publish, read_template
from workflows import TemplateError, TemplateProblem
from workflows.definition import Definition, Label
from workflows.faults import refuse
from workflows.kinds import Given

MOST = 100
#: A longer source is not even looked at: the checker refuses templates of half this size.
MOST_SOURCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of a template."""

    id: UUID
    key: str
    number: int
    title: Label
    digest: str
    published_at: datetime
    published_by: UUID | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checker says of a source: its digest where it is sound, else every problem."""

    digest: str | None
    problems: tuple[TemplateProblem, ...]

    @property
    def is_sound(self) -> bool:
        return not self.problems


class SourceInput(Given):
    """The YAML of a template, as it is: the checker says what is wrong with it, line by line."""

    def taken(self, value: Any) -> str:
        if not isinstance(value, str):
            raise refuse("input_not_text")
        if len(value) > MOST_SOURCE:
            raise refuse("text_length", min=1, max=MOST_SOURCE, length=len(value))
        return value


class TemplateForm(forms.Form):
    """The source of a template."""

    source = SourceInput(forms.spec("source"))


FORM = TemplateForm()


def versions_for(
    actor: Actor, key: str | None = None, *, after: UUID | None = None, most: int = MOST
) -> list[Version]:
    """The versions that the agency published, newest first, from below the one `after`; for
    everybody of the agency, since everybody is appraised by them. A fixed number of queries."""
    t = TemplateVersion
    with reading() as session:
        found = select(t).where(*_known(actor))
        if key is not None:
            found = found.where(t.key == key)
        if after is not None:
            found = found.where(t.id < after)
        page = found.order_by(t.id.desc()).limit(max(1, min(most, MOST + 1)))
        rows = list(session.scalars(page))
        known = definitions_of(session, {row.digest for row in rows})
        return [_version(row, known[row.digest]) for row in rows]


def _known(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The agency's; a persona knows of nothing but the case that it plays in."""
    nobody = false() if actor.confined_to else true()
    return (TemplateVersion.agency_id == actor.agency_id, nobody)


def _version(row: TemplateVersion, definition: Definition) -> Version:
    of = (row.id, row.key, row.number, definition.title, row.digest)
    return Version(*of, row.published_at, row.published_by)


def source_of(template_id: UUID, actor: Actor) -> tuple[Version, str]:
    """A version with the text that HR wrote; NotFound for what is not the agency's."""
    t = TemplateVersion
    with reading() as session:
        row = session.scalars(select(t).where(*_known(actor), t.id == template_id)).one_or_none()
        if row is None:
            raise NotFound.of("no_such_template", "template", key=str(template_id))
        definition = definitions_of(session, {row.digest})[row.digest]
        return _version(row, definition), row.source


def checked(actor: Actor, entry: Mapping[str, Any]) -> Checked:
    """Every problem of a source, for HR; nothing is kept."""
    only_hr(actor, "template")
    try:
        return Checked(read_template(_source(entry)).digest, ())
    except TemplateError as error:
        return Checked(None, error.problems)


def publish_by(actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Publish a source as the agency's next version of its key; Invalid with every problem, each
    at its place in the template."""
    only_hr(actor, "template")
    source = _source(entry)
    with sound("source"):
        return publish(source, actor)


def _source(entry: Mapping[str, Any]) -> str:
    values, wrong = FORM.read(entry)
    if wrong:
        raise Invalid(wrong)
    source: str = values["source"]
    return source


@contextmanager
def sound(field: str) -> Iterator[None]:
    """Invalid in place of a TemplateError: a blocker for each problem, at its place below the field
    that was sent."""
    try:
        yield
    except TemplateError as error:
        raise Invalid([_blocker(one, field) for one in error.problems]) from error


def _blocker(problem: TemplateProblem, field: str) -> Blocker:
    path = problem.path if problem.path[:1] == (field,) else (field, *problem.path)
    return Blocker(problem.code, ".".join(map(str, path)), (), problem.params, INPUTS)
