"""How the measurements are shown: a table for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks.crew import Rates
from tests.benchmarks.web import WORKERS, Answers

#: A table's title, and its rows: what was measured, and how it came out.
Tables = Mapping[str, Mapping[str, Rates]]


def show(tables: Tables, conditions: Mapping[str, str]) -> None:
    """Print each table; a ratio is to the first row, round by round."""
    console = Console(width=100)
    for title, rows in tables.items():
        table = Table(title=title, title_justify="left", box=None)
        table.add_column("", no_wrap=True)
        for heading in ("a second", "ratio", "lowest", "highest"):
            table.add_column(heading, justify="right")
        for name, found in rows.items():
            ratios = [f"{number:.2f}" for number in (found.ratio, *found.spread)]
            table.add_row(name, f"{found.rate:,.0f}", *ratios)
        console.print(table, "")
    console.print("; ".join(f"{name}: {value}" for name, value in conditions.items()))


def show_web(tables: Mapping[str, Mapping[str, Answers]], conditions: Mapping[str, str]) -> None:
    """Print each table; `busy` is the share of the workers' time that went to Python."""
    console = Console(width=100)
    headings = ("a second", "ratio", "lowest", "highest", "p50 ms", "p99 ms", "µs busy", "busy")
    for title, rows in tables.items():
        table = Table(title=title, title_justify="left", box=None)
        table.add_column("", no_wrap=True)
        for heading in headings:
            table.add_column(heading, justify="right")
        for name, found in rows.items():
            table.add_row(name, *_web_row(found))
        console.print(table, "")
    console.print("; ".join(f"{name}: {value}" for name, value in conditions.items()))


def _web_row(found: Answers) -> list[str]:
    ratios = [f"{number:.2f}" for number in (found.ratio, min(found.ratios), max(found.ratios))]
    times = [f"{found.quantile(share) * 1000:.1f}" for share in (0.5, 0.99)]
    wall = sum(len(found.times) / len(found.rates) / rate for rate in found.rates)
    busy = sum(found.busy) / (wall * WORKERS)
    rate = sorted(found.rates)[len(found.rates) // 2]
    return [f"{rate:,.0f}", *ratios, *times, f"{found.processor * 1e6:,.0f}", f"{busy:.0%}"]


def as_json(tables: Tables, conditions: Mapping[str, str]) -> dict[str, Any]:
    """The same, with every round."""
    return {
        "conditions": dict(conditions),
        "tables": {t: _rows(rows) for t, rows in tables.items()},
    }


def _rows(rows: Mapping[str, Rates]) -> dict[str, Any]:
    return {
        name.strip(): {
            "rate": round(found.rate, 1),
            "ratio": round(found.ratio, 3),
            "ratios": [round(ratio, 3) for ratio in found.ratios],
        }
        for name, found in rows.items()
    }
