"""Angka kredit: what a predikat is worth to somebody in a functional post (fungsional).

PermenPANRB 1/2023 and Peraturan BKN 3/2023. Figures are exact, and rounded to be shown alone.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from kinerja_flow.scoring.figures import HUNDRED, exact
from kinerja_flow.scoring.node import LEVEL, NUMBER, Node
from kinerja_flow.scoring.rule import Asked, Outcome, pending, scoring_rule, valueless, waiting
from kinerja_flow.scoring.saying import sentence
from kinerja_flow.scoring.spans import Span
from workflows import Chosen, Entries, Exact, Key, Record, Ref

MONTHS_A_YEAR = 12


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


#: How many months a period has. Of periods that touch no way counts a month twice.
MONTHS: Mapping[str, Callable[[Span], Fraction]] = {
    "last_day": lambda span: Fraction(sum(_ends_month(p.last) for p in span.periods("month"))),
    "first_day": lambda span: Fraction(sum(p.first.day == 1 for p in span.periods("month"))),
    "days": lambda span: span.months,
}


class CreditParams(Record):
    of = Ref("node", required=True)
    percent = Entries(Exact(0, 1000), keys=Ref("level"), required=True)
    coefficients = Entries(Exact(0, 1000), keys=Key(), required=True)
    months = Chosen(*MONTHS, load_default="last_day")


@scoring_rule(version=1, params=CreditParams, yields=NUMBER, reads="period", needs={"of": LEVEL})
def credit(asked: Asked) -> Outcome:
    """Angka kredit: months / 12 × the percent of the level of `of` × the coefficient of the post.

    The months are those of the case's own period, June to December being 7; where it begins or ends
    within a month, `months` says whether that month counts by its "last_day" (the usual), by its
    "first_day", or by its "days" over all its days: in no way is a month counted for two periods
    that touch. The coefficient is that of the post's jenjang; a post whose jenjang has none earns
    no credit, which holds nothing up. 37.5 × 75% is 28.125. PermenPANRB 1/2023, Peraturan BKN
    3/2023; how a part of a month counts they leave open.

    `{credit: {of: predikat, percent: {baik: 100}, coefficients: {ahli_pertama: 12.5}}}`
    """
    part, post = asked.level(asked.params["of"]), asked.material.post_level
    coefficient = asked.params["coefficients"].get(post)
    if coefficient is None:
        missing = asked.lack("no_credit_post", required=False)
        return valueless(NUMBER, (), (missing,), {"post_level": post})
    if part.level is None:
        return waiting(part, NUMBER, {"post_level": post})
    return _earned(asked, part, part.level, coefficient)


def _earned(asked: Asked, part: Node, level: str, coefficient: Fraction) -> Outcome:
    percent, period = asked.params["percent"].get(level), asked.material.period
    inputs = {"post_level": asked.material.post_level, "coefficient": exact(coefficient)}
    if percent is None or period is None:
        missing = asked.lack("credit_percent", level, value=part.shown)
        return pending(NUMBER, (part,), (missing,), inputs)
    months = MONTHS[asked.params["months"]](period)
    value = months / MONTHS_A_YEAR * percent / HUNDRED * coefficient
    said = sentence(
        "credit",
        first=period.first,
        last=period.last,
        months=months,
        level=part.shown,
        percent=percent,
        coefficient=coefficient,
        value=value,
    )
    inputs |= {"months": exact(months), "percent": exact(percent)}
    inputs |= {"from": period.first.isoformat(), "until": period.last.isoformat()}
    return Outcome(NUMBER, value, said, inputs, (part,), part.missing)
