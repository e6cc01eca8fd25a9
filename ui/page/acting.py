"""What clicks on titles do."""

from agent.acts import asked
from infra import metrics
from ui.page.dialogs import open_dialog
from ui.page.live import Acted
from ui.page.texts import text
from ui.page.view import View, say

NAMES = {"more": "more_like_this", "not": "not_this"}


def act_on_item(view: View, acted: Acted) -> None:
    """Do what a button of a title says: open its details, keep it for later, or say so."""
    act, item = acted["act"], acted.get("id", "")
    if act == "compare":
        open_dialog("compare", ids=acted["ids"].split())
        return
    catalogue = view.recommender.index.catalogue
    if item not in catalogue:
        return
    metrics.acted(NAMES.get(act, act))
    if act == "details":
        open_dialog("details", item=item)
    elif act == "watch":
        _keep_for_later(view, item)
    elif change := asked(act, item):
        say(view, text(f"said.{act}", title=catalogue[item].title), change)


def _keep_for_later(view: View, item: str) -> None:
    """Put a title on the watch list, or take it off."""
    shelf = view.recommender.shelf(view.user)
    if item in view.taste.watch:
        shelf.take(item, "watch")
    else:
        shelf.put(item, "watch")
