"""From a template's text to its definition: read, fill in, check, and say all that is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from workflows.build import build
from workflows.canonical import canonical, read_data
from workflows.definition import Definition
from workflows.faults import faults_in
from workflows.names import declared_in
from workflows.problems import TemplateError, TemplateProblem
from workflows.schema import load
from workflows.settings import resolve
from workflows.soundness import review
from workflows.soundness.draft import Draft
from workflows.source import Document, parse
from workflows.vocabulary import Vocabulary

#: So many problems are told at once; nobody reads more.
MOST_PROBLEMS = 200


def read(
    source: str | bytes, vocabulary: Vocabulary, settings: Mapping[str, Any] | None = None
) -> Definition:
    """The definition of a template's text; TemplateError with every problem if it has any."""
    definition, problems = check(resolve(parse(source), settings or {}), vocabulary)
    if definition is None:
        raise TemplateError(problems)
    return definition


def check(
    document: Document, vocabulary: Vocabulary
) -> tuple[Definition | None, list[TemplateProblem]]:
    """The definition, or every problem that keeps the document from being one, in file order."""
    document = document if document.resolved else resolve(document, {})
    names = declared_in(document.data, vocabulary)
    with names.current():
        loaded, messages = load(document.data)
        problems = [*document.problems, *_schema_problems(document, messages)]
        draft = Draft(build(loaded, vocabulary, b"", ""), names, document, tuple(problems))
        problems += review(draft)
        if problems:
            return None, _in_order(problems)
        written = canonical(document.data)
    return build(loaded, vocabulary, written, digest_of(written)), []


@lru_cache(maxsize=256)
def read_canonical(written: bytes, vocabulary: Vocabulary) -> Definition:
    """The definition of a canonical form that was checked when it was written.

    Its soundness is not judged again: what was published stays readable under stricter checks.
    """
    data = read_data(written)
    with declared_in(data, vocabulary).current():
        loaded, messages = load(data)
    if problems := list(_schema_problems(Document(data), messages)):
        raise TemplateError(problems)
    return build(loaded, vocabulary, written, digest_of(written))


def digest_of(written: bytes) -> str:
    """The SHA-256 of a canonical form, in hexadecimal."""
    return hashlib.sha256(written).hexdigest()


def _schema_problems(document: Document, messages: object) -> Iterator[TemplateProblem]:
    """The schema's faults, without those that only follow from a setting that is not filled in."""
    unfilled = [problem.path for problem in document.problems if problem.code == "unknown_setting"]
    for path, fault in faults_in(messages):
        if not any(path[: len(start)] == start for start in unfilled):
            yield document.problem(fault.code, path, fault.params)


def _in_order(problems: Iterable[TemplateProblem]) -> list[TemplateProblem]:
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column, problem.code))
    rest = len(ordered) - MOST_PROBLEMS
    if rest <= 0:
        return ordered
    return [*ordered[:MOST_PROBLEMS], TemplateProblem("more_problems", params={"count": rest})]
