"""Random stories of a round of peers: who is asked, who says what when, and whose are swapped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

#: Colleagues who may be asked; two of them are HR officers.
CANDIDATES = ("tia", "uli", "vina", "officer", "second_officer")
#: The days after the invitation on which peers answer; the round lasts a week at least.
DAYS = (1, 2, 3, 4, 5)
#: The day on which somebody declines or is replaced, and by whom.
TURN, JOINS = 3, "regent"
#: Who assesses after a hand-over.
TAKES_OVER = "secretary"
#: Subordinates, and partners of other units, of the employee whom a team appraises.
BELOW, PARTNERS = ("tia", "uli", "vina"), ("officer", "second_officer", "secretary", "regent")


@dataclass(frozen=True)
class Said:
    """What a rater comes to say: the place of a level in the scale and a comment by the number of
    a criterion. No criterion: the rater never answers."""

    levels: tuple[tuple[int, int], ...] = ()
    comments: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Round:
    """One batch: on which days each rater writes (the last time in full), and what they say.

    `raters` are those who are asked at first; whoever joins later only has days and says.
    """

    raters: tuple[str, ...]
    days: dict[str, tuple[int, ...]]
    said: dict[str, Said]
    #: Those of the raters who are asked in another relation, which joins that of the rest.
    below: tuple[str, ...] = ()

    def swapped(self, one: str, other: str) -> Round:
        """Each says what the other said, at times of their own; if only one of the two spoke, the
        other one speaks at these times instead."""
        trade = {one: other, other: one}
        said = {who: self.said[trade.get(who, who)] for who in self.said}
        days = self.days
        if not all(self.said[who].levels for who in trade):
            days = {who: self.days[trade.get(who, who)] for who in self.said}
        return replace(self, said=said, days=days)

    def joined_by(self, who: str, said: Said) -> Round:
        """Somebody joins in the middle, and answers after that."""
        days = {**self.days, who: (TURN + 1, TURN + 2)}
        return replace(self, days=days, said={**self.said, who: said})

    def without(self, who: str) -> Round:
        return replace(self, said={**self.said, who: Said()})


@dataclass(frozen=True)
class Story:
    """A round, perhaps a late batch, and the two raters whose answers are swapped."""

    template: str
    first: Round
    late: Round | None
    pair: tuple[str, str]
    declines: str | None
    seed: int
    #: Who is replaced in the middle of the first round, whatever they have answered.
    leaves: str | None = None
    #: Whether somebody else assesses once all have answered, before the release.
    hands_over: bool = False

    @property
    def gone(self) -> frozenset[str]:
        """Whose answers count no more, whatever they said before they declined or left."""
        return frozenset(filter(None, (self.declines, self.leaves)))

    def swapped(self) -> Story:
        first = self.first.swapped(*self.pair)
        both = self.late is not None and set(self.pair) <= set(self.late.raters)
        late = self.late.swapped(*self.pair) if self.late and both else self.late
        return replace(self, first=first, late=late)

    def without(self, who: str) -> Story:
        return replace(self, first=self.first.without(who))

    def counted(self) -> tuple[Round, ...]:
        """The rounds with what was said by those who were still asked at the end."""
        first = self.first
        for who in self.gone:
            first = first.without(who)
        return (first, self.late) if self.late else (first,)


def story(template: str, seed: int) -> Story:
    """A story of a template, the same for the same seed."""
    if template == "tim":
        return _of_team(seed)
    chance = Random(f"{template} {seed}")
    first = _round(chance, "awal")
    late = _round(chance, "susulan") if template == "nasional" else None
    if late is not None and chance.random() < 0.5:  # so few that nothing of them may appear
        quiet = late.raters[2:]
        late = replace(late, said={w: Said() if w in quiet else late.said[w] for w in late.raters})
    pair = chance.sample(first.raters, 2)
    others = [who for who in first.raters if who not in pair]
    declines = chance.choice([None, *others]) if template == "rakumpit" else None
    leaves = chance.choice([None, *(who for who in others if who != declines)])
    hands_over = chance.random() < 0.5
    if leaves is not None:
        first = first.joined_by(JOINS, _said(chance, f"awal {JOINS}", speaks=True))
    return Story(template, first, late, (pair[0], pair[1]), declines, seed, leaves, hands_over)


def _of_team(seed: int) -> Story:
    """Two subordinates answer, too few to be told apart: their answers join those of the partners.
    One of each group says what the other said; a third subordinate is silent, a partner declines.
    """
    chance = Random(f"tim {seed}")
    raters = (*BELOW, *PARTNERS)
    days = {w: tuple(sorted(chance.sample(DAYS, chance.choice([1, 2])))) for w in raters}
    said = {w: _said(chance, f"tim {w}", speaks=True) for w in raters}
    first = Round(raters, days, {**said, "vina": Said()}, BELOW)
    return Story("tim", first, None, ("uli", "second_officer"), "secretary", seed)


def _round(chance: Random, kind: str) -> Round:
    raters = tuple(chance.sample(CANDIDATES, chance.randint(3, len(CANDIDATES))))
    days = {w: tuple(sorted(chance.sample(DAYS, chance.choice([1, 2])))) for w in raters}
    return Round(raters, days, {w: _said(chance, f"{kind} {w}") for w in raters})


def _said(chance: Random, mark: str, *, speaks: bool = False) -> Said:
    if not speaks and chance.random() < 0.15:
        return Said()
    criteria = [number for number in range(2) if number == 0 or speaks or chance.random() < 0.8]
    levels = tuple((number, chance.randrange(3)) for number in criteria)
    texts = tuple((n, f"komentar {mark} {n}") for n in criteria if chance.random() < 0.5)
    return Said(levels, texts)
