"""A machine as Mermaid text."""

import re

from tests.workflows.words import TEMPLATE, VOCABULARY
from workflows import diagram, read


def test_a_diagram_shows_every_state_and_move_in_the_language():
    definition = read(TEMPLATE, VOCABULARY)
    text = diagram(definition.machines["objection"], "en")
    assert text.splitlines() == [
        "stateDiagram-v2",
        "    [*] --> s_filed",
        '    state "Filed" as s_filed',
        '    state "Decided" as s_decided',
        "    s_decided --> [*]",
        "    s_filed --> s_decided: Decide (examiner)",
    ]
    branches = diagram(definition.root, "id")
    assert "s_review --> s_peers: Approve (assessor) / plan_long" in branches
    assert "s_delivered --> s_delivered: Receive (employee)" in branches


def test_a_label_cannot_break_out_of_the_diagram():
    hostile = "'\"; x --> y: <b>\\n%%{init}'"
    source = TEMPLATE.replace("{phase: delivered}", f"{{phase: delivered, label: {hostile}}}")
    text = diagram(read(source, VOCABULARY).root, "id")
    (line,) = (line for line in text.splitlines() if line.endswith(" as s_delivered"))
    assert re.fullmatch(r'    state "[\w .,()/+\'#;-]*" as s_delivered', line)
    assert "x --#62; y" in line
