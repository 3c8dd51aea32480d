"""Processes that act for a while when told to, each on cases of its own, and count their acts."""

from __future__ import annotations

import multiprocessing
import statistics
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from tests.benchmarks.raw import Act
from tests.benchmarks.world import World

Contender = Callable[[World], Act]
#: Cases of one contender in one process, taken in turn.
SHARE = 64
WARM_UP = 40


@dataclass(frozen=True, slots=True)
class Rates:
    """What the rounds came to, in acts a second; `ratios` are to the yardstick's of that round."""

    rates: Sequence[float]
    ratios: Sequence[float]

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def spread(self) -> tuple[float, float]:
        return min(self.ratios), max(self.ratios)


class Crew:
    """So many processes, each with every contender connected and warm."""

    def __init__(self, world: World, contenders: Mapping[str, Contender], size: int) -> None:
        self.names = tuple(contenders)
        context = multiprocessing.get_context("spawn")
        self.pipes, self.members = [], []
        for number in range(size):
            ours, theirs = context.Pipe()
            given = (theirs, world, dict(contenders), number)
            member = context.Process(target=_serve, args=given, daemon=True)
            member.start()
            self.pipes.append(ours)
            self.members.append(member)
        for pipe in self.pipes:
            _heard(pipe)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_raised: object) -> None:
        for pipe in self.pipes:
            pipe.send(None)
        for member in self.members:
            member.join(10)

    def measure(self, size: int, rounds: int, seconds: float) -> dict[str, Rates]:
        """Rounds with `size` processes at once; each round starts with another contender."""
        rates: dict[str, list[float]] = {name: [] for name in self.names}
        for turn in range(rounds):
            start = turn % len(self.names)
            for name in self.names[start:] + self.names[:start]:
                rates[name].append(self._together(name, size, seconds))
        yardstick = rates[self.names[0]]
        return {
            name: Rates(found, [r / y for r, y in zip(found, yardstick, strict=True)])
            for name, found in rates.items()
        }

    def _together(self, name: str, size: int, seconds: float) -> float:
        for pipe in self.pipes[:size]:
            pipe.send((name, seconds))
        return sum(_heard(pipe) for pipe in self.pipes[:size])


def _heard(pipe: Connection) -> float:
    said = pipe.recv()
    if isinstance(said, str):
        raise RuntimeError(said)
    return float(said)


def _serve(
    pipe: Connection, world: World, contenders: Mapping[str, Contender], number: int
) -> None:
    try:
        acts = {name: connect(world) for name, connect in contenders.items()}
        shares = {name: _share(i, number, len(acts)) for i, name in enumerate(acts)}
        for name, act in acts.items():
            for turn in range(WARM_UP):
                act(shares[name][turn % SHARE])
        pipe.send(0)
        while told := pipe.recv():
            name, seconds = told
            pipe.send(_rate(acts[name], shares[name], seconds))
    except Exception:
        pipe.send(traceback.format_exc())


def _share(contender: int, number: int, contenders: int) -> range:
    first = (number * contenders + contender) * SHARE
    return range(first, first + SHARE)


def _rate(act: Act, share: range, seconds: float) -> float:
    """Acts a second, over at least so many seconds."""
    done, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds:
        act(share[done % SHARE])
        done += 1
    return done / passed
