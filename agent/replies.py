"""The reply of a turn as the command line's contract has it."""

from typing import Any

from data.catalogue import Catalogue
from graph.memory import Session
from tools.inquiry import Inquiry
from tools.policies import disclosed
from tools.preferences import from_json, to_json
from tools.relaxing import Offer
from tools.unmet import unmet
from tools.wording import facts


def reply_fields(state: dict[str, Any], session: Session, catalogue: Catalogue) -> dict[str, Any]:
    """Return a reply but for what the models and the clock add."""
    recommendations = _scored(catalogue, state, "listed", "chosen")
    personal = _scored(catalogue, state, "picked", "personal")
    return {
        "session": session.label or session.id,
        "turn": state["turns"],
        "message": state["message"],
        "intent": state["reading"].intent,
        "language": state["reading"].language,
        "answer": state["answer"],
        "recommendations": recommendations,
        **({"personal": personal} if personal else {}),
        "preferences": titled(catalogue, state["preferences"]),
        "question": _question(state),
        "offers": [_offer(each) for each in state["offers"]],
        "grounded": state["grounded"],
        "relaxed": list(state["relaxed"]) if state["chosen"] else [],
        "unmet": list(unmet(catalogue, [each.id for each in state["chosen"]], state["wanted"])),
        "not_understood": list(
            dict.fromkeys((*state["reading"].not_understood, *state["reading"].unknown))
        ),
        "unknown_titles": _unknown(state),
        "removed": list(state["removed"]),
    }


def listed(catalogue: Catalogue, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a remembered list as the contract has it, without what the catalogue lost."""
    return [
        {
            "rank": rank,
            "id": each["id"],
            "title": catalogue[each["id"]].title,
            "similarity": each["similarity"],
            "score": round(sum(each["contributions"].values()), 4),
            "facts": facts(catalogue, catalogue[each["id"]]),
            "because": each["because"],
            "contributions": each["contributions"],
            "new": each.get("new", False),
            "disclosed": [
                word for _, word in disclosed(catalogue.profile.policies, catalogue[each["id"]])
            ],
        }
        for rank, each in enumerate(listed, start=1)
        if each["id"] in catalogue
    ]


def _scored(
    catalogue: Catalogue, state: dict[str, Any], field: str, candidates: str
) -> list[dict[str, Any]]:
    """Return one of a turn's lists as the contract has it, with the scores as they were."""
    scores = {each.id: round(each.score, 4) for each in state[candidates]}
    shown = listed(catalogue, state[field] if scores else [])
    return [{**each, "score": scores[each["id"]]} for each in shown]


def titled(catalogue: Catalogue, preferences: dict[str, Any]) -> dict[str, Any]:
    """Return preferences as the contract has them, items with their titles."""

    def title(item_id: str) -> str:
        return catalogue[item_id].title if item_id in catalogue else item_id

    return to_json(from_json(preferences), title)


def _question(state: dict[str, Any]) -> dict[str, Any] | None:
    """Return the question that the answer ends with."""
    inquiry: Inquiry | None = state["inquiry"]
    if inquiry is None:
        return None
    return {
        "kind": inquiry.kind,
        "about": inquiry.about,
        "values": list(inquiry.values),
        "text": state["answer"].rstrip().rsplit("\n\n", 1)[-1],
    }


def _offer(offer: Offer) -> dict[str, Any]:
    """Return what giving up one wish would bring."""
    return {"about": offer.about, "values": list(offer.values), "count": offer.count}


def _unknown(state: dict[str, Any]) -> list[str]:
    asked = [each.asked for each in state["unresolved"] if not each.ambiguous]
    looked_up = [each["name"] for found in state["results"] for each in found.get("unknown", [])]
    return list(dict.fromkeys([*asked, *looked_up]))
