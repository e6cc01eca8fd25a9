import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from agent.answers.wording import Wording
from data.index import Index
from data.items import Item
from tools.candidates import Candidate
from tools.evidence import bears, because, shared_values, tone_reason
from tools.preferences import Preferences, Range, ToneWish, Value, Wanted
from tools.search import Search

RATED = r"(?:among the best rated here \(|little known, yet rated |rated )([\d.]+)\)?"


def values(item: Item) -> set[str]:
    return {value for few in item.facets.values() for value in few}


def check(index: Index, item: Item, wanted: Preferences, sentence: str) -> None:
    """Fail unless the catalogue says what a reason says."""
    catalogue = index.catalogue
    position = catalogue.position[item.id]
    title = r"(?P<title>.+)"
    if found := re.fullmatch(rf"shares (?P<few>.+) with {title}", sentence):
        others = [each for each in catalogue.items if each.title == found["title"]]
        shared = set(re.split(", | and ", found["few"]))
        assert any(shared <= values(item) & values(other) for other in others)
    elif found := re.fullmatch(r"mentions (.+)", sentence):
        for word in re.findall("“(.+?)”", found[1]):
            assert position in index.containing(word)
            assert word in wanted.about
    elif sentence.startswith("its story is close in meaning to"):
        assert wanted.about in sentence
    elif found := re.fullmatch(rf"(darker|lighter|calmer|wilder) than {title}", sentence):
        wish = next(w for w in wanted.tones if w.reference == found["title"] or not w.reference)
        tone = index.tone("dark" if found[1] in {"darker", "lighter"} else "calm")
        sign = 1 if found[1] in {"darker", "calmer"} else -1
        than = wish.than if found["title"] != "most" else float(np.median(tone))
        assert sign * tone[position] > sign * than
    elif found := re.fullmatch(r"has (.+)", sentence):
        assert set(re.split(", | and ", found[1])) <= values(item)
    elif found := re.fullmatch(RATED, sentence):
        assert float(found[1]) == item.numbers["rating"]
        if "best" in sentence:
            assert catalogue.acclaim[position] >= 0.9
        if "little known" in sentence:
            assert catalogue.renown[position] <= 0.35
            assert "players" in item.numbers
    elif sentence == "among the best known here":
        assert catalogue.renown[position] >= 0.9
    else:
        figure = float(re.search(r"[\d.,]+\d|\d", sentence)[0].replace(",", ""))  # type: ignore[index]
        assert figure in item.numbers.values()
        told = [bound for bound in wanted.ranges if item.numbers.get(bound.number) == figure]
        assert told
        if sentence.endswith(", as you asked"):
            assert any(bound.holds(figure) and bound.words for bound in told)


@given(st.data())
def test_every_reason_is_true_of_the_catalogue(
    small_index: Index, wishes: SearchStrategy[Preferences], data: st.DataObject
) -> None:
    wanted = data.draw(wishes)
    tones = tuple(replace(wish, reference="") for wish in wanted.tones)
    wanted = replace(wanted, tones=tones, order=None)
    for candidate in Search(small_index)(wanted).candidates[:20]:
        item = small_index.catalogue[candidate.id]
        wording = Wording(small_index.catalogue.profile)
        reasons = list(map(wording.reason, because(small_index, candidate, wanted)))
        assert len(reasons) <= 4
        assert len(set(reasons)) == len(reasons)
        for sentence in reasons:
            check(small_index, item, wanted, sentence)


def reasons(index: Index, item: str, wanted: Preferences, similarity: float = 0.0) -> list[str]:
    wording = Wording(index.catalogue.profile)
    return list(map(wording.reason, because(index, Candidate(item, similarity), wanted)))


def test_closeness_of_meaning_is_claimed_only_above_the_threshold(small_index: Index) -> None:
    wanted = Preferences(about="quarterly revenue")
    assert not [s for s in reasons(small_index, "ledger", wanted, 0.0) if "meaning" in s]
    near = reasons(small_index, "ledger", wanted, small_index.manifest.threshold)
    assert "its story is close in meaning to “quarterly revenue”" in near


def test_a_widened_range_is_not_claimed_as_asked(small_index: Index) -> None:
    asked = Preferences(ranges=(Range("rounds", high=24, words="up to 24 rounds"),))
    widened = Preferences(ranges=(Range("rounds", high=30),))
    relative = Preferences(ranges=(Range("rounds", high=24, words="shorter", reference="X (25)"),))
    assert "24 rounds, as you asked" in reasons(small_index, "lantern", asked)
    assert "24 rounds" in reasons(small_index, "lantern", widened)
    assert "24 rounds" in reasons(small_index, "lantern", relative)


def test_a_value_of_another_facet_meets_no_wish(small_index: Index) -> None:
    item = next(
        item
        for item in small_index.catalogue.items
        if "Game" in item.facets.get("moods", ()) and "Game" not in item.facets["kinds"]
    )
    wanted = Preferences(prefer=(Value("kinds", "Game"),))
    assert not [s for s in reasons(small_index, item.id, wanted) if s.startswith("has")]
    met = reasons(small_index, item.id, Preferences(require=(Wanted("moods", ("Game", "Cosy")),)))
    assert any(s.startswith("has") and "Game" in s for s in met)


def test_what_nobody_counted_is_not_called_little_known(small_index: Index) -> None:
    for item in small_index.catalogue.items:
        if "players" not in item.numbers:
            assert not [s for s in reasons(small_index, item.id, Preferences()) if "known" in s]


def test_common_values_and_single_facets_say_nothing(small_index: Index) -> None:
    one, other = small_index.catalogue["lantern"], small_index.catalogue["lantern-2"]
    assert set(shared_values(small_index, one, other)) == {"Trading", "Family"} | (
        set(one.facets.get("moods", ())) & set(other.facets.get("moods", ()))
    )


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_tone_is_claimed_only_where_it_notably_differs(small_index: Index, steps: int) -> None:
    item = small_index.catalogue["lantern"]
    own = float(small_index.tone("dark")[small_index.catalogue.position["lantern"]])
    near = ToneWish("dark", steps, own - 0.05 * steps, reference="Night Ledger")
    far = ToneWish("dark", steps, own - 0.3 * steps, reference="Night Ledger")
    word = "darker" if steps > 0 else "lighter"
    assert tone_reason(small_index, item, near) is None
    reason = tone_reason(small_index, item, far)
    assert reason is not None
    said = Wording(small_index.catalogue.profile).reason(reason)
    assert said == f"{word} than Night Ledger"


def test_an_item_bears_a_veto_by_value_or_by_word(small_index: Index) -> None:
    item = small_index.catalogue["orchard"]
    for value, borne in (
        (Value("kinds", "Horror"), True),
        (Value("kinds", "Racing"), False),
        (Value("text", "demon"), True),
        (Value("text", "spreadsheet"), False),
    ):
        assert bears(small_index, item, Preferences(exclude=(value,))) is borne
