"""Publishing template versions, and reading the templates that ship with the product."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import workflows
from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.models import StoredDefinition, TemplateVersion
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.workflow import vocabulary
from workflows.definition import Definition

SHIPPED = Path(workflows.__file__).parent


def shipped_keys() -> list[str]:
    """The keys of the templates that ship, in alphabetical order."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml") if path.stem != "messages")


def shipped_source(key: str) -> str:
    """The YAML text of a shipped template."""
    if key not in shipped_keys():
        known = ", ".join(shipped_keys())
        raise NotFound.of("no_shipped_template", "template", key=key[:40], known=known)
    return (SHIPPED / f"{key}.yaml").read_text(encoding="utf-8")


def read_template(source: str, settings: Mapping[str, Any] | None = None) -> Definition:
    """The checked definition of a template's text; TemplateError lists every problem."""
    return workflows.read(source, vocabulary(), settings) if settings else _as_written(source)


@lru_cache(maxsize=32)
def _as_written(source: str) -> Definition:
    """A text that was read is not checked anew: its definition never changes."""
    return workflows.read(source, vocabulary(), {})


def keep(session: Session, definition: Definition) -> str:
    """Store a definition under its digest, once; the digest."""
    if session.get(StoredDefinition, definition.digest) is None:
        text = definition.canonical.decode()
        session.add(StoredDefinition(digest=definition.digest, canonical=text))
        session.flush()
    return definition.digest


def publish(source: str, actor: Actor) -> UUID:
    """Publish a template's text as the agency's next version of its key, if it is sound.

    Raises TemplateError with every problem, or Forbidden for anybody but HR.
    """
    only_hr(actor, "template")
    definition = read_template(source)
    with transaction() as session:
        of = (
            TemplateVersion.agency_id == actor.agency_id,
            TemplateVersion.key == definition.key,
        )
        newest = session.scalar(select(func.max(TemplateVersion.number)).where(*of))
        version = TemplateVersion(
            agency_id=actor.agency_id,
            key=definition.key,
            number=(newest or 0) + 1,
            source=source,
            digest=keep(session, definition),
            published_at=clock.now(),
            published_by=actor.person_id,
        )
        session.add(version)
        session.flush()
        return version.id
