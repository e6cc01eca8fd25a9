"""Questions about what was shown, about a title, or about the catalogue as a whole."""

import re

from agent.rules.lexicon import Lexicon, OrderSense
from agent.rules.mentions import Mentions
from agent.rules.utterance import Utterance, phrases
from agent.rules.words import STOPWORDS
from tools.applying import THIS
from tools.change import Mention, Question

_WHY = re.compile(r"^(?:but |and |so |ok )?(?:why|how come|what makes|explain why|whats the reason|what is the reason|explain)\b")
_COMPARE = re.compile(r"\b(?:compare|comparison|versus|vs|difference between|differences between|how do .* differ)\b|^which (?:one )?(?:of .* )?is (?:better|longer|shorter|darker|newer|older|funnier)\b")
_ABOUT = phrases(
    "tell me more about", "tell me about", "more about", "details on", "details of", "details about", "details for",
    "describe", "more info on", "more info about", "info on", "info about", "information about", "information on",
    "what is", "whats", "synopsis of", "summary of", "plot of", "the plot of", "more details on", "more on",
    "show me the details of", "what happens in", "give me details on", "show details for", "what do you know about",
    "details", "more details", "tell me more", "who is in",
)
_ABOUT_TAIL = re.compile(r"^(?:whats|what is|what are) .+ about$")
_MORE = re.compile(r"^(?:tell me more|more details|details|more info|more about (?:it|that|this))(?: please)?$")
_COUNT = re.compile(r"^(?:so )?how many (?!episodes|seasons|eps|minutes|hours)(.+)$")
_LIST = re.compile(r"\b(?:what|which|list(?: all)?(?: the)?|show me (?:all )?the)(?: kinds? of| types? of| sorts? of)? (\w+)(?: do you have| are there| do you know| can i (?:ask|use|choose)| exist| available| you have)\b")
_BEST = re.compile(r"^(?:so |and )?(?:what|which|whats)(?: is| are|s)?(?: the)? (?:one |title |anime |of (?:these|those|them) )?(?:is |are )?(?:the )?")
_FIELDS = (
    (re.compile(r"\bhow many (?:episodes|eps)\b|\bepisode count\b|\bnumber of episodes\b|\bhow long is\b|\bhow many seasons\b"), "episodes"),
    (re.compile(r"\bwho (?:made|makes|animated|produced|did|created)\b|\b(?:what|which) studio\b|\bby whom\b"), "studios"),
    (re.compile(r"\bwhen (?:did|was|is|does)\b|\b(?:what|which) year\b|\bhow old is\b|\brelease date\b"), "year"),
    (re.compile(r"\b(?:what|which)(?: is the| are the|s the)? genres?\b|\bwhat kind of (?:anime|show) is\b"), "genres"),
    (re.compile(r"\b(?:what|whats)(?: is)? (?:the|its|the mal) (?:score|rating)\b|\bhow (?:good|well rated|highly rated) is\b|\bwhat score\b"), "score"),
    (re.compile(r"\bhow long (?:are|is) (?:the|each|an|one) episodes?\b|\bminutes per\b|\bruntime\b|\bepisode length\b"), "minutes"),
    (re.compile(r"\b(?:what|whats)(?: is| are)? (?:the|its|their) themes?\b"), "themes"),
    (re.compile(r"\bbased on (?:a |what)\b.*|\bwhat is it based on\b|\bsource material\b"), "source"),
    (re.compile(r"\bage rating\b|\b(?:ok|suitable|safe|appropriate) for (?:kids|children)\b"), "rating"),
)


