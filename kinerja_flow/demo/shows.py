"""What the tour shows of a case: its score explained, its results, the answers of peers."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from rich.console import Console
from rich.text import Text
from rich.tree import Tree
from sqlalchemy import select

from kinerja_flow.db import transaction
from kinerja_flow.demo.sayings import say
from kinerja_flow.models import Answer, Case, Result, Sheet
from kinerja_flow.scoring import Node, from_json
from kinerja_flow.scoring.provenance import provenance
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.workflow import always, load_one
from workflows.definition import Definition

_NEEDS = always("people", "results", "material")
#: The explanation is shown so deep, counted where it branches; the rest is in the row.
DEEPEST = 2


def explanation(stage: Stage, case_id: UUID, out: Console, language: str) -> None:
    """The newest result as a tree: what each part came to, and how."""
    tree = from_json(_results(stage, case_id)[-1].explanation).tree
    if tree is not None:
        out.print(_branch(tree, language, 0), soft_wrap=False)


def _branch(node: Node, language: str, depth: int) -> Tree:
    head = _head(node, language)
    branch = Tree(head, guide_style="dim")
    branch.label = Text.assemble(head, "\n", (node.sentence(language), "dim"))
    below = depth + (len(node.parts) > 1)
    if below <= DEEPEST:
        for part in node.parts:
            branch.add(_branch(part, language, below))
    return branch


def _head(node: Node, language: str) -> Text:
    return Text.assemble((node.label(language), "bold"), ": ", (node.shown(language), "green"))


def sources(stage: Stage, case_id: UUID, out: Console, language: str) -> None:
    """What each source says: of every measured indicator, and of the parts of the score so far."""
    with transaction() as session:
        facts = load_one(session, stage.agency_id, case_id, _NEEDS)
    open_ = {row.id for row in facts.contradictions if row.sources and not row.sources.chosen}
    for row in (row for item in facts.material.plan for row in item.indicators):
        if (told := provenance(row.sources)) is not None:
            line = Text.assemble(f"{'':8}", (row.title, "bold"), ": ", told(language))
            if row.id in open_:
                line.append(f"  ⚑ {say('contradicted', language)}", "bold red")
            out.print(line)
    nodes = facts.score().nodes
    for name in stage.scenario.definition.document.shows:
        if nodes[name].value is not None:
            said = (
                (nodes[name].label(language), "bold"),
                ": ",
                (nodes[name].shown(language), "green"),
            )
            out.print(Text.assemble(f"{'':8}", *said))


def results(stage: Stage, case_id: UUID, out: Console, language: str) -> None:
    """Every result that the case ever had, the superseded ones included."""
    found = _results(stage, case_id)
    for row in found:
        tree = from_json(row.explanation).tree
        code = "result_valid" if row is found[-1] else "result_superseded"
        shown = tree.shown(language) if tree else "-"
        text = say(code, language, number=row.number, level=shown, digest=row.digest[:16])
        out.print(Text(f"{'':8}{text}", "green" if row is found[-1] else "dim"))


def answers(stage: Stage, case_id: UUID, out: Console, language: str) -> None:
    """What the database holds of the anonymous answers once they are released: no rater."""
    definition = stage.scenario.definition
    with transaction() as session:
        of = (Answer.agency_id == stage.agency_id, Answer.case_id == case_id)
        rows = list(session.scalars(select(Answer).where(*of, Answer.rater_id.is_(None))))
        sealed = (Sheet.agency_id == stage.agency_id, Sheet.case_id == case_id)
        left = len(list(session.scalars(select(Sheet).where(*sealed))))
    for row in sorted(rows, key=lambda row: str(row.id)):
        said = _answer(definition, row, language)
        out.print(Text(f"{'':8}{str(row.id)[:8]}  rater_id=NULL  {said}"))
    out.print(Text(f"{'':8}{say('answers_left', language, count=len(rows), left=left)}", "dim"))


def _answer(definition: Definition, row: Answer, language: str) -> str:
    instrument = definition.instruments[row.instrument]
    criteria = {c.key: c.label(language) for c in instrument.criteria}
    levels = {key: label(language) for key, label in definition.scales[instrument.scale].levels}
    said = levels.get(row.value or "", "") or f"“{row.comment}”"
    return f"{criteria[row.criterion]}: {said}"


def _results(stage: Stage, case_id: UUID) -> list[Result]:
    with transaction() as session:
        parent = select(Case.parent_id).where(Case.id == case_id)
        home = session.scalar(parent) or case_id
        of = (Result.agency_id == stage.agency_id, Result.case_id == home)
        return list(session.scalars(select(Result).where(*of).order_by(Result.number)))


#: What a scene's `show` may name.
SHOWS: dict[str, Callable[[Stage, UUID, Console, str], None]] = {
    show.__name__: show for show in (explanation, sources, results, answers)
}
