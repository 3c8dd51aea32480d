"""What a score was made from, as JSON: with it and the template it can be computed again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from hashlib import sha256
from typing import Any

from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn, override

from kinerja_flow.scoring.canonical import from_json, to_json
from kinerja_flow.scoring.figures import exact
from kinerja_flow.scoring.material import Answer, Chosen, Material
from kinerja_flow.scoring.node import Score
from kinerja_flow.scoring.spans import Span

#: The texts and scales of the template, which come from the template again.
OF_TEMPLATE = frozenset({"labels", "scales"})


def to_grounds(material: Material) -> dict[str, Any]:
    """The material without what the template says, exact, and the same in whatever order answers
    came: those that are alike are counted, so that no row of one rater is left."""
    found: dict[str, Any] = _converter().unstructure(replace(material, answers=_counted(material)))
    return found


def from_grounds(written: Mapping[str, Any], of_template: Mapping[str, Any]) -> Material:
    """The material that `to_grounds` wrote, with `labels` and `scales` as the template has them.

    KeyError, TypeError, ValueError or cattrs' group of them for what is no material.
    """
    return replace(_converter().structure(written, Material), **of_template)


def grounds_digest(written: Mapping[str, Any]) -> str:
    """The SHA-256 of the grounds as UTF-8 JSON with sorted keys and no spaces, in hex."""
    text = json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _counted(material: Material) -> tuple[Answer, ...]:
    counts: Counter[Answer] = Counter()
    for answer in material.answers:
        counts[replace(answer, count=1)] += answer.count
    order = sorted(counts, key=lambda one: (one.instrument, one.relation, one.criterion, one.value))
    return tuple(replace(one, count=counts[one]) for one in order)


@cache
def _converter() -> Converter:
    """Fractions and days as text; what somebody chose keeps its kind (number, level, yes or no)."""
    made = Converter(omit_if_default=True, forbid_extra_keys=True)
    made.register_unstructure_hook(Fraction, exact)
    made.register_structure_hook(Fraction, lambda text, _: Fraction(text))
    made.register_unstructure_hook(Span, lambda span: [day.isoformat() for day in span])
    made.register_structure_hook(Span, lambda days, _: Span(*map(date.fromisoformat, days)))
    made.register_unstructure_hook(Score, to_json)
    made.register_structure_hook(Score, lambda written, _: from_json(written))
    made.register_unstructure_hook(Chosen, _write_chosen)
    made.register_structure_hook(Chosen, _read_chosen)
    left_out = {name: override(omit=True) for name in OF_TEMPLATE}
    of_material = make_dict_unstructure_fn(
        Material,
        made,
        _cattrs_omit_if_default=True,
        **left_out,  # type: ignore[arg-type]
    )
    made.register_unstructure_hook(Material, of_material)
    return made


def _write_chosen(value: Chosen) -> Any:
    return {"number": exact(value)} if isinstance(value, Fraction) else value


def _read_chosen(written: Any, _: object) -> Chosen:
    found: Chosen = Fraction(written["number"]) if isinstance(written, dict) else written
    return found
