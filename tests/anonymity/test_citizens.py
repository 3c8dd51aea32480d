"""Swapping what two citizens said changes no byte of any output for any reader, at no moment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
import structlog

from kinerja_flow.services import survey_closing, survey_replies
from tests.anonymity.citizens import EMPLOYEE, READERS, UNIT, Spoken, play_citizens
from tests.anonymity.proving import Leak, same
from tests.anonymity.stages import Journal
from tests.conftest import NIGHTLY

pytestmark = pytest.mark.slow

LEVELS = ("tidak_baik", "kurang_baik", "baik", "sangat_baik")
#: The two who are swapped: one speaks of the unit, the other of its employee.
PAIR = (1, UNIT)


def _said() -> list[Spoken]:
    chance = Random(5)
    return [
        Spoken(tuple(chance.choices(LEVELS, k=9)), f"kata {number}")
        for number in range(UNIT + EMPLOYEE)
    ]


def _prove(bases: dict[str, Any], readers: Sequence[str]) -> Journal:
    def played(said: list[Spoken]) -> Journal:
        with bases["layanan"].copy() as url:
            return play_citizens(url, bases["layanan"].world, said, readers)

    said = _said()
    journal = played(said)
    swapped, silent = list(said), list(said)
    one, other = PAIR
    swapped[one], swapped[other] = said[other], said[one]
    same("swapped", journal, played(swapped))
    silent[one] = Spoken()
    until_then = {key: text for key, text in journal.items() if "answered" in key[:2]}
    same("silent", until_then, played(silent))
    return journal


def test_nobody_can_tell_which_citizen_said_what(bases: dict[str, Any], backend: str) -> None:
    if backend == "postgresql" and not NIGHTLY:
        pytest.skip("on PostgreSQL nightly")
    journal = _prove(bases, READERS)
    before = [text for key, text in journal.items() if key[0] == "answered"]
    assert not [text for text in before if re.search(r"kata \d", text)]
    assert journal["answered", "survey_figures.figures", "officer"].count("false") == 4
    told = journal["released", "survey_figures.figures", "officer"]
    assert all(f"kata {number}" in told for number in range(UNIT + EMPLOYEE))
    assert "kata" not in journal["released", "survey_figures.figures", "sari"]
    for table in ("survey_replies", "survey_tokens", "survey_marks", "survey_salts"):
        assert journal["released", table, "table"] == "[]"
    assert "Antrean" in journal["answered", "complaints.complaints_for", "chief"]


class InOrder(Random):
    """A chance that leaves texts as they came: planted with a sort that does nothing."""

    def shuffle(self, x: Any) -> None:
        """Nothing is mixed."""


@pytest.mark.nightly
def test_a_planted_leak_of_citizens_is_found(bases: dict[str, Any], backend: str) -> None:
    if backend == "postgresql":
        pytest.skip("the same on every database")
    sealed, log = survey_replies.seal, structlog.get_logger()

    def logging(session: Any, survey: Any, sheets: Any) -> None:
        log.info("sealed", sheets=len(sheets))
        sealed(session, survey, sheets)

    def arrived(texts: Any) -> list[Any]:
        return list(texts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(survey_replies, "seal", logging)
        with pytest.raises(Leak, match="silent"):
            _prove(bases, ("chief",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(survey_closing, "CHANCE", InOrder(1))
        patch.setattr(survey_closing, "sorted", arrived, raising=False)
        with pytest.raises(Leak, match="swapped"):
            _prove(bases, ("chief",))
