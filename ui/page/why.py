"""Why and at what cost: the folded panel under an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from ui.page.cardhtml import bars_html
from ui.page.text import html
from ui.page.texts import figure, text, word
from ui.page.view import View

Reply = Mapping[str, Any]


def why_html(view: View, reply: Reply) -> str:
    """Return the panel of a reply, or nothing of one that has no times."""
    timings = reply.get("timings_ms", {})
    if not timings:
        return ""
    took = text("why.title", duration=duration(timings.get("total", 0.0)))
    return (
        f'<details class="os-why" id="why-{reply["turn"]}"><summary>{html(took)}</summary>'
        f"{_waterfall(view, timings)}{_evidence(view, reply)}{_removed(reply)}"
        f'<p class="os-cost">{_cost(reply)}{_trace(view, reply)}</p></details>'
    )


def duration(ms: float) -> str:
    """Return milliseconds as people read them."""
    return f"{figure(ms)} ms" if ms < 1000 else f"{figure(ms / 1000, 1)} s"


def step_words(view: View, step: str) -> str:
    """Return what a step does."""
    catalogue = view.recommender.index.catalogue
    if step not in STEPS:
        return step.capitalize()
    many = word(catalogue.profile.noun.many)
    return text(f"step.{step}", size=len(catalogue), many=many)


STEPS = frozenset(
    "rewrite retrieve ground relax rank answer verify clarify inspect tools converse".split()
)


def _waterfall(view: View, timings: Mapping[str, float]) -> str:
    """Return the steps as bars, each beginning where the one before ended."""
    steps = [(name, ms) for name, ms in timings.items() if name != "total"]
    whole = max(sum(ms for _, ms in steps), 0.01)
    rows, begins = [], 0.0
    for name, ms in steps:
        place = f"--from:{begins / whole:.4f};--share:{ms / whole:.4f}"
        rows.append(
            f"<li><span>{html(step_words(view, name))}</span>"
            f'<i style="{place}"></i><b>{figure(ms, 1)} ms</b></li>'
        )
        begins += ms
    return f'<ol class="os-waterfall">{"".join(rows)}</ol>'


def _evidence(view: View, reply: Reply) -> str:
    """Return what spoke for each title, and how near it is to the request."""
    titles: Sequence[Mapping[str, Any]] = reply.get("recommendations", ())
    threshold = view.recommender.index.manifest.threshold
    rows = "".join(
        f"<li><strong>{html(each['title'])}</strong> "
        f"<span>{html(_near(each.get('similarity', 0.0), threshold))}</span>"
        f'<ul class="os-shares">{bars_html(_strongest(each))}</ul></li>'
        for each in titles
    )
    heading = html(text("why.evidence"))
    return f'<h4>{heading}</h4><ol class="os-titles">{rows}</ol>' if rows else ""


def _near(similarity: float, threshold: float) -> str:
    return text("why.threshold", similarity=figure(similarity, 2), threshold=figure(threshold, 2))


def _strongest(recommendation: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    contributions = recommendation.get("contributions", {})
    return tuple(sorted(contributions.items(), key=lambda pair: -abs(pair[1])))


def _removed(reply: Reply) -> str:
    rows = "".join(f"<li>{html(each)}</li>" for each in reply.get("removed", ()))
    heading = html(text("why.removed"))
    return f'<h4>{heading}</h4><ul class="os-plain">{rows}</ul>' if rows else ""


def _cost(reply: Reply) -> str:
    usage = reply.get("usage", {})
    cost = usage.get("cost_usd", 0.0)
    told = [text("why.model", model=reply.get("model", ""))]
    if usage.get("input_tokens") or usage.get("output_tokens"):
        counted = {"input": usage["input_tokens"], "output": usage["output_tokens"]}
        told.append(text("why.tokens", **counted))
    told.append(text("why.cost", cost=f"${figure(cost, 6 if cost else 2)}"))
    if usage.get("estimated"):
        told.append(text("why.estimated"))
    return html(" · ".join(told))


def _trace(view: View, reply: Reply) -> str:
    trace = str(reply.get("trace_id", ""))
    if not trace:
        return ""
    address = view.settings.telemetry.trace_url.replace("{trace_id}", trace)
    words = f"{html(text('why.trace'))} <code>{html(trace)}</code>"
    if not address:
        return f" · {words}"
    return f' · <a href="{html(address)}" target="_blank" rel="noopener noreferrer">{words}</a>'
