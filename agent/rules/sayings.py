"""English for whole messages: what people say when they wish for nothing, as readable tables."""

import re
from collections.abc import Iterable

POLITE = (
    "please|ok|okay|lets|can we|can you|could you|could we|now|actually|hey|i want to|id like to|"
    "oops|sorry|wait|no|hmm|oh|well|just|alright|right|then|so|um|ah|great|perfect|awesome|cool|"
    "nice|good|wonderful|amazing|many|lol|haha"
)
TAIL = (
    "please|now|then|again|pls|plz|thanks|for me|there|everyone|friend|all|osusume|you|too|so much"
)


def whole(*alternatives: str, polite: str = POLITE, tail: str = TAIL) -> re.Pattern[str]:
    """Return a pattern for a message that says just one of these, politely or not."""
    return re.compile(rf"^(?:(?:{polite}) )*(?:{'|'.join(alternatives)})(?: (?:{tail}))*$")


def part(*alternatives: str) -> re.Pattern[str]:
    """Return a pattern for a message in which one of these is said."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})(?!\w)")


def words_in(patterns: Iterable[re.Pattern[str]]) -> set[str]:
    """Return the words that patterns are made of, which are therefore no misspellings."""
    return {
        word for pattern in patterns for word in re.findall(r"(?<!\\)[a-z]{3,}", pattern.pattern)
    }


RESET = whole(
    "start (?:it )?(?:all )?(?:over|again|fresh|from scratch|from zero|anew)",
    "(?:restart|reset)(?: everything| all| it)?",
    "begin (?:again|from scratch|anew)",
    "(?:clear|forget|drop|remove|delete|wipe) (?:everything|all(?: of (?:it|that))?|it all|"
    "my preferences|all my preferences|all filters)",
    "from scratch",
    "scrap (?:that|it|everything|all that)",
    "(?:a )?new (?:search|conversation|chat|topic)",
    "something (?:completely|totally|entirely) different",
)
EVERYTHING = "everything"
UNDO = whole(
    "undo(?: that| it| this| the last(?: one| change)?)?",
    "(?:go|step) back(?: one| a step| one step)?",
    "take (?:that|it) back",
    "revert(?: that| it)?",
    "back(?: up)?",
    "(?:go )?(?:back )?to (?:before|the (?:previous|last) (?:list|one|ones))",
    "the previous (?:list|ones)",
    "as before",
    "never ?mind(?: that)?",
    "(?:cancel|scratch|strike) (?:that|it)",
    "i changed my mind",
)
GREETING = whole(
    "hi|hello|hey|heya|hiya|yo|greetings|konnichiwa|ohayo|sup|howdy|whats up",
    "good (?:morning|evening|afternoon|day)",
)
THANKS = re.compile(
    rf"^(?:(?:{POLITE}) )*(?:thanks|thank you|thankyou|thx|ty|cheers|arigato|much appreciated)\b"
    r".{0,40}$"
)
PRAISE = whole(
    "(?:great|perfect|awesome|cool|nice|wonderful|amazing|good|lovely|excellent|brilliant|ok|okay)"
    "(?: (?:one|list|picks?|choices?|job|stuff))?",
    "(?:that|this|it|these|those|they) (?:sounds?|looks?|are|is) (?:good|great|perfect|nice)",
    "sounds good|well done|love it|ill (?:watch|try|take|go with|check out|start) .{1,60}",
)
GOODBYE = whole(
    "bye|goodbye|bye bye|good night|see you(?: later)?|see ya|later|cya|im done|quit|exit|thats all"
)
DECLINED = whole("no|nope|nah|not really|neither|none of (?:them|these|those)")
HELP = whole(
    "help(?: me)?",
    "what (?:can|do) you do",
    "(?:who|what) are you",
    "how does (?:this|it) work",
    "how do i use (?:this|you)",
    "what is this",
    "what can i (?:ask|say)(?: you)?",
    "commands",
    "are you (?:a (?:bot|human|robot)|an ai|real|human)",
)
MORE_OF_IT = whole(
    "(?:show|give) me (?:\\w+ )?more(?: of them| options| titles)?",
    "(?:something|anything|what) else(?: do you have)?",
    "(?:any )?others?|more|another(?: one)?|next(?: ones| page)?|go on|keep going|different ones",
    "(?:show|give) me (?:(?:something|anything) else|(?:another|others)(?: one| ones)?)",
    "(?:any )?other (?:ones|options|titles|ideas|suggestions|recommendations)",
    "(?:a )?few more|more (?:options|recommendations|suggestions|ideas)",
    "more like (?:these|those|them)",
)
MORE_LIKE_POINTED = whole("more like (?:this|that)")
SURPRISE = part(
    "surprise me",
    "recommend (?:me )?(?:something|anything)(?: good)?",
    "(?:something|anything) good",
    "im (?:so |really )?bored|i am (?:so |really )?bored",
    "what (?:should|can|do) i watch",
    "what to watch",
    "pick (?:something|one) for me",
    "you choose",
)
AGREED = whole("yes|yeah|yep|yup|sure|that one|exactly|correct|that is right|thats right")

# Instructions aimed at a model.

_ORDERS = "instruction|prompt|guideline|rule|command|restriction|direction|training|programming"
MODEL = part(
    rf"(?:ignore|disregard|forget|override|bypass|disobey) (?:(?:all|any|the|of|everything) )*"
    rf"(?:(?:your|previous|prior|above|these|those|safety|earlier|system) )+(?:{_ORDERS})s?",
    rf"(?:ignore|disregard|forget|override|bypass) (?:(?:all|any|the) )*(?:{_ORDERS})s? "
    "(?:above|before|you (?:were|have been) given)",
    "system prompt|api keys?|developer mode|jailbreak|prompt injection|do anything now",
    "your (?:hidden |initial |original |secret )?(?:instructions|prompt)",
    "you are now|act as (?:a|an|if)|pretend (?:to be|you|that you)",
    "repeat (?:everything|the text|your instructions|the words) (?:above|back|before)",
    "(?:print|reveal|show|output|leak) (?:me )?(?:your|the) "
    "(?:system|prompt|instructions|configuration|environment|secrets?|password|token)",
)

# What no catalogue of titles can answer.

_TEXTS = (
    "python|java|javascript|sql|bash|html|css|rust|code|script|function|program|query|regex|email|"
    "essay|poem|letter|cv|resume|song|haiku|blog post|haskell|cover letter|quicksort|speech"
)
ELSEWHERE = part(
    "recipes?(?: for)?",
    "how (?:do|can|should|to) (?:i |you |we )?(?:cook|bake|fix|repair|file|install|configure|"
    "change|make|build|boil|clean|invest|lose|train|learn|get rid|grow|remove|calculate|solve|"
    "hack|tie|apply|open|write|pay|treat|cure)",
    "(?:income )?tax(?:es)?|mortgage|insurance|legal advice|sue (?:my|him|her|them)",
    "(?:stock|bitcoin|crypto|share) (?:price|market)s?|price of (?:bitcoin|gold|oil)",
    rf"(?:write|generate|create|fix|debug|refactor|compile|run|explain|give me) (?:me )?"
    rf"(?:(?:a|an|some|my|this|the) )?(?:{_TEXTS})",
    "(?:python|javascript|sql|java|bash|html) (?:code|function|script|program|query)",
    "my (?:code|homework|laptop|computer|printer|car|wifi|phone|dishwasher|router)",
    "(?:which|what) (?:\\w+ )?(?:\\w+ )?should i (?:buy|eat|cook|wear|invest|vote|study)",
    "weather|forecast|what time is it|news (?:today|about)|elections?|meaning of life",
    "translate|capital (?:city )?of|square root|solve|equations?|theory of relativity|integral of",
    r"(?:what is|whats|calculate) \d+ ?(?:\+|-|x|\*|/|plus|minus|times|divided by) ?\d+",
    "book (?:me |us )?(?:a |an )?(?:flight|table|hotel|ticket|taxi|room)|flights? to",
    "who (?:won|is the president|was the)|when was the",
    "symptoms?|headaches?|medicines?|diagnos[ei]s?|prescription|calories|workout|diet plan|"
    "(?:hurts?|aches?) what|what .* (?:for|against) (?:a |my )?(?:pain|fever|cough|flu)",
    "kubernetes|nginx|docker(?:file)?|drop table|select \\* from",
    "(?:restaurant|hotel|dentist|plumber)s? (?:near|in|around)|near me",
    "summari[sz]e (?:this|the|my)",
    "(?:tell|know) (?:me )?(?:a |any )?(?:jokes?|riddles?)",
)
_BE = "is|are|was|were|do|does|did|should|can|will"
FACTUAL = re.compile(
    r"^(?:(?:hey|hi|hello|ok|so|and|please) )*(?:"
    r"how (?!about|bout)|"
    r"what (?!about|else|do you|have you|(?:should|can|could|to|do) (?:i )?watch|is good|are good)|"
    r"whats (?!good|up|next|similar|like)|"
    rf"which (?!ones?\b|of\b)|when (?:{_BE})\b|where (?:{_BE})\b|why (?!not\b)|"
    r"who (?:is|are|was|were|wrote|painted|invented|discovered|won|made|built|first|created|"
    r"composed|founded)\b|"
    r"(?:is|are|was|were|does|do|did|will|should|can|could|may) "
    r"(?!you\b|there\b|(?:it|they|we|i) (?:be|get|have)\b)|"
    r"(?:write|draft|compose|convert|translate|correct|proofread|summari[sz]e|calculate|compute|"
    r"integrate|solve|sort|prove|explain|remind|schedule|generate|balance|debug|configure|install|"
    r"define|book|rewrite|diagnose) (?!\w* ?(?:about|where|with)\b)|"
    r"teach me|track my|speak to|set (?:an?|the|my) |order (?:me|an?) |plan (?:an?|my) |"
    r"play (?:some|me|my) |turn o(?:n|ff) |change the |"
    r"name (?:some|an?|\d+|two|three|four|five|ten) )"
)
"""A question to an encyclopedia or an order to an assistant, unless it names the catalogue."""
HOW_TO = re.compile(r"^how (?:do|to|can|should|often|much|far|tall)\b")
DESCRIBED = part("(?:who|whose|that) (?:\\w+)", "in an? \\w+ (?:kingdom|world|city|empire)")
ASKING_OF_ONE = re.compile(r"^(?:is|was|are|does|did|has|who|where|when)\b")

# Taking wishes back: `what` is what is taken back.

_WHAT = r"(?P<what>[\w:-]+(?: [\w:-]+){0,5}?)"
_LIMIT = (
    "(?:limit|filter|restriction|constraint|requirement|condition|wish|cap|range|thing|part|"
    "preference|exclusion|ban|veto)s?"
)
_DROP = (
    "(?:forget|never ?mind|drop|remove|clear|ignore|delete|lift|no more|without|get rid of|scrap|"
    "lose|cancel|disregard)(?: about)?(?: (?:the|my|any|that|all|what i said about))*"
)
_ALLOWED = (
    "(?:fine|ok|okay|alright|allowed|good|welcome)(?: (?:after all|again|now|too|for me|with me))*"
)
TAKEN_BACK = (
    re.compile(rf"\b{_DROP} {_WHAT} {_LIMIT}\b"),
    re.compile(rf"\bno {_LIMIT} (?:on|for|of)(?: the)? {_WHAT}$"),
    re.compile(rf"\b(?:any|whatever) {_WHAT} (?:is {_ALLOWED}|will do|works|goes|is good)\b"),
    re.compile(
        rf"\bi (?:dont|do not) (?:care|mind)(?: about| how| what)?(?: (?:the|many|much))* {_WHAT}"
        r"(?: (?:it|they) (?:is|are))?$"
    ),
    re.compile(rf"\b{_WHAT} (?:doesnt|does not|dont) matter\b"),
    re.compile(
        r"\b(?:doesnt|does not|neednt|dont)(?: (?:have|need))?(?: to)? be"
        rf"(?: (?:that|so|very|a|an))* {_WHAT}(?: anymore)?$"
    ),
    re.compile(rf"^(?:(?:{POLITE}) )*{_WHAT} (?:is|are) {_ALLOWED}$"),
    re.compile(rf"\b(?:include|allow|bring back|readmit) {_WHAT} (?:again|back|after all)$"),
    re.compile(rf"^(?:(?:{POLITE}) )*(?:allow|readmit|bring back) {_WHAT}$"),
    re.compile(
        rf"^(?:(?:{POLITE}) )*(?:forget|never ?mind|disregard|remove|drop|clear)(?: about)?"
        rf"(?: (?:the|my|that|being))* {_WHAT}$"
    ),
)

# Verdicts on what was shown.

NOT_THAT = re.compile(r"^(?:no |nah )?(?:not (?:that|this|the)|no to|dont want (?:that|this))\b")
VERDICT = re.compile(
    r"^(?:is |was |looks |sounds |seems )?(?:not for me|boring|bad|terrible|awful|no good|meh|"
    r"not my thing|not my taste|not good|too boring|lame)\b"
)

VOCABULARY = words_in(
    (
        *(RESET, UNDO, GREETING, THANKS, PRAISE, GOODBYE, HELP, MORE_OF_IT, SURPRISE, AGREED),
        *(DECLINED, MODEL, ELSEWHERE, *TAKEN_BACK, NOT_THAT, VERDICT, FACTUAL, ASKING_OF_ONE),
        DESCRIBED,
    )
)
