"""What is said to a message that is no request."""

from agent.templates.markdown import escape
from data.catalogue import Catalogue
from graph.protocols import Brief
from tools.wording import listed, summary


def small_talk(catalogue: Catalogue, brief: Brief) -> str:
    """Return the reply to a greeting, thanks, a reset, or words that hold no wish."""
    noun = catalogue.profile.noun
    examples = quoted_examples(catalogue)
    if brief.reading.intent == "reset":
        return _cleared(brief)
    if brief.reading.small_talk == "recap":
        return _recap(catalogue, brief)
    if brief.reading.small_talk == "model":
        return (
            f"I only recommend {noun.many} and follow no other instructions. "
            "What would you like to find?"
        )
    if brief.reading.intent == "out_of_scope":
        known = f"{len(catalogue):,} {noun.many}"
        return f"That is beyond me: I know {known} and nothing else. Try {examples}."
    wish = f"a {noun.one} you love, a genre or a mood"
    replies = {
        "greeting": f"Hello! Tell me {wish}, and I find more. For example: {examples}.",
        "thanks": "You are welcome. Say “something else” for more, or tell me what to change.",
        "goodbye": "Enjoy! I am here when you want more.",
        "help": _help(catalogue, wish),
    }
    nothing = f"I did not find a wish in that. Name {wish}: {examples}."
    return replies.get(brief.reading.small_talk, nothing)


def _recap(catalogue: Catalogue, brief: Brief) -> str:
    """Return what has been told so far: wishes, and titles that were judged."""
    wishes = [escape(each) for each in summary(catalogue, brief.wanted)]
    judged = [
        f"{word} {listed([escape(catalogue[each].title) for each in ids])}"
        for word, ids in (
            ("you loved", brief.wanted.loved),
            ("you know", brief.wanted.seen),
            ("you rejected", brief.wanted.disliked),
        )
        if ids
    ]
    told = [*([f"you want {', '.join(wishes)}"] if wishes else []), *judged]
    return f"So far: {'; '.join(told)}." if told else "You have told me nothing yet."


def quoted_examples(catalogue: Catalogue) -> str:
    """Return two prompts that the profile offers."""
    return " · ".join(f"“{each}”" for each in catalogue.profile.examples[:2])


def _cleared(brief: Brief) -> str:
    kept = len(brief.wanted.seen) + len(brief.wanted.disliked)
    memory = (
        f" I still remember {kept} that you know or rejected; “forget everything” drops that too."
        if kept
        else ""
    )
    return f"All wishes are cleared.{memory} What are you in the mood for?"


def _help(catalogue: Catalogue, wish: str) -> str:
    return (
        f"I recommend from {len(catalogue):,} {catalogue.profile.noun.many}. Name {wish}; then "
        "refine: “darker”, “fewer episodes”, “no romance”, “why the second one?”, “compare 1 and "
        f"3”, “undo”, “start over”. Try {quoted_examples(catalogue)}."
    )
