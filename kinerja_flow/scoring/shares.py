"""The parameter with which a rule takes shares: weights that add up, or a list of equals."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Any

from marshmallow import ValidationError

from workflows import Listed, Ref, Weights
from workflows.faults import Fault, listing


class Shares(Weights):
    """Weights by name that add up to exactly 100, or a list of names of equal weight."""

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(kind, **options)
        self.equals = Listed(Ref(kind), unique="", least=1)

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> dict[str, Fraction]:
        if isinstance(value, list):
            return dict.fromkeys(self.equals.deserialize(value), Fraction(1))
        return super()._deserialize(value, attr, data, **options)


def refuse_strangers(field: str, named: Collection[str], shares: Collection[str]) -> None:
    """ValidationError when `field` names something that has no share."""
    strangers = set(named) - set(shares)
    if strangers:
        raise ValidationError({field: [Fault("without_share", {"names": listing(strangers)})]})
