"""The links of the document lead on: what an answer names is there, and may be asked for so."""

from __future__ import annotations

import os
from random import SystemRandom

import pytest

from tests.api.portal import Portal
from tests.api.walking import Journal, grounds, links, walk

pytestmark = pytest.mark.slow

NIGHTLY = os.environ.get("KINERJA_NIGHTLY") == "1"
#: Walks in each phase of an appraisal, and steps of each.
WALKS, STEPS = (60, 20) if NIGHTLY else (6, 14)
#: How many requests walks send, and how many links they follow, at the least.
LEAST, FOLLOWED = (4000, 60) if NIGHTLY else (300, 30)


def test_walks_along_the_links_are_answered_as_described(portal: Portal) -> None:
    journal = Journal(SystemRandom().randrange(10**9) if NIGHTLY else 0)
    for stage in grounds(portal):
        walk(stage, journal, WALKS, STEPS)
    assert not journal.faults, (journal.seed, journal.faults[:5])
    assert journal.sent >= LEAST
    assert len(+journal.followed) >= FOLLOWED


def test_the_id_of_a_record_leads_on(portal: Portal) -> None:
    said = portal.app.test_client().get("/api/v1/openapi.json").json
    found = said["paths"]["/api/v1/cases"]["get"]["responses"]["200"]["links"]
    assert set(found) >= {"cases_one", "cases_actions", "plans_one"}
    assert links(portal.app)
