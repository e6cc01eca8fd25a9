"""What the tests of the tools share: random wishes over the made-up games."""

from collections.abc import Callable
from math import inf
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from data.index import Index
from tools.applying import Applied, Applier
from tools.change import Change
from tools.preferences import Order, Preferences, Range, ToneWish, Value, Wanted
from tools.scene import Scene
from tools.selection import TEXT
from tools.titles import Titles

# Two cores are shared with the other tests: a slow example says nothing.
settings.register_profile(
    "shared", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared")


@pytest.fixture(scope="session")
def titles(small_index: Index) -> Titles:
    return Titles(small_index.catalogue)


@pytest.fixture
def apply(small_index: Index, titles: Titles) -> Callable[..., Applied]:
    """Apply a change to preferences in a scene, both empty unless given."""

    def applied(
        change: Change, before: Preferences | None = None, scene: Scene | None = None
    ) -> Applied:
        applier = Applier(small_index, titles, scene or Scene())
        return applier.apply(change, before or Preferences())

    return applied


@pytest.fixture(scope="session")
def wishes(small_index: Index) -> SearchStrategy[Preferences]:
    """Return random preferences that use every field."""
    return st.builds(
        Preferences,
        about=st.sampled_from(["", "", "farming with friends", "a tense trading game"]),
        anchors=_ids(small_index, 2),
        require=_few(_groups(small_index), 2),
        exclude=_few(_values(small_index) | st.just(Value(TEXT, "farming")), 3),
        prefer=_few(_values(small_index), 2),
        ranges=_few(_ranges(small_index), 3, key=lambda bound: bound.number),
        tones=_few(_tones(), 2, key=lambda wish: wish.axis),
        seen=_ids(small_index, 5),
        disliked=_ids(small_index, 3),
        loved=_ids(small_index, 2),
        order=st.none() | st.builds(Order, st.just("minutes"), st.booleans(), st.just("length")),
    )


def _few(
    each: SearchStrategy[Any], most: int, key: Callable[[Any], object] | None = None
) -> SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, max_size=most, unique_by=key or (lambda value: value)).map(tuple)


def _ids(index: Index, most: int) -> SearchStrategy[tuple[str, ...]]:
    return _few(st.sampled_from([item.id for item in index.catalogue.items]), most)


def _values(index: Index) -> SearchStrategy[Value]:
    known = [Value(facet, each) for facet, few in index.catalogue.facets.items() for each in few]
    return st.sampled_from(known)


def _groups(index: Index) -> SearchStrategy[Wanted]:
    def group(facet: str) -> SearchStrategy[Wanted]:
        value = st.sampled_from(list(index.catalogue.facets[facet]))
        values = st.lists(value, min_size=1, max_size=2, unique=True).map(tuple)
        return st.builds(Wanted, st.just(facet), values)

    return st.sampled_from(list(index.catalogue.facets)).flatmap(group)


def _ranges(index: Index) -> SearchStrategy[Range]:
    def bounds(number: str) -> SearchStrategy[Range]:
        declared = index.catalogue.profile.numbers[number]
        figures = [item.numbers[number] for item in index.catalogue.items if number in item.numbers]
        figure = st.floats(min(figures), max(figures)).map(lambda f: round(f, declared.decimals))
        ends = st.tuples(figure, figure).map(lambda pair: (min(pair), max(pair)))
        either = ends.flatmap(
            lambda pair: st.sampled_from([pair, (-inf, pair[0]), (pair[1], inf), (pair[0],) * 2])
        )
        return either.map(lambda pair: Range(number, *pair, words="as said"))

    return st.sampled_from(list(index.catalogue.profile.numbers)).flatmap(bounds)


def _tones() -> SearchStrategy[ToneWish]:
    return st.builds(
        ToneWish,
        axis=st.sampled_from(["dark", "calm"]),
        steps=st.sampled_from([-4, -1, 1, 2]),
        than=st.floats(-1, 1).map(lambda figure: round(figure, 3)),
        words=st.just("moody"),
        reference=st.sampled_from(["", "Lantern Road"]),
    )
