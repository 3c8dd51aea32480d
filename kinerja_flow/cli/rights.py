"""The rights of a template as Markdown: a table for each machine that a person can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kinerja_flow.services.rights import WAYS, MachineRights, Right, rights_of
from kinerja_flow.workflow import relation_label
from workflows.definition import Definition, Label, Machine

_HEAD = """# Who may do what: {title}

Made by `kinerja template rights {key}`, which asks the engine itself; a test compares. Each
relation stands with the states from which it may act; *any* is every state of the machine. Whatever
else an act needs (windows, inputs, what must be complete) is no matter of rights.
"""
#: How the ways to stand in for somebody are said.
_SAID = {
    "substitute": "a substitute",
    "employee": "who is the employee",
    "rater": "who rates as a peer or the like",
    "over": "under a grant that is over",
    "revoked": "under a revoked grant",
    "of_substitute": "of a substitute",
}
_NONE = "–"
_OF_ACTS = ("act", "who may, and from where", "through a substitute")
_Pattern = tuple[tuple[str, tuple[str, ...]], ...]


def as_markdown(definition: Definition) -> str:
    """The whole page: a section for each machine, and the notes on substitutes."""
    page = _Page(definition)
    lines = [_HEAD.format(title=definition.title("en"), key=definition.key)]
    for found in rights_of(definition):
        lines += page.section(found)
    return "\n".join([*lines, *page.notes()]) + "\n"


class _Page:
    """The page in the making; what bars substitutes is numbered as it comes up."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.patterns: list[_Pattern] = []

    def section(self, found: MachineRights) -> Iterator[str]:
        machine = found.machine
        yield f"## {machine.label('en')} (`{machine.name}`)\n"
        yield _row([*_OF_ACTS, "never who did, or for whom"])
        yield _row(["---"] * 4)
        for right in found.actions:
            label = machine.actions[right.name].label
            apart = ", ".join(f"`{name}`" for name in right.apart) or _NONE
            yield _row([_named(label, right.name), *self._rights(machine, right), apart])
        if found.books:
            yield "\n" + _row(["book", "who writes in it, and when", "through a substitute"])
            yield _row(["---"] * 3)
            yield from (_row([f"`{r.name}`", *self._rights(machine, r)]) for r in found.books)
        yield ""

    def _rights(self, machine: Machine, right: Right) -> list[str]:
        who = [f"{self._relation(n)}: {_states(machine, s)}" for n, s in right.who.items()]
        ways = [f"{self._relation(n)}: {self._through(w)}" for n, w in right.ways.items()]
        return ["<br>".join(who) or _NONE, "<br>".join(ways) or _NONE]

    def _through(self, ways: Mapping[str, Sequence[str]]) -> str:
        pattern = tuple((way, tuple(ways[way])) for way in WAYS if way in ways)
        if pattern not in self.patterns:
            self.patterns.append(pattern)
        answer = "no" if ways["substitute"] else "**yes**"
        return f"{answer} ({self.patterns.index(pattern) + 1})"

    def _relation(self, name: str) -> str:
        return relation_label(self.definition, name)("en")

    def notes(self) -> Iterator[str]:
        yield "## Substitutes\n"
        yield "Who may act for somebody else, and with which code the others are refused:\n"
        for number, pattern in enumerate(self.patterns, 1):
            said = [f"{_SAID[way]}: {_codes(codes)}" for way, codes in pattern]
            yield f"{number}. {'; '.join(said)}"


def _codes(codes: Sequence[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes) or "**yes**"


def _states(machine: Machine, names: Sequence[str]) -> str:
    if len(names) == len(machine.states):
        return "*any*"
    return "; ".join(machine.states[name].label("en") for name in names)


def _named(label: Label, name: str) -> str:
    return f"{label('en')} `{name}`"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
