import re
from dataclasses import replace
from typing import Any

import pytest

from agent.answers.wording import Wording
from agent.templates.markdown import escape
from agent.templates.tables import (
    comparison_table,
    details_text,
    fact_in_words,
    field_sentence,
    tone_line,
    values_line,
)
from agent.templates.writer import TemplateWriter
from data.index import Index
from graph.protocols import Brief
from tools import lookup
from tools.candidates import Candidate
from tools.change import Change, Question, Reading
from tools.inquiry import Inquiry
from tools.preferences import Preferences, Range, Value
from tools.relaxing import Offer
from tools.titles import Resolution

WANTED = Preferences(anchors=("lantern",), ranges=(Range("rounds", high=30, words="short"),))


@pytest.fixture(scope="module")
def writer(small_index: Index) -> TemplateWriter:
    return TemplateWriter(small_index)


def brief(intent: str = "recommend", **over: Any) -> Brief:
    fields: dict[str, Any] = {"before": Preferences(), "stated": WANTED, "wanted": WANTED}
    reading = Reading(intent)  # type: ignore[arg-type]
    return Brief(**{"reading": reading, **fields, **over})


def listed(**over: Any) -> Brief:
    chosen = (Candidate("ledger", 0.5), Candidate("orchard", 0.4))
    reasons = (("shares Horror with *it*", "24 rounds", "rated 8", "a fourth"), ())
    return brief(**{"chosen": chosen, "reasons": reasons, "matching": 20, **over})


def test_a_list_names_each_title_with_its_figures_and_reasons(
    writer: TemplateWriter, small_index: Index
) -> None:
    text = "".join(writer.recommend(listed()))
    first, second = [line for line in text.splitlines() if re.match(r"\d\. ", line)]
    item = small_index.catalogue["ledger"]
    assert first.startswith(f"1. **Night Ledger** ({item.numbers['year']:.0f}, ")
    assert f"rated {item.numbers['rating']:g}" in first
    assert first.endswith("Shares Horror with \\*it\\*; 24 rounds; rated 8.")
    assert second.startswith("2. **Demon Orchard: A Harvest Tale** (")
    assert "like Lantern Road, up to 30 rounds" in text


def test_answers_vary_from_turn_to_turn_but_say_the_same(writer: TemplateWriter) -> None:
    openings = {"".join(writer.recommend(listed(turn=turn))).split("\n")[0] for turn in (1, 2, 3)}
    assert len(openings) == 3
    assert all("like Lantern Road, up to 30 rounds" in each for each in openings)


def test_few_matches_are_counted(writer: TemplateWriter) -> None:
    assert "Only 2 fit all of that" in "".join(writer.recommend(listed(matching=2)))
    one = listed(chosen=(Candidate("ledger", 0.5),), reasons=((),))
    assert "Just one fits" in "".join(writer.recommend(replace(one, matching=1)))
    assert "I would take this one" in "".join(writer.recommend(one))


def test_what_was_given_up_is_said_before_the_list(writer: TemplateWriter) -> None:
    text = "".join(writer.recommend(listed(relaxed=("I dropped “darker”", "I widened it"))))
    assert "Nothing matched all of it: I dropped “darker” and I widened it." in text
    assert text.index("Nothing matched") < text.index("1. **")


@pytest.mark.parametrize(
    ("before", "stated", "said"),
    [
        (Preferences(seen=("single",)), Preferences(seen=("single", "ledger")), "Night Ledger"),
        (Preferences(), Preferences(disliked=("ledger",)), "no more Night Ledger"),
        (Preferences(), Preferences(loved=("ledger",)), "you loved Night Ledger"),
    ],
)
def test_only_what_is_news_is_noted(
    writer: TemplateWriter, before: Preferences, stated: Preferences, said: str
) -> None:
    opening = "".join(writer.recommend(listed(before=before, stated=stated))).split("\n")[0]
    assert said in opening
    assert "Solstice" not in opening


def test_undo_says_whether_there_was_anything(writer: TemplateWriter) -> None:
    undo = Reading("refine", Change(undo=True))
    assert "Back to where we were." in "".join(writer.recommend(listed(reading=undo)))
    same = listed(reading=undo, before=WANTED)
    assert "There was nothing to take back." in "".join(writer.recommend(same))


def test_an_open_wish_ends_with_the_question_that_splits_best(writer: TemplateWriter) -> None:
    split = Inquiry("split", "kinds", ("Horror", "Space"))
    text = "".join(writer.recommend(listed(inquiry=split)))
    assert re.search(r"are you more in the mood for \w+ or for \w+\?$", text)
    assert not "".join(writer.recommend(listed())).endswith("?")


