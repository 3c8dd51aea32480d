"""What must hold of every story; `Leak` says which output broke it, and where."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.anonymity.stages import SEALED_MOMENTS, Journal
from tests.anonymity.stories import Round, Story
from tests.anonymity.worlds import MOMENTS, READERS, play

LEAST = 3


class Leak(AssertionError):
    """Somebody who is not to know can tell something of one rater's answers."""


def prove(
    base: Any, story: Story, readers: Sequence[str] = READERS, moments: Sequence[str] = MOMENTS
) -> Journal:
    """Play the story, its swapped twin, and the same without one of the two: Leak if they can be
    told apart where they may not be. The journal of the story."""
    journal = _played(base, story, readers, moments)
    same("swapped", journal, _played(base, story.swapped(), readers, moments))
    early = [moment for moment in moments if moment in SEALED_MOMENTS]
    until_then = {key: said for key, said in journal.items() if {*key[:2]} & {*early}}
    silent = story.without(story.pair[0])
    same("silent", until_then, _played(base, silent, readers, early))
    no_small_groups(story, journal)
    return journal


def _played(base: Any, story: Story, readers: Sequence[str], moments: Sequence[str]) -> Journal:
    with base.copy() as url:
        journal: Journal = play(url, base.world, story, readers=readers, moments=moments)
    return journal


def same(kind: str, one: Journal, other: Journal) -> None:
    """Every output in both is the same to the last byte."""
    for key, said in one.items():
        if key in other and other[key] != said:
            raise Leak(f"{kind}: {key}\n{said[:2000]}\n{other[key][:2000]}")


def rosters_alike(base: Any, story: Story, other: Story, readers: Sequence[str]) -> None:
    """Readers who do not know who was asked cannot tell two stories apart before the release,
    in which others declined or were replaced."""
    early = [_played(base, one, readers, SEALED_MOMENTS) for one in (story, other)]
    read = [{key: said for key, said in one.items() if key[2] in readers} for one in early]
    assert {key[2] for key in read[0]} == {*readers}
    same("roster", *read)


def nobody_notices(base: Any, story: Story) -> None:
    """Two reads, one right before an answer and one right after, are the same."""
    journal = _played(base, story, ("chief",), ("before", "after"))
    before = {
        (k[0].partition(" ")[2], *k[1:]): said for k, said in journal.items() if _is(k, "before")
    }
    after = {
        (k[0].partition(" ")[2], *k[1:]): said for k, said in journal.items() if _is(k, "after")
    }
    assert before and before.keys() == after.keys()
    same("one answer", before, after)


def _is(key: tuple[str, str, str], word: str) -> bool:
    return key[0].startswith(word) and key[1] != "sheets"


def no_small_groups(story: Story, journal: Journal) -> None:
    """Figures come by at least as many as were promised, and what fewer said appears nowhere."""
    before: Counter[str] = Counter()
    for moment in ("released", "late", "delivered"):
        if (moment, "answers", "as stored") in journal:
            rows = json.loads(journal[moment, "answers", "table"])
            now = Counter(
                c["criterion"] for c in map(dict, rows) if c["value"] and not c["rater_id"]
            )
            if any(0 < n - before[criterion] < LEAST for criterion, n in now.items()):
                raise Leak(f"figures of fewer than {LEAST}: {moment} {before} {now}")
            before = now
    hidden = [one for batch in story.counted() for one in _unreleased(batch)]
    hidden += [(who, text) for who in story.gone for _, text in story.first.said[who].comments]
    for key, said in journal.items():
        shown = [who for who, text in hidden if text in said]
        own_sheet = key[1] == "answers.my_sheet" and set(shown) == {key[2]}
        if key[1] != "sheets" and shown and not own_sheet:
            raise Leak(f"a comment of a group that is too small: {key}")


def _unreleased(of: Round) -> list[tuple[str, str]]:
    """The comments on what fewer than the minimum rated, each with its rater."""
    count = Counter(number for said in of.said.values() for number, _ in said.levels)
    of_each = ((who, one) for who, said in of.said.items() for one in said.comments)
    return [(who, text) for who, (number, text) in of_each if count[number] < LEAST]
