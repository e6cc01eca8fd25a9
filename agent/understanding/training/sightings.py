"""What the bundled catalogue's finder sees in messages: the mentions that reading starts from.

In use the network judges what a finder found, true mentions and ordinary words alike ("free" in
"free time"). So it learns on the finds of a real one, beside the mentions that annotators marked.
"""

from agent.understanding.annotations import Annotated
from agent.understanding.language import languages
from agent.understanding.lexicon import ENGLISH, Lexicon
from agent.understanding.marking import Span
from agent.understanding.mentions import Finder
from data.catalogue import Catalogue
from data.profile import load_profile
from data.sources import read_items, source_files
from data.tables import Report
from tools.titles import Titles

CATALOGUE = "anime"


class Sightings:
    """Find the spans of messages in any language, as reading does."""

    def __init__(self) -> None:
        profile = load_profile(CATALOGUE)
        catalogue = Catalogue(profile, read_items(profile, source_files(profile, ()), Report()))
        titles = Titles(catalogue)
        english = Lexicon(catalogue, languages()[ENGLISH])
        self._finders = {
            code: Finder(
                english if code == ENGLISH else Lexicon(catalogue, language, english), titles
            )
            for code, language in languages().items()
        }

    def of(self, message: Annotated, language: str) -> tuple[Span, ...]:
        """Return what the finder sees in a message, in order and apart."""
        found = self._finders[language].find(message.text, bool(message.listed))
        return tuple(mention.span() for mention in found.mentions)
