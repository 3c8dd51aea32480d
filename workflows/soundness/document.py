"""Can the document of a result be drawn up and signed, without telling anybody's secret?"""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Action
from workflows.faults import Path, listing
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft
from workflows.vocabulary import SIGN

#: Inputs that can be shown in words; people are named in their own place.
TOLD = ("text", "number", "integer", "boolean", "date", "choice", "rating")


def hidden_people(draft: Draft) -> Iterator[TemplateProblem]:
    """A document names nobody whose answers are kept apart from their name."""
    for key in ("people", "signed_by"):
        for name in getattr(draft.definition.document, key):
            if _is_anonymous(draft, name):
                yield draft.finding("document_anonymous", ("document", key), name=name)


def never_signing(draft: Draft) -> Iterator[TemplateProblem]:
    """Whoever a template says signs the document has an action that signs the result."""
    machines = list(draft.machines_read("name", "by", "does"))
    if len(machines) < len(draft.names.states) or SIGN not in draft.names.vocabulary.effects:
        return
    acts = [action for machine in machines for action in machine.actions.values()]
    able = {
        name
        for action in acts
        if any(call.name == SIGN and call.params["subject"] == "result" for call in action.does)
        for name in action.by
    }
    for name in _said(draft, "signed_by"):
        if name not in able:
            yield draft.finding("document_never_signed", ("document", "signed_by"), name=name)


def untold_inputs(draft: Draft) -> Iterator[TemplateProblem]:
    """What is shown is said in words, and by nobody who is anonymous."""
    told = draft.definition.document
    shown: dict[str, Path] = dict.fromkeys(told.notes, ("document", "notes"))
    if told.organisation:
        shown[told.organisation] = ("document", "organisation")
    for machine in draft.machines_read("name", "by", "takes"):
        for action in machine.actions.values():
            for name in shown.keys() & action.takes.keys():
                yield from _untold(draft, action, name, shown[name])


def _untold(draft: Draft, action: Action, name: str, path: Path) -> Iterator[TemplateProblem]:
    kind = action.takes[name].kind
    if kind not in TOLD:
        yield draft.finding("document_input_kind", path, name=name, kind=kind, known=listing(TOLD))
    for by in action.by:
        if _is_anonymous(draft, by):
            params = {"action": action.name, "by": by}
            yield draft.finding("document_input_hidden", path, name=name, **params)


def _said(draft: Draft, key: str) -> tuple[str, ...]:
    """What the template itself says; what is usual holds for whoever can."""
    written = draft.document.data.get("document")
    is_said = isinstance(written, dict) and key in written
    said: tuple[str, ...] = getattr(draft.definition.document, key)
    return said if is_said else ()


def _is_anonymous(draft: Draft, relation: str) -> bool:
    use = draft.definition.relations.get(relation)
    return use is not None and use.anonymous


CHECKS = (hidden_people, never_signing, untold_inputs)
