"""Questions to the person, and what giving up a wish would bring, in words."""

from collections import Counter

from agent.answers.wording import Wording
from agent.templates.markdown import escape
from data.catalogue import Catalogue
from graph.protocols import Brief
from tools.inquiry import Inquiry
from tools.preferences import Range
from tools.relaxing import Offer

EXAMPLES = 4
"""Values that are named where a facet is asked for."""


def question_text(catalogue: Catalogue, brief: Brief, inquiry: Inquiry, wording: Wording) -> str:
    """Return a question as a sentence."""
    values = [escape(value) for value in inquiry.values]
    if inquiry.kind == "split":
        return wording.say("questions.split", one=values[0], other=values[1])
    if inquiry.kind == "rejection":
        return wording.say("questions.rejection")
    if inquiry.kind == "slot":
        return _slot(catalogue, inquiry.about, wording)
    if inquiry.kind == "confirm":
        items = wording.listed(_doubtful(catalogue, brief, inquiry))
        return wording.say("questions.confirm", label=wording.label(inquiry.about), items=items)
    if inquiry.kind == "widen":
        return wording.say("questions.widen", words=_bounds(inquiry, wording))
    return wording.say("questions.drop", words=_gone(brief, inquiry, wording))


def _doubtful(catalogue: Catalogue, brief: Brief, inquiry: Inquiry) -> list[str]:
    """Return the titles that must be confirmed, each with why."""
    told = []
    for candidate in brief.chosen:
        item = catalogue[candidate.id]
        had = [value for value in item.facets.get(inquiry.about, ()) if value in inquiry.values]
        if had:
            told.append(f"{escape(item.title)} ({escape(', '.join(had))})")
    return told


def offers_text(brief: Brief, wording: Wording) -> str:
    """Return what giving up one wish or another would bring."""
    told = [_offer(each, wording) for each in brief.offers]
    return wording.say("offers.all", offers=wording.comma.join(told))


def _offer(offer: Offer, wording: Wording) -> str:
    count = wording.count(offer.count)
    if offer.wider is not None:
        return wording.say("offers.wider", words=escape(wording.range(offer.wider)), count=count)
    if offer.bound is not None:
        words = escape(wording.range(offer.bound))
    else:
        words = escape(wording.listed(offer.values, "or"))
    return wording.say("offers.without", words=words, count=count)


def _slot(catalogue: Catalogue, name: str, wording: Wording) -> str:
    """Return the catalogue's own question, or one with the values that most items have."""
    if asks := wording.asks(name):
        return asks
    label = wording.label(name)
    values = catalogue.facets.get(name, {})
    common = Counter({value: len(places) for value, places in values.items()})
    some = [escape(value) for value, _ in common.most_common(EXAMPLES)]
    if not some:
        return wording.say("questions.slot", label=label)
    return wording.say("questions.slot_of", label=label, values=wording.listed(some, "or"))


def _bounds(inquiry: Inquiry, wording: Wording) -> str:
    low, high = map(float, inquiry.values)
    return escape(wording.range(Range(inquiry.about, low, high)))


def _gone(brief: Brief, inquiry: Inquiry, wording: Wording) -> str:
    if inquiry.values:
        return escape(wording.listed(inquiry.values, "or"))
    bound = brief.wanted.range(inquiry.about)
    return escape(wording.range(bound)) if bound else wording.label(inquiry.about)
