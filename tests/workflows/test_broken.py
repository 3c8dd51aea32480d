"""However a template is broken, the check answers with problems in words, never with an error."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.strategies import sound_templates, written
from tests.workflows.words import TEMPLATE, VOCABULARY
from workflows import TemplateError, check, parse

SOUND = parse(TEMPLATE).data
WORDS = ["drafting", "closed", "objection", "peer", "collab", "total", "text?", "P1D", "clock", ""]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5000),
    st.text(max_size=5),
    st.sampled_from([*WORDS, [], {}, [[]], [{}], {"": []}, [None], {"setting": "x"}]),
    st.dictionaries(st.sampled_from(WORDS), st.sampled_from(WORDS), max_size=3),
    st.lists(st.sampled_from(WORDS), max_size=3),
)


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    return [path, *(inner for key, item in items for inner in paths_in(item, (*path, key)))]


def broken(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    key, *rest = path
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[key] = broken(value[key], tuple(rest), junk)
    return copy


def problems_of(source: str) -> list[Any]:
    try:
        return check(parse(source), VOCABULARY)[1]
    except TemplateError as error:
        return list(error.problems)


PATHS = paths_in(SOUND)[1:]


@given(st.lists(st.tuples(st.sampled_from(PATHS), JUNK), min_size=1, max_size=3))
def test_junk_in_any_place_is_answered_in_words(faults):
    data: Any = SOUND
    for path, junk in faults:
        data = broken(data, path, junk) if path in paths_in(data) else data
    for problem in problems_of(written(data)):
        assert problem.say("id")
        assert problem.say("en")


@given(st.sampled_from(PATHS))
def test_whatever_is_left_out_the_check_answers(path):
    data: Any = broken(SOUND, path, None)
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    assert all(problem.say("id") for problem in problems_of(written(data)))


@given(sound_templates(), st.text(max_size=20), st.integers(0, 4000))
def test_a_slip_of_the_pen_is_answered(data, slip, place):
    source = written(data)
    cut = place % len(source)
    assert all(p.say("id") for p in problems_of(source[:cut] + slip + source[cut:]))
