"""What a message says of the facet or number it was asked for: "Netflix and Hulu", "100"."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from agent.understanding.draft import Draft
from agent.understanding.kinds import kind_of
from agent.understanding.meaning import Meant
from agent.understanding.mentions import Found, Mention
from agent.understanding.scope import Scope
from agent.understanding.senses import FacetSense
from tools.change import Bounds
from tools.inquiry import Inquiry
from tools.preferences import Wanted


@dataclass(frozen=True, slots=True)
class Answering:
    """Take what is only named for the answer to an open question."""

    scope: Scope

    def read(self, seen: Found, mentions: Sequence[Meant], asked: Inquiry, found: Draft) -> None:
        """Gather the values, or the figure, of what was asked for; what is denied stays denied."""
        if asked.kind == "slot" and asked.about in self.scope.profile.numbers:
            self._figure(seen.mentions, asked.about, found)
        elif asked.kind in {"slot", "split"}:
            self._values(seen, mentions, asked, found)

    def _values(self, seen: Found, mentions: Sequence[Meant], asked: Inquiry, found: Draft) -> None:
        facet = asked.about
        negative = {each.mention.start for each in mentions if each.role.negative}
        said = {
            sense.value: mention
            for mention in seen.mentions
            for sense in mention.senses
            if isinstance(sense, FacetSense)
            and sense.facet == facet
            and (not asked.values or sense.value in asked.values)
            and not (mention.start in negative and self._is_denied(seen, mention))
        }
        if not said:
            return
        others = [group for group in found.require if group.facet != facet]
        found.require = [*others, Wanted(facet, tuple(said))]
        found.exclude = [e for e in found.exclude if e.facet != facet or e.value not in said]
        found.prefer = [each for each in found.prefer if each.facet != facet]
        words = {mention.words for mention in said.values()}
        found.unsure = [each for each in found.unsure if each not in words]

    def _is_denied(self, seen: Found, mention: Mention) -> bool:
        """Tell whether a word before a mention denies it, as far as the language has such words."""
        denials = self.scope.language.denials
        before = [token.word for token in seen.tokens if token.end <= mention.start]
        return not denials or any((word,) in denials for word in before)

    def _figure(self, named: Sequence[Mention], name: str, found: Draft) -> None:
        """Take a bare figure for the most there may be; of a score and a year, for the least."""
        if any(bound.number == name for bound in found.bounds):
            return
        figures = [mention for mention in named if mention.figure is not None]
        if len(figures) != 1 or figures[0].figure is None:
            return
        figure = figures[0].figure
        units = dict(figure.units)
        if figure.units and name not in units:
            return
        factor = units.get(name, 1.0)
        least = kind_of(self.scope.profile.numbers[name]) in {"score", "year"}
        low, high = (figure.low * factor, inf) if least else (-inf, figure.high * factor)
        found.bounds.append(Bounds(name, low, high, figures[0].words))
        found.unsure = [each for each in found.unsure if each != figures[0].words]
