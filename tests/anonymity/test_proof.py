"""Swapping two raters' answers changes no byte of any output for any third reader."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.anonymity.proving import LEAST, nobody_notices, prove, rosters_alike
from tests.anonymity.stories import Round, Said, Story, story
from tests.anonymity.worlds import READERS
from tests.conftest import NIGHTLY

pytestmark = pytest.mark.slow

TEMPLATES = ("rakumpit", "nasional", "tim")
#: Each example plays three worlds, in every one of which everybody looks at everything.
PHASES = [Phase.explicit, Phase.generate] if NIGHTLY else [Phase.explicit]
#: Whose eyes gate a change: everybody's where most can happen. Services read in one way on every
#: database; how rows lie in it is compared on each.
FEW = ("chief", "tia", "officer")
#: A seed whose stories have all that can happen: see `test_the_story_has_everything`.
FULL = 1326
HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=8, phases=PHASES, suppress_health_check=HEALTH)
@given(seed=st.integers(1, 2**16))
@example(seed=FULL)
def test_nobody_can_tell_who_said_what(
    bases: dict[str, Any], backend: str, template: str, seed: int
) -> None:
    if backend == "postgresql" and template == "tim" and not NIGHTLY:
        pytest.skip("on PostgreSQL nightly")
    prove(bases[template], story(template, seed), _readers(backend, template))


def _readers(backend: str, template: str) -> tuple[str, ...]:
    if NIGHTLY:
        return READERS
    if backend == "postgresql":
        return ("chief",)
    return READERS if template == "rakumpit" else FEW


@pytest.mark.parametrize("template", ["rakumpit", "tim"])
def test_two_reads_never_differ_by_one_answer(
    bases: dict[str, Any], backend: str, template: str
) -> None:
    if (backend == "postgresql" or template == "rakumpit") and not NIGHTLY:
        pytest.skip("nightly: the same on every database, and in each template")
    nobody_notices(bases[template], story(template, FULL))


@pytest.mark.parametrize(
    ("template", "readers"),
    [("nasional", ("sari", "head", "officer")), ("rakumpit", ("head",))],
)
def test_who_declined_or_was_replaced_is_told_to_nobody_who_did_not_name_them(
    bases: dict[str, Any], backend: str, template: str, readers: tuple[str, ...]
) -> None:
    if backend == "postgresql" and not NIGHTLY:
        pytest.skip("the same on every database")
    asked = _of("tia", "uli", "vina", "second_officer")
    one = Story(template, asked, None, ("tia", "uli"), None, 5)
    gone = "leaves" if template == "nasional" else "declines"
    pair = [replace(one, **{gone: who}) for who in one.pair]  # type: ignore[arg-type]
    rosters_alike(bases[template], pair[0], pair[1], readers)


def _of(*raters: str) -> Round:
    """All of them answer on the first day, and alike."""
    days = dict.fromkeys(raters, (1,))
    return Round(raters, days, dict.fromkeys(raters, Said(((0, 1), (1, 1)))))


def test_the_story_has_everything() -> None:
    """One of the two raters is silent, somebody who answered declines, and another one is replaced,
    somebody else assesses before the release, a late batch is too small, and the first one is
    large enough; a group that is too small joins another one."""
    rakumpit, nasional = story("rakumpit", FULL), story("nasional", FULL)
    assert sorted(bool(rakumpit.first.said[who].levels) for who in rakumpit.pair) == [False, True]
    assert rakumpit.declines is not None and rakumpit.first.said[rakumpit.declines].comments
    assert rakumpit.hands_over and nasional.hands_over and nasional.leaves is not None
    assert sum(bool(said.levels) for said in rakumpit.counted()[0].said.values()) >= LEAST
    assert rakumpit.leaves is not None and rakumpit.first.said[rakumpit.leaves].comments
    assert all(nasional.first.said[who].levels for who in nasional.pair)
    first, late = nasional.counted()
    assert sum(bool(said.levels) for said in first.said.values()) >= LEAST
    assert 0 < sum(bool(said.levels) for said in late.said.values()) < LEAST
    team = story("tim", FULL)
    below = [who for who in team.first.below if team.first.said[who].levels]
    assert 0 < len(below) < LEAST and len({*team.pair} & {*below}) == 1
    assert all(team.first.said[who].levels for who in team.pair)
