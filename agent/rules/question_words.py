"""English for questions, as readable tables."""

import re

from agent.rules.sayings import part, words_in

LEAD = r"^(?:(?:but|and|so|ok|okay|hey|hm+|please|now) )*"
WHY = re.compile(
    rf"{LEAD}(?:why(?! not)|how come|what makes (?:you|that|it)|explain why|"
    r"(?:whats|what is) the reason|explain(?! the| how))\b"
)
COMPARE = part(
    "compare|comparison|versus|vs",
    "differences? between",
    "between .* and .* which",
    "how do .* differ",
    "which (?:one )?(?:of .* )?is (?:better|longer|shorter|darker|newer|older|funnier) .* or",
)
COMPARE_JOINTS = frozenset(("and", "vs", "versus", "with", "to", "or", ",", "against"))
COMPARE_FILLING = frozenset(
    "compare comparison difference differences between the me of please can could you whats what "
    "is which better one do a longer shorter darker newer older funnier for".split()
)
TELL = (
    "tell me more about|tell me about|more about|details on|details of|details about|details for|"
    "describe|more info on|more info about|info on|info about|information about|information on|"
    "what is|whats|synopsis of|summary of|plot of|the plot of|more details on|more on|"
    "show me the details of|what happens in|give me details on|show details for|"
    "what do you know about|details|more details|tell me more"
).split("|")
WHAT_IS = frozenset(("what is", "whats"))
TELL_TAIL = frozenset(("about", "please", "pls", "plz", "exactly", "actually"))
ABOUT_AT_END = re.compile(r"^(?:.* )?(?:whats|what is|what are) .+ about$")
MORE_OF_ONE = re.compile(
    r"^(?:tell me more|more details|details|more info|more about (?:it|that|this))(?: please)?$"
)
COUNT = re.compile(rf"{LEAD}how many (?P<of>.+)$")
LIST = re.compile(
    r"\b(?:what|which|list(?: me)?(?: all)?(?: the)?|show me (?:all )?the)"
    r"(?: (?:kinds?|types?|sorts?) of)? (?P<facet>\w+(?: \w+)??) "
    r"(?:do you (?:have|know)|are there|can i (?:ask|use|choose)|exist|available|you (?:have|know))"
)
WHICH = re.compile(rf"{LEAD}(?:what|which|whats)\b")
BEST_FILLING = frozenset("one ones of these those them is are s has have the all".split())
OF_THE_LIST = re.compile(
    r"^(?:ones?)?(?: ?(?:of|among|in|from) (?:these|those|them|all|the list|the lot))?$"
)
FIELDS = (
    ("minutes", part("how long (?:are|is) (?:the|each|an|one|its) episodes?", "minutes per",
                     "runtime|episode length")),
    ("episodes", part("how many (?:episodes?|eps|seasons)", "episode count|number of episodes",
                      "how long is")),
    ("studios", part("who (?:made|makes|animated|produced|did|created)",
                     "(?:what|which) studios?(?! do| are)", "by whom|made by who")),
    ("year", part("when (?:did|was|is|does)", "(?:what|which) year", "how old is|release date")),
    ("genres", part("(?:what|which|whats)(?: is| are)?(?: the| its)? genres?",
                    "what kind of (?:anime|show|movie|series) is")),
    ("score", part("(?:what|whats)(?: is)? (?:the |its )?(?:mal )?(?:score|rating)",
                   "how (?:good|well rated|highly rated) is")),
    ("themes", part("(?:what|whats)(?: is| are)? (?:the|its|their) themes?")),
    ("source", part("(?:is|was) .* (?:based on|adapted from)", "what (?:is|was) .* based on",
                    "source material")),
    ("rating", part("age rating", "(?:ok|suitable|safe|appropriate) for (?:kids|children)")),
)  # fmt: skip
FIELD_VERBS = frozenset(
    "does is of has did was in made have animated produced created makes for air are".split()
)
FIELD_FILLING = frozenset("have has it air run come out about made ? released the".split())
COUNTED = frozenset("titles items things are do".split())
CATALOGUE_VERBS = frozenset(("you",))

VOCABULARY = words_in([WHY, COMPARE, COUNT, LIST, ABOUT_AT_END, *(p for _, p in FIELDS)]) | {
    part for phrase in TELL for part in phrase.split()
}