class Questions:
    """Read questions; what is none is left to the wishes."""

    def __init__(self, lexicon: Lexicon, mentions: Mentions) -> None:
        self._lexicon = lexicon
        self._mentions = mentions

    def read(self, message: Utterance, listed: int) -> Question | None:
        """Return the question a message asks; `listed` is how many items were just shown."""
        said = " ".join(token.word for token in message.tokens if not token.is_break)
        if _WHY.search(said) and not said.startswith("explain the"):
            return Question("why", self._pointed(message) or self._default(listed))
        if _COMPARE.search(said):
            return self._compare(message, listed)
        if found := _COUNT.match(said):
            return Question("count") if self._speaks_of_catalogue(found.group(1)) else None
        if (listing := _LIST.search(said)) and (facet := self._facet(listing.group(1))):
            return Question("list", field=facet)
        if (best := self._best(said)) is not None:
            return best
        for pattern, field in _FIELDS:
            known = {*self._lexicon.profile.facets, *self._lexicon.profile.numbers}
            if field in known and pattern.search(said):
                return self._field(message, field)
        return self._details(message, said, listed)

    def _field(self, message: Utterance, field: str) -> Question | None:
        pattern = next(p for p, name in _FIELDS if name == field)
        words = message.words
        items = self._pointed(message)
        if not items:
            items = tuple(mention for *_, mention in self._mentions.anywhere(message)) or self._named(message)
        leftover = [w for w in words if w not in STOPWORDS]
        if not items and len(leftover) > 4 and not pattern.search(" ".join(words[:4])):
            return None
        return Question("field", items or (THIS,), field)

    def _named(self, message: Utterance) -> tuple[Mention, ...]:
        """Return the title that ends the message: "how many episodes does monster have"."""
        verbs = {"does", "is", "of", "has", "did", "was", "in", "made", "have", "animated", "produced", "created", "makes", "for", "air"}
        for place in range(len(message.tokens) - 1, -1, -1):
            if message.words[place] in verbs:
                end = self._mentions.exact_at(message, place + 1) if place + 1 < len(message.tokens) else None
                if end:
                    return (message.written(place + 1, end),)
        for place in range(len(message.tokens) - 1, -1, -1):
            if message.words[place] in verbs:
                words = [w for w in message.words[place + 1 :] if w not in {"have", "has", "it", "air", "run", "come", "out", "about", "?", "made"}]
                if words and not all(word in STOPWORDS for word in words):
                    return (" ".join(words),)
                return ()
        return ()

    def _details(self, message: Utterance, said: str, listed: int) -> Question | None:
        if _MORE.match(said):
            return Question("details", (THIS,))
        if said.isdigit() and 0 < int(said) <= listed:
            return Question("details", (f"#{said}",))
        cue = message.find(_ABOUT)
        if cue is None or cue[0] > 3:
            return None
        plain = message.words[cue[0] : cue[1]] in (["what", "is"], ["whats"])
        items = self._pointed(message)
        if not items and (end := self._mentions.exact_at(message, cue[1])):
            items = (message.written(cue[1], end),)
        if items:
            return Question("details", items)
        if plain and not _ABOUT_TAIL.match(said):
            return None
        end = len(message.tokens)
        while end > cue[1] and (message.tokens[end - 1].is_break or message.words[end - 1] in {"about", "please"}):
            end -= 1
        name = message.written(cue[1], end)
        return Question("details", (name,)) if name else Question("details", (THIS,))

    def _compare(self, message: Utterance, listed: int) -> Question | None:
        items = list(self._pointed(message, figures=True))
        items += [mention for *_, mention in self._mentions.anywhere(message)]
        if len(items) < 2:
            items += [m for m in self._between_joints(message) if m not in items]
        if len(items) < 2:
            items = [f"#{n}" for n in range(1, min(listed, 4) + 1)]
        return Question("compare", tuple(dict.fromkeys(items))[:4])

    def _between_joints(self, message: Utterance) -> list[Mention]:
        """Return the names that "and", "with" or "vs" part, whatever is written."""
        skip = {"compare", "comparison", "difference", "differences", "between", "the", "me", "of", "please", "can", "you", "whats", "what", "is", "which", "better"}
        names: list[list[str]] = [[]]
        for token, taken in zip(message.tokens, message.taken, strict=True):
            if token.word in {"and", "vs", "versus", "with", "to", "or", ","}:
                names.append([])
            elif not taken and token.word not in skip and not token.is_break:
                names[-1].append(token.text)
        return [" ".join(name) for name in names if name]

    def _best(self, said: str) -> Question | None:
        found = _BEST.match(said)
        if not found or not said.startswith(("what", "which", "whats", "so what", "so which", "and which", "and what")):
            return None
        words = said[found.end() :].split()
        length, senses = self._lexicon.at(words)
        order = next((s for s in senses if isinstance(s, OrderSense)), None)
        if order is None:
            return None
        shown = " ".join(words[length:]) in {"one", "", "of these", "of them", "of those", "one of these", "of the list", "in the list", "one of them"}
        return Question("best", ALL_SHOWN if shown else (), order.number, order.highest)

    def _pointed(self, message: Utterance, figures: bool = False) -> tuple[Mention, ...]:
        found = [m for *_, mentions in self._mentions.references(message) for m in mentions]
        asks = message.words[:1] in (["why"], ["explain"], ["compare"], ["details"], ["describe"]) or figures
        for place, token in enumerate(message.tokens):
            small = token.is_number and token.text.isdigit() and 0 < int(token.text) <= 20
            word = message.words[place - 1] if place else ""
            if small and message.free(place, place + 1) and (asks or word in {"number", "about", "of"}):
                message.take(place, place + 1)
                found.append(f"#{int(token.text)}")
        if not found and not figures and (pointer := self._mentions.pointer(message)):
            if message.words[pointer[0] : pointer[1]] not in (["them"], ["those"], ["these"]):
                found.append(THIS)
        if not found and not figures:
            found += [mention for *_, mention in self._mentions.anywhere(message)]
        return tuple(dict.fromkeys(found))

    def _default(self, listed: int) -> tuple[Mention, ...]:
        return tuple(f"#{n}" for n in range(1, listed + 1))

    def _speaks_of_catalogue(self, rest: str) -> bool:
        words = rest.split()
        nouns = self._lexicon.nouns | {"titles", "items", "movies", "films", "things", "do", "are"}
        senses = any(self._lexicon.at(words[place:])[1] for place in range(len(words)))
        return senses or any(word in nouns for word in words)

    def _facet(self, word: str) -> str:
        for name, facet in self._lexicon.profile.facets.items():
            if word.rstrip("s") in {name.rstrip("s"), facet.label.rstrip("s")}:
                return name
        return ""


ALL_SHOWN = ("#all",)

