"""What is left of a citizens' survey, as it is shown."""

from __future__ import annotations

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Exact, Truth, Word


class SurveyFiguresView(Schema):
    """What is left of a survey; before the close, and of too few answers, nothing."""

    is_closed = Truth("Whether it is closed")
    is_released = Truth("Whether there is anything to read")
    least = Count("Fewer answers than these are not shown", like=5)
    counts = fields.Dict(metadata={"description": "criterion → level → how many"})
    comments = fields.List(Word("A comment"), metadata={"description": "What was said in words"})


class ElementView(Schema):
    """An element of the satisfaction index."""

    criterion = Word("The criterion", like="u1")
    mean = Exact("Mean of its levels from 1 to 4, exact; null of too few answers", like="3.2")


class SatisfactionView(Schema):
    """The Indeks Kepuasan Masyarakat (PermenPANRB 14/2017)."""

    index = Exact("The index from 25 to 100, exact; null of too few answers", like="81.25")
    grade = Word("Mutu pelayanan, A to D; null of too few answers", like="B")
    elements = fields.List(fields.Nested(ElementView), metadata={"description": "By element"})
