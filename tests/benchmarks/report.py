"""How the measurements are shown: a table for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks.crew import Rates

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
