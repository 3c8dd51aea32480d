"""What HR sends to open a cycle, and to launch its appraisals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from kinerja_flow.errors import Invalid
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.services import forms
from kinerja_flow.services.cycles import CyclePlan, Launch, launch, open_cycle
from kinerja_flow.services.template_list import sound
from workflows.faults import refuse, shown
from workflows.fields import Listed
from workflows.kinds import YEARS, DateInput, Given, IntegerInput

#: A cycle is launched for so many people at once; for more it is launched again.
MOST_PEOPLE = 10_000


_LIMITS: dict[str, Any] = {"from": YEARS[0], "to": YEARS[-1]}


class WindowsInput(Given):
    """Windows by their names: the first and the last day of each."""

    def taken(self, value: Any) -> Mapping[str, tuple[date, date]]:
        if not isinstance(value, Mapping):
            raise refuse("inputs_not_mapping")
        return {shown(name): _span(days) for name, days in value.items()}


_DAY = DateInput(forms.spec("day"))


def _span(days: Any) -> tuple[date, date]:
    if not isinstance(days, list) or len(days) != 2:
        raise refuse("input_not_date", value=shown(days))
    return _DAY.taken(days[0]), _DAY.taken(days[1])


class CycleForm(forms.Form):
    """A new cycle: which template version, which year, what it is called, its windows; the period
    that is appraised is the calendar year unless it is given."""

    template = forms.identity("template")
    name = forms.text("name", 200)
    year = IntegerInput(forms.spec("year", **_LIMITS))
    windows = WindowsInput(forms.spec("windows"))
    settings = forms.named("settings")
    from_on = forms.day("from_on", optional=True)
    until_on = forms.day("until_on", optional=True)


class LaunchForm(forms.Form):
    """For whom appraisals are opened: people of the agency by their ids."""

    people = Listed(forms.identity("person"), required=True, least=1, most=MOST_PEOPLE)


CYCLE = CycleForm()
LAUNCH = LaunchForm()


def open_by(actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Open a cycle (`cycles.open_cycle`) from what HR sends; its id. Raises Invalid with all that
    is wrong, also with the settings of the template."""
    only_hr(actor, "cycle")
    values, wrong = CYCLE.read(entry)
    if wrong:
        raise Invalid(wrong)
    plan = CyclePlan(
        values["year"],
        values["name"],
        values["windows"],
        values.get("settings", {}),
        values.get("from_on"),
        values.get("until_on"),
    )
    with sound("settings"):
        return open_cycle(values["template"], actor, plan)


def launch_by(cycle_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> Launch:
    """Launch a cycle (`cycles.launch`) for the people whom HR sends."""
    only_hr(actor, "cycle")
    values, wrong = LAUNCH.read(entry)
    if wrong:
        raise Invalid(wrong)
    return launch(cycle_id, actor, values["people"])
