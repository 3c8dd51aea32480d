"""Random templates that are sound: states with returns, branches, clocks, ends and revisions."""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

PHASES = ("planning", "running", "assessing", "delivered", "examining")
OPENS = ("plan", "progress", "evidence")
TERMS = ("P1D", "P2W", {"days": 3}, {"working_days": 14}, {"window": "rating"})
TAKES = (
    {},
    {"comment": "text"},
    {"comment": "text?", "score": {"number": {"from": 0, "to": 100, "places": 2}}},
    {"level": {"rating": "lima"}, "day": "date"},
    {"decision": {"choice": ["upheld", {"key": "changed", "label": {"id": "Diubah"}}]}},
)


def written(data: dict[str, Any]) -> str:
    """The text of a template; JSON is YAML, without the anchors that a YAML writer would add."""
    return json.dumps(data, ensure_ascii=False)


@st.composite
def sound_templates(
    draw: st.DrawFn,
    relations: Sequence[str] = ("employee", "assessor", "hr"),
    conditions: Sequence[Any] = (),
    effects: Sequence[Any] = (),
    requirements: Sequence[Any] = (),
    most_states: int = 7,
) -> dict[str, Any]:
    """The data of a sound template with one machine.

    `relations` are people's; `conditions`, `effects` and `requirements` are calls as a template
    writes them. A line of states leads to the first final one, so that every state is reached and
    the end can be reached from each; branches, returns and clocks are strewn over it.
    """
    states = [f"state_{number}" for number in range(draw(st.integers(1, most_states)))]
    finals = [f"final_{number}" for number in range(draw(st.integers(1, 2)))]
    person = st.lists(st.sampled_from(list(relations)), min_size=1, max_size=3, unique=True)
    words = _Words(draw, person, conditions, effects, requirements)
    actions = [
        *_line(words, states, finals),
        *_clocks(words, states, finals),
        *_others(words, states, finals),
        *_revisions(words, states, finals),
    ]
    machine = {
        "initial": states[0],
        "states": {
            **{name: _state(draw, relations) for name in states},
            **{name: {"phase": "closed", "final": True} for name in finals},
        },
        "actions": draw(st.permutations(actions)),
    }
    return {
        "key": "acak",
        "title": {"id": "Acak", "en": "Random"},
        "windows": ["rating"],
        "scales": {"lima": {"from": 0, "to": 5}},
        "machines": {"appraisal": _using(machine, states[0])},
    }


class _Words:
    """Draws the parts of an action that do not say where it leads."""

    def __init__(
        self,
        draw: st.DrawFn,
        person: st.SearchStrategy[list[str]],
        conditions: Sequence[Any],
        effects: Sequence[Any],
        requirements: Sequence[Any],
    ) -> None:
        self.draw, self.person, self.conditions = draw, person, conditions
        self.effects, self.requirements = effects, requirements

    def action(self, name: str, sources: list[str], to: Any) -> dict[str, Any]:
        action = {"name": name, "from": sources, "by": self.draw(self.person), "to": to}
        action["takes"] = self.draw(st.sampled_from(TAKES))
        action["notify"] = self.draw(self.person)
        action["does"] = self._some(self.effects)
        action["requires"] = self._some(self.requirements)
        return action

    def _some(self, calls: Sequence[Any]) -> list[Any]:
        if not calls:
            return []
        return self.draw(st.lists(st.sampled_from(list(calls)), max_size=2, unique_by=repr))

    def way(self, target: str, targets: list[str]) -> Any:
        """To `target`, perhaps past branches that lead to any of `targets`."""
        if not self.conditions or self.draw(st.booleans()):
            return target
        branch = st.fixed_dictionaries(
            {"when": st.sampled_from(list(self.conditions)), "state": st.sampled_from(targets)}
        )
        return [*self.draw(st.lists(branch, max_size=3)), {"else": target}]


def _line(words: _Words, states: list[str], finals: list[str]) -> list[dict[str, Any]]:
    line = [*states, finals[0]]
    steps = enumerate(pairwise(line))
    return [
        words.action(f"go_{number}", [here], words.way(there, [*states, *finals]))
        for number, (here, there) in steps
    ] + [words.action(f"end_{name}", [states[-1]], name) for name in finals[1:]]


def _clocks(words: _Words, states: list[str], finals: list[str]) -> list[dict[str, Any]]:
    """Clocks only lead on, so that no circle is made of them alone."""
    line, actions = [*states, finals[0]], []
    for number, here in enumerate(states):
        if words.draw(st.booleans()):
            there = words.draw(st.sampled_from(line[number + 1 :]))
            to = words.draw(st.sampled_from([words.way(there, line[number + 1 :]), None]))
            after = words.draw(st.sampled_from(TERMS))
            clock = {"name": f"lapse_{number}", "from": here, "by": ["clock"], "after": after}
            actions.append(clock | ({"to": to} if to else {}))
    return actions


def _others(words: _Words, states: list[str], finals: list[str]) -> list[dict[str, Any]]:
    """Returns, shortcuts and acts that stay, each from one or several states."""
    actions = []
    for number in range(words.draw(st.integers(0, 4))):
        sources = words.draw(st.lists(st.sampled_from(states), min_size=1, unique=True))
        target = words.draw(st.sampled_from([*states, *finals]))
        action = words.action(f"other_{number}", sources, words.way(target, states))
        if words.draw(st.booleans()):
            del action["to"]
        actions.append(action)
    return actions


def _revisions(words: _Words, states: list[str], finals: list[str]) -> list[dict[str, Any]]:
    if "hr" not in words.draw(words.person):
        return []
    target = words.draw(st.sampled_from(states))
    action = words.action("reopen", finals, target)
    return [action | {"by": ["hr"], "takes": {"reason": "text"}, "revision": True}]


def _state(draw: st.DrawFn, relations: Sequence[str]) -> dict[str, Any]:
    state: dict[str, Any] = {"phase": draw(st.sampled_from(PHASES))}
    if draw(st.booleans()):
        state["opens"] = {draw(st.sampled_from(OPENS)): [relations[0]]}
    if draw(st.booleans()):
        state["due"] = draw(st.sampled_from(TERMS))
        state["on_due"] = ["remind", {"remind": [], "before": "P3D"}, {"escalate": ["hr"]}]
    return state


def _using(machine: dict[str, Any], initial: str) -> dict[str, Any]:
    """The machine with an act that rates, and a state in the window, so that both are used."""
    act = {"name": "rate", "from": initial, "by": ["hr"], "takes": {"level": {"rating": "lima"}}}
    machine["states"][initial] |= {"within": "rating", "on_due": ["remind"]}
    return {**machine, "actions": [*machine["actions"], act]}
