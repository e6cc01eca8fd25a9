"""What was understood, as chips above the message box: a click takes one back or moves it."""

from agent.chips import Chip, chips
from tools.change import Change
from tools.preferences import from_json
from ui.page.icons import ICONS
from ui.page.live import Acted, button, draw_live
from ui.page.text import html
from ui.page.texts import language, text
from ui.page.view import View, say


def draw_wishes(view: View) -> None:
    """Draw the chips, and the ways back."""
    if not view.conversation["history"]:
        return
    found = chips(
        view.recommender.index.catalogue, from_json(view.conversation["preferences"]), language()
    )
    drawn = "".join(chip_html(chip, view.busy) for chip in found)
    label = html(text("wishes.title"))
    draw_live(
        "wishes",
        f'<div class="os-wishes" role="group" aria-label="{label}">{drawn}{_ways_back(view)}</div>',
        lambda acted: _act(view, {chip.name: chip for chip in found}, acted),
    )


def chip_html(chip: Chip, busy: bool) -> str:
    """Return a chip: its words, the steps it can move, and the way to take it back."""
    steps = "".join(
        button(act, "", icon=icon, hidden=words, name=chip.name, disabled=busy, style="os-step")
        for act, icon, words, change in (
            ("less", ICONS.less, text("wishes.less", wish=chip.label), chip.less),
            ("add", ICONS.add, text("wishes.more", wish=chip.label), chip.more),
        )
        if change
    )
    words = text("wishes.remove", wish=chip.label)
    gone = button("gone", "", icon=ICONS.close, hidden=words, name=chip.name, disabled=busy)
    told = html(chip.origin)
    origin = f' title="{told}"' if told else ""
    heard = f'<span class="os-heard">{told}</span>' if told else ""
    label = f"<span>{html(chip.label)}</span>{heard}"
    return f'<span class="os-chip"{origin}>{label}{steps}{gone}</span>'


def _ways_back(view: View) -> str:
    ways = (("undo", ICONS.undo), ("over", ICONS.over))
    return "".join(
        button(way, text(f"wishes.{way}"), icon=icon, style="os-way-back", disabled=view.busy)
        for way, icon in ways
    )


def _act(view: View, found: dict[str, Chip], acted: Acted) -> None:
    match acted["act"]:
        case "undo":
            say(view, text("wishes.undo"), Change(undo=True))
        case "over":
            say(view, "Start over")
        case act if chip := found.get(acted.get("name", "")):
            change = {"less": chip.less, "add": chip.more, "gone": chip.change}.get(act)
            if change:
                say(view, text(f"said.{act}", wish=chip.label), change)
