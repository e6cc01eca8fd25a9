"""What is a person's own: conversations, titles kept and met, and all that is stored of them."""

from collections.abc import Mapping

from ui.page.dialogs import Dialog
from ui.page.yours.conversation import draw_conversation
from ui.page.yours.conversations import draw_conversations
from ui.page.yours.importing import draw_import
from ui.page.yours.lists import draw_history, draw_watch_list
from ui.page.yours.onboarding import draw_onboarding, offer_onboarding
from ui.page.yours.stored import draw_stored

__all__ = ["DIALOGS", "draw_conversations", "offer_onboarding"]

DIALOGS: Mapping[str, Dialog] = {
    "conversation": draw_conversation,
    "watch": draw_watch_list,
    "history": draw_history,
    "import": draw_import,
    "stored": draw_stored,
    "onboarding": draw_onboarding,
}
