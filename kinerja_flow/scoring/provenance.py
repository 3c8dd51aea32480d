"""Says where the realisation of a measured indicator came from, and what stands beside it."""

from __future__ import annotations

from typing import Any

from kinerja_flow.scoring.figures import exact, listed
from kinerja_flow.scoring.saying import sentence, sentences
from kinerja_flow.scoring.sources import Figure, Sources
from workflows.definition import Label
from workflows.measured import SHARE

HOW = {
    "sum": "aggregate_sum",
    "mean": "aggregate_mean",
    "median": "aggregate_median",
    SHARE: "aggregate_share_within",
}


def provenance(sources: Sources | None) -> Label | None:
    """The sentences about the sources of a figure; None for an indicator that is not measured."""
    counting = sources.counting if sources else None
    if sources is None or counting is None:
        return None
    beside = [_told(sources, figure) for figure in sources.figures if figure is not counting]
    others = sentence("beside", figures=listed(beside)) if beside else None
    first = sentence("counts", figure=_told(sources, counting))
    return sentences(first, others, _ground(sources))


def _told(sources: Sources, figure: Figure) -> Label:
    if not figure.is_measured:
        return sentence("self_reported", value=figure.value)
    how = sentence(HOW[sources.method.aggregate])
    source = named(figure.source)
    return sentence("source_says", source=source, value=figure.value, how=how, count=figure.count)


def named(source: str) -> Label:
    """A source as people read it."""
    plain = source.replace("_", " ")
    return Label(plain, plain)


def _ground(sources: Sources) -> Label | None:
    if not sources.is_contradicted:
        return None
    code = "contradiction_answered" if sources.chosen else "contradiction_trusted"
    return sentence(code, tolerance=sources.method.tolerance)


def stated(sources: Sources | None) -> dict[str, Any]:
    """The sources as inputs of a node: each one's exact figure, and which of them counts."""
    counting = sources.counting if sources else None
    if sources is None or counting is None:
        return {}
    figures = {f.source: {"value": exact(f.value), "count": f.count} for f in sources.figures}
    said = {"aggregate": sources.method.aggregate, "sources": figures, "counts": counting.source}
    return {**said, "contradicted": sources.is_contradicted, "answered": sources.chosen is not None}
