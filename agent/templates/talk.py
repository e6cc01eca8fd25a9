"""What is said to a message that is no request."""

from collections.abc import Sequence

from agent.answers.wording import Wording
from agent.templates.markdown import escape
from data.catalogue import Catalogue
from graph.protocols import Brief

_REPLIES = {
    "greeting": "talk.greeting",
    "thanks": "talk.thanks",
    "goodbye": "talk.goodbye",
    "help": "talk.help",
    "model": "talk.model",
}


def small_talk(catalogue: Catalogue, brief: Brief, wording: Wording) -> str:
    """Return the reply to a greeting, thanks, a reset, or words that hold no wish."""
    if brief.reading.intent == "reset":
        return _cleared(brief, wording)
    if brief.reading.small_talk == "recap":
        return _recap(catalogue, brief, wording)
    if brief.reading.small_talk == "unknown":
        topics = wording.listed([escape(each) for each in brief.reading.unknown], "or")
        return wording.say("remarks.unknown_topic", topics=topics)
    key = _REPLIES.get(brief.reading.small_talk, "talk.nothing")
    if brief.reading.intent == "out_of_scope" and brief.reading.small_talk != "model":
        key = "talk.out_of_scope"
    slots = {
        "examples": quoted_examples(catalogue),
        "count": wording.count(len(catalogue)),
        "many": wording.many,
    }
    return wording.say(key, **slots)


def quoted_examples(catalogue: Catalogue) -> str:
    """Return two prompts that the profile offers."""
    return " · ".join(f"“{each}”" for each in catalogue.profile.examples[:2])


def _cleared(brief: Brief, wording: Wording) -> str:
    kept = len(brief.wanted.seen) + len(brief.wanted.disliked)
    memory = wording.say("talk.memory", count=kept) if kept else ""
    return wording.say("talk.cleared", memory=memory)


def _recap(catalogue: Catalogue, brief: Brief, wording: Wording) -> str:
    """Return what has been told so far: wishes, and titles that were judged."""

    def titles(ids: Sequence[str]) -> str:
        return wording.listed([escape(catalogue[each].title) for each in ids])

    wishes = [escape(each) for each in wording.summary(catalogue, brief.wanted)]
    told = [wording.say("talk.you_want", wishes=", ".join(wishes))] if wishes else []
    judged = (
        ("talk.you_loved", brief.wanted.loved),
        ("talk.you_know", brief.wanted.seen),
        ("talk.you_rejected", (*brief.wanted.disliked, *brief.wanted.unlike)),
    )
    told += [wording.say(key, titles=titles(ids)) for key, ids in judged if ids]
    return (
        wording.say("talk.so_far", told="; ".join(told))
        if told
        else wording.say("talk.nothing_told")
    )