def test_unknown_and_ambiguous_names_are_answered_with_titles(writer: TemplateWriter) -> None:
    unresolved = (
        Resolution("<Xyzzy>", nearest=("lantern", "ledger")),
        Resolution("Barrowfield", nearest=("twin-a", "twin-b"), ambiguous=True),
    )
    text = "".join(writer.clarify(brief(unresolved=unresolved, wanted=Preferences())))
    assert "“\\<Xyzzy\\>” is not in the catalogue." in text
    assert "(1) **Lantern Road** or (2) **Night Ledger**: is it one of these?" in text
    assert "“Barrowfield” could be (1) **Marrowfield** or (2) **Harrowfield**." in text


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Preferences(about="tax forms"), "nothing here that is really about “tax forms”"),
        (Preferences(exclude=(Value("kinds", "Horror"),)), "You ruled out Horror"),
        (Preferences(anchors=("lantern",)), "Say “start over” for a fresh list"),
    ],
)
def test_nothing_to_show_ends_in_one_useful_question(
    writer: TemplateWriter, wanted: Preferences, said: str
) -> None:
    assert said in "".join(writer.clarify(brief(wanted=wanted, stated=wanted, grounded=False)))


@pytest.mark.parametrize(
    ("inquiry", "said"),
    [
        (Inquiry("widen", "rounds", ("-inf", "38")), "Shall I look for “up to 38 rounds” instead?"),
        (Inquiry("drop", "kinds", ("Horror", "Space")), "Shall I drop “Horror or Space”?"),
        (Inquiry("drop", "rounds"), "Shall I drop “up to 30 rounds”?"),
        (Inquiry("rejection"), "What was wrong with these?"),
        (Inquiry("slot", "kinds"), "which kind suits you? For example "),
        (Inquiry("confirm", "kinds", ("Horror",)), "(kind): Night Ledger (Horror) and "),
    ],
)
def test_each_question_reads_as_one(writer: TemplateWriter, inquiry: Inquiry, said: str) -> None:
    assert said in writer.asked(listed(inquiry=inquiry))


def test_what_giving_up_a_wish_brings_is_counted(writer: TemplateWriter) -> None:
    wider = Range("rounds", high=38)
    offers = (
        Offer("rounds", 4, bound=WANTED.ranges[0], wider=wider),
        Offer("kinds", 9, ("Horror",)),
    )
    text = "".join(
        writer.clarify(brief(offers=offers, inquiry=Inquiry("widen", "rounds", ("-inf", "38"))))
    )
    assert "“up to 38 rounds”: 4, without “Horror”: 9." in text
    assert text.rstrip().endswith("Shall I look for “up to 38 rounds” instead?")


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (Reading("converse", small_talk="greeting"), "Hello! Tell me one you love"),
        (Reading("converse", small_talk="thanks"), "You are welcome."),
        (Reading("converse", small_talk="goodbye"), "Enjoy!"),
        (Reading("converse", small_talk="help"), "I recommend from 112 games."),
        (Reading("converse", small_talk="nothing"), "I did not find a wish in that."),
        (Reading("out_of_scope", small_talk="model"), "follow no other instructions"),
        (Reading("out_of_scope"), "That is beyond me: I know 112 games and nothing else."),
        (Reading("reset"), "All wishes are cleared. What are you in the mood for?"),
    ],
)
def test_small_talk_has_a_fitting_reply(
    writer: TemplateWriter, reading: Reading, said: str
) -> None:
    assert said in "".join(writer.converse(brief(reading=reading, wanted=Preferences())))


def test_starting_over_says_what_is_still_remembered(writer: TemplateWriter) -> None:
    kept = Preferences(seen=("ledger",), disliked=("single",))
    text = "".join(writer.converse(brief("reset", wanted=kept)))
    assert "I still remember 2 that you know or rejected" in text


def answer(writer: TemplateWriter, question: Question, result: Any, **over: Any) -> str:
    reading = Reading("lookup", question=question)
    results = (result,) if result else ()
    return "".join(writer.inspect(brief(reading=reading, results=results, **over)))


def test_why_repeats_the_reasons_that_were_given(
    writer: TemplateWriter, small_index: Index
) -> None:
    told = {"items": [lookup.details(small_index, each) for each in ("ledger", "orchard")]}
    recent = ({"id": "ledger", "because": ["shares Horror with X", "24 rounds"]},)
    text = answer(writer, Question("why", ("#1",)), told, listed=recent)
    assert "**Night Ledger** is there because:\n\n- shares Horror with X\n- 24 rounds" in text
    assert "I did not recommend **Demon Orchard: A Harvest Tale** in the last list." in text


