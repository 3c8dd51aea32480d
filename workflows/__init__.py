"""What a process is: templates in YAML, their checker, and the compiler to state machines."""

from workflows.checker import check, digest_of, read, read_canonical
from workflows.compiler import Compiled, MoveError, compile_machine, fire
from workflows.definition import Definition
from workflows.diagram import diagram
from workflows.fields import Chosen, Entries, Flag, Key, Listed, Record, Text, Whole
from workflows.inputs import KINDS, InputError, InputProblem, Taken, take
from workflows.problems import TemplateError, TemplateProblem
from workflows.refs import CallField, Exact, LabelField, Ref, TermField, Weights
from workflows.settings import resolve
from workflows.source import Document, parse
from workflows.vocabulary import RelationWord, Vocabulary, Word
from workflows.wording import Catalogue

__all__ = [
    "KINDS",
    "CallField",
    "Catalogue",
    "Chosen",
    "Compiled",
    "Definition",
    "Document",
    "Entries",
    "Exact",
    "Flag",
    "InputError",
    "InputProblem",
    "Key",
    "LabelField",
    "Listed",
    "MoveError",
    "Record",
    "Ref",
    "RelationWord",
    "Taken",
    "TemplateError",
    "TemplateProblem",
    "TermField",
    "Text",
    "Vocabulary",
    "Weights",
    "Whole",
    "Word",
    "check",
    "compile_machine",
    "diagram",
    "digest_of",
    "fire",
    "parse",
    "read",
    "read_canonical",
    "resolve",
    "take",
]
