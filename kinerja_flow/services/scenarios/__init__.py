"""Scenarios: people, a clock and steps that try a template out on a scratch database."""

from kinerja_flow.services.scenarios.player import play
from kinerja_flow.services.scenarios.problems import ScenarioError, ScenarioProblem
from kinerja_flow.services.scenarios.reader import read_scenario
from kinerja_flow.services.scenarios.report import Check, Report, StepReport
from kinerja_flow.services.scenarios.scenario import Scenario, Step

__all__ = [
    "Check",
    "Report",
    "Scenario",
    "ScenarioError",
    "ScenarioProblem",
    "Step",
    "StepReport",
    "play",
    "read_scenario",
]