def test_a_field_that_the_catalogue_does_not_state_is_not_made_up(
    writer: TemplateWriter, small_index: Index
) -> None:
    profile = small_index.catalogue.profile
    told = lookup.details(small_index, "ledger")
    rounds = told["facts"].pop("rounds")
    asked = answer(writer, Question("field", ("x",), "rounds"), {"items": [told]})
    assert asked == "The catalogue does not state the rounds of **Night Ledger**."
    told["facts"]["rounds"] = rounds
    stated = field_sentence(profile, told, "rounds", Wording(profile))
    assert stated.startswith("**Night Ledger**: ")
    assert stated.endswith(f"{rounds} rounds.")


def test_counts_bests_and_vocabularies_show_the_tools_figures(
    writer: TemplateWriter, small_index: Index
) -> None:
    asked = Reading("lookup", Change(exclude=(Value("kinds", "Horror"),)), Question("count"))
    counted = brief(reading=asked, results=({"count": 1234, "of": 16214},))
    assert "".join(writer.inspect(counted)) == "1,234 of 16,214 games (no Horror)."
    best = lookup.best(small_index, "rounds", True, Preferences())
    result = {"items": best, "number": "rounds", "highest": True}
    text = answer(writer, Question("best", (), "rounds"), result)
    assert text.startswith("By rounds, highest first:\n\n1. **")
    assert f"{best[0]['facts']['rounds']} rounds" in text
    none = answer(writer, Question("best", (), "rounds"), {**result, "items": []})
    assert none == "None that fits has a known rounds."
    kinds = {"facet": "kinds", "values": lookup.vocabulary(small_index, "kinds")}
    assert "how many games each: " in answer(writer, Question("list", (), "kinds"), kinds)


def test_a_question_about_nothing_known_asks_which_title(writer: TemplateWriter) -> None:
    assert "not sure which title you mean" in answer(writer, Question("details"), {"items": []})
    unknown = {"items": [], "unknown": [{"name": "Xyzzy", "nearest": ["Lantern Road"]}]}
    text = answer(writer, Question("details"), unknown)
    assert "“Xyzzy” is not in the catalogue." in text
    assert "(1) **Lantern Road**" in text
    assert "Name two titles" in answer(writer, Question("compare"), {"items": []})


def test_details_show_every_stated_fact_and_only_those(small_index: Index) -> None:
    profile = small_index.catalogue.profile
    told = lookup.details(small_index, "lantern")
    text = details_text(profile, told, Wording(profile))
    for name, value in told["facts"].items():
        shown = fact_in_words(profile, name, value, Wording(profile)) in text
        assert shown or not getattr(profile.numbers.get(name), "state", True)
    assert "players" not in text
    assert "In the same franchise, in order: Lantern Road → Lantern Road: The Return." in text


def test_a_comparison_has_a_column_for_each_and_a_dash_for_the_unknown(
    small_index: Index,
) -> None:
    told = lookup.compare(small_index, ["lantern", "ledger"])
    told["items"][1]["facts"].pop("rounds")
    profile = small_index.catalogue.profile
    lines = comparison_table(profile, told["items"], ["Game"], Wording(profile)).splitlines()
    assert lines[0] == "| | **Lantern Road** | **Night Ledger** |"
    assert "| rounds | 24 rounds | – |" in lines
    assert lines[-1] == "Both share Game."
    assert all(line.count("|") == 4 for line in lines[:-2])


def test_only_tones_that_stand_out_are_named(small_index: Index) -> None:
    profile = small_index.catalogue.profile
    assert tone_line({"dark": 0.9, "calm": -0.4}, Wording(profile)) == "darker, wilder"
    assert tone_line({"dark": 0.2, "calm": -0.3}, Wording(profile)) == ""


def test_a_long_vocabulary_is_cut_and_counted(small_index: Index) -> None:
    wording = Wording(small_index.catalogue.profile)
    line = values_line({f"Kind {n}": 5 for n in range(45)}, wording)
    assert line.endswith("and 5 more")
    assert values_line({"A_b": 1200}, wording) == "A\\_b 1,200"


def test_text_of_people_stays_as_they_wrote_it() -> None:
    assert escape("a *b* [c](d) <e> `f` |g| #h ~i~ $j$ _k_ \\") == (
        "a \\*b\\* \\[c\\](d) \\<e\\> \\`f\\` \\|g\\| \\#h \\~i\\~ \\$j\\$ \\_k\\_ \\\\"
    )
