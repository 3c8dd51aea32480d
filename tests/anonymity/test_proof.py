"""Swapping two raters' answers changes no byte of any output for any third reader."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.anonymity.proving import nobody_notices, prove
from tests.anonymity.stories import story
from tests.conftest import NIGHTLY

TEMPLATES = ("rakumpit", "nasional")
#: Each example plays three worlds, in every one of which everybody looks at everything.
EXAMPLES = 40 if NIGHTLY else 1
HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=HEALTH)
@given(seed=st.integers(1, 2**16))
def test_nobody_can_tell_who_said_what(bases: dict[str, Any], template: str, seed: int) -> None:
    prove(bases[template], story(template, seed))


@pytest.mark.parametrize("template", TEMPLATES)
def test_two_reads_never_differ_by_one_answer(bases: dict[str, Any], template: str) -> None:
    nobody_notices(bases[template], story(template, 7))
