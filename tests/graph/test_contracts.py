"""What nodes rely on: one suite for each protocol, over a small fake and over the real part."""

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.protocols import Brief, Context
from tools.change import Change, Intent, Question, Reading
from tools.preferences import Preferences, Value
from tools.scene import Scene
from tools.search import NOTHING_TOLD

SHOWN = Scene(("lantern", "ledger"))
WANTED = Preferences(about="a tense trading game", seen=("orchard",))


class TestReader:
    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(message=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
    def test_any_text_has_a_reading(self, parts: Context, message: str) -> None:
        reading = parts.reader.read(message, WANTED, SHOWN)
        assert reading.intent in get_args(Intent)
        asks = reading.intent in {"lookup", "compare", "explain"}
        assert asks == (reading.question is not None)

    def test_reading_is_pure(self, parts: Context) -> None:
        first = parts.reader.read("a trading game", WANTED, SHOWN)
        assert parts.reader.read("a trading game", WANTED, SHOWN) == first


class TestWishes:
    def test_a_change_of_nothing_changes_nothing(self, parts: Context) -> None:
        applied = parts.wishes.apply(Change(), WANTED, SHOWN)
        assert applied.preferences == WANTED
        assert applied.unresolved == ()

    def test_what_is_added_is_there_and_what_was_there_stays(self, parts: Context) -> None:
        veto = Value("kinds", "Horror")
        after = parts.wishes.apply(Change(exclude=(veto,), like=("ledger",)), WANTED, SHOWN)
        assert after.preferences.exclude == (veto,)
        assert after.preferences.anchors == ("ledger",)
        assert after.preferences.about == WANTED.about
        assert after.preferences.seen == WANTED.seen

    def test_an_unknown_name_is_reported_and_not_taken(self, parts: Context) -> None:
        applied = parts.wishes.apply(Change(like=("Xyzzy",)), Preferences(), Scene())
        assert applied.preferences.anchors == ()
        assert [each.asked for each in applied.unresolved] == ["Xyzzy"]

    def test_what_is_known_stays_known(self, parts: Context) -> None:
        assert parts.wishes.known(WANTED) == WANTED

    def test_relaxing_keeps_vetoes_and_says_what_it_gave_up(self, parts: Context) -> None:
        relaxed = parts.wishes.relax(WANTED, ())
        if relaxed is not None:
            assert relaxed.preferences.vetoes() == WANTED.vetoes()
            assert bool(relaxed.sentences) == (relaxed.preferences != WANTED)


class TestRetriever:
    def test_candidates_are_many_best_first_and_none_twice(self, parts: Context) -> None:
        found = parts.retriever.search(WANTED, (), NOTHING_TOLD)
        scores = [each.score for each in found.candidates]
        assert scores == sorted(scores, reverse=True)
        assert len({each.id for each in found.candidates}) == len(scores) > 0
        assert found.matching >= len(scores)

    def test_what_was_shown_or_seen_is_not_found(self, parts: Context) -> None:
        found = parts.retriever.search(WANTED, ("ledger", "single"), NOTHING_TOLD)
        assert not {"ledger", "single", "orchard"} & {each.id for each in found.candidates}

    def test_a_wish_without_words_is_grounded(self, parts: Context) -> None:
        assert parts.retriever.grounded(parts.retriever.search(Preferences(), (), NOTHING_TOLD))
        assert parts.retriever.near("")


class TestRanker:
    def test_a_list_is_made_of_candidates_none_twice(self, parts: Context) -> None:
        found = parts.retriever.search(WANTED, (), NOTHING_TOLD)
        chosen = parts.ranker.choose(found, WANTED)
        assert 0 < len(chosen) <= 5
        assert set(each.id for each in chosen) <= {each.id for each in found.candidates}
        assert len({each.id for each in chosen}) == len(chosen)
        assert parts.ranker.choose(found, WANTED) == chosen

    def test_every_choice_has_reasons_in_words(self, parts: Context) -> None:
        chosen = parts.ranker.choose(parts.retriever.search(WANTED, (), NOTHING_TOLD), WANTED)
        told = parts.ranker.reasons(chosen, WANTED, NOTHING_TOLD)
        assert len(told) == len(chosen)
        for reasons in told:
            assert isinstance(reasons, tuple)
            assert all(isinstance(reason, str) and reason for reason in reasons)


class TestVerifier:
    def test_a_sound_list_passes_whole(self, parts: Context) -> None:
        chosen = parts.ranker.choose(parts.retriever.search(WANTED, (), NOTHING_TOLD), WANTED)
        assert parts.verifier.verify(chosen, WANTED, ()) == (chosen, ())

    def test_what_does_not_hold_is_removed_with_a_sentence(self, parts: Context) -> None:
        chosen = parts.ranker.choose(parts.retriever.search(WANTED, (), NOTHING_TOLD), WANTED)
        kept, removed = parts.verifier.verify(chosen, WANTED, [chosen[0].id])
        assert kept == chosen[1:]
        assert len(removed) == 1
        assert removed[0].strip()


def brief(parts: Context, **over: Any) -> Brief:
    found = parts.retriever.search(WANTED, (), NOTHING_TOLD)
    chosen = parts.ranker.choose(found, WANTED)
    fields: dict[str, Any] = {
        "reading": Reading("recommend"),
        "before": Preferences(),
        "stated": WANTED,
        "wanted": WANTED,
        "chosen": chosen,
        "reasons": parts.ranker.reasons(chosen, WANTED, NOTHING_TOLD),
        "matching": found.matching,
    }
    return Brief(**{**fields, **over})


class TestWriter:
    def test_every_answer_comes_in_pieces_that_make_a_text(self, parts: Context) -> None:
        told = brief(parts)
        nothing = brief(parts, chosen=(), reasons=(), grounded=False)
        greeting = brief(parts, reading=Reading("converse", small_talk="greeting"))
        for pieces in (
            parts.writer.recommend(told),
            parts.writer.clarify(nothing),
            parts.writer.converse(greeting),
        ):
            text = list(pieces)
            assert len(text) > 1
            assert all(text)

    def test_the_same_brief_is_written_the_same(self, parts: Context) -> None:
        told = brief(parts)
        assert list(parts.writer.recommend(told)) == list(parts.writer.recommend(told))


class TestInspector:
    def test_a_question_is_answered_after_a_bounded_number_of_calls(self, parts: Context) -> None:
        question = Question("details", ("lantern", "ledger"))
        results: list[dict[str, Any]] = []
        for _ in range(5):
            calls = parts.inspector.plan(question, Change(), SHOWN, results)
            if not calls:
                break
            results += [parts.inspector.call(call) for call in calls]
        assert calls == ()
        told = [each["id"] for result in results for each in result["items"]]
        assert told == ["lantern", "ledger"]


class TestTrace:
    def test_a_step_nests_and_lets_errors_through(self, parts: Context) -> None:
        with parts.trace.step("outer"), parts.trace.step("inner"):
            pass
        with pytest.raises(ValueError, match="of the step"), parts.trace.step("broken"):
            raise ValueError("of the step")
