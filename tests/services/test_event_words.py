"""Whatever happens to a case has a name that people read, not a code of ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kinerja_flow.services import exhibits, succession, unit_news
from kinerja_flow.services.event_words import event_label, ground_label
from kinerja_flow.services.redacted_documents import REDACTED
from kinerja_flow.services.templates import read_template, shipped_source
from kinerja_flow.workflow import OFFICES
from workflows.definition import Definition

SERVICES = Path(exhibits.__file__).parent
#: What services write down as a change, and of what they notify.
AMENDED = {
    code
    for module in SERVICES.glob("*.py")
    for code in re.findall(r"Amendment\(\s*\"(\w+)\"", module.read_text("utf-8"))
}
NAMED = {exhibits.WITHDRAWN, exhibits.BOOK, unit_news.RATED, REDACTED, "opened"}
CHANGED = {f"{office}_{how}" for office in OFFICES for how in ("changed", "vacant")}
FEEDBACK = {"feedback.strength", "feedback.reply"}


@pytest.fixture(scope="module")
def definition() -> Definition:
    return read_template(shipped_source("nasional"))


@pytest.mark.parametrize("code", sorted(AMENDED | NAMED | CHANGED | FEEDBACK))
def test_an_event_has_a_name(definition: Definition, code: str) -> None:
    label = event_label(definition, definition.root.name, code)
    assert len(AMENDED) > 5 and code not in (label.id, label.en) and label.id != label.en


def test_an_act_and_a_reminder_are_named_by_the_template(definition: Definition) -> None:
    machine = definition.root
    name, act = next(iter(machine.actions.items()))
    state = next(iter(machine.states.values()))
    assert event_label(definition, definition.root.name, name) == act.label
    reminder = event_label(definition, definition.root.name, f"remind.{state.name}")
    assert state.label.id in reminder.id and state.label.en in reminder.en


@pytest.mark.parametrize("ground", [*succession.GROUNDS, "launch", "moved", "left"])
def test_a_ground_has_a_name(definition: Definition, ground: str) -> None:
    label = ground_label(definition, ground)
    assert ground not in (label.id, label.en) and label.id != label.en


def test_whoever_was_appointed_by_an_act_was_by_its_name(definition: Definition) -> None:
    machine = definition.root
    name, act = next(iter(machine.actions.items()))
    assert ground_label(definition, name) == act.label
