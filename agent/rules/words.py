"""The English of the rules: closed lists of words, folded (no case, accents, apostrophes)."""

NEGATIONS = (
    "no",
    "not",
    "without",
    "except",
    "except for",
    "avoid",
    "avoiding",
    "exclude",
    "excluding",
    "minus",
    "skip",
    "hate",
    "dislike",
    "nothing with",
    "nothing",
    "none of",
    "non",
    "free of",
    "anything but",
    "other than",
    "dont want",
    "do not want",
    "dont like",
    "do not like",
    "dont need",
    "not into",
    "not a fan of",
    "cant stand",
    "isnt",
    "is not",
    "arent",
    "doesnt have",
    "does not have",
    "dont have",
    "not about",
    "sick of",
    "tired of",
    "never",
    "zero",
    "leave out",
    "cut the",
    "lose the",
)
SOFTENERS = ("too", "so", "that", "very", "really", "overly", "as", "super", "particularly", "all that")
HEDGES = (
    "maybe",
    "ideally",
    "preferably",
    "prefer",
    "if possible",
    "a bit of",
    "a little",
    "a little bit of",
    "some",
    "a touch of",
    "a hint of",
    "a dash of",
    "possibly",
    "more",
    "with more",
    "bonus if",
    "bonus points for",
    "extra",
)
INSISTENCE = ("only", "just", "strictly", "exclusively", "must be", "has to be", "nothing but")
LIKE_CUES = (
    "like",
    "liek",
    "lik",
    "lke",
    "similiar to",
    "simular to",
    "similar to",
    "similar",
    "in the vein of",
    "along the lines of",
    "reminiscent of",
    "same vibe as",
    "same vibes as",
    "same feel as",
    "the vibe of",
    "vibes of",
    "the feel of",
    "comparable to",
    "close to",
    "closer to",
    "akin to",
    "in the style of",
    "as good as",
    "mix of",
    "a mix of",
    "mixture of",
    "blend of",
    "cross between",
    "combination of",
    "fans of",
    "fan of",
    "if i liked",
    "if i like",
    "if i loved",
    "if i enjoyed",
    "if you liked",
    "because i liked",
    "since i liked",
    "i liked",
    "i enjoyed",
    "i like",
    "i enjoy",
    "enjoyed",
    "reminds me of",
    "remind me of",
    "based on",
    "more of",
    "resembling",
    "resembles",
    "after watching",
    "after finishing",
    "just finished",
    "i just finished",
    "just watched",
)
TITLE_JOINTS = ("and", "or", "&", ",", "plus", "meets", "x", "with", "crossed with", "mixed with", "and also", "as well as", "/", "+", "vs")
TITLE_STOPS = frozenset(
    "but with without only except from after before under over below above less more no not that "
    "which who where please for just however though and or on in since between at than set "
    "shorter longer newer older darker lighter funnier".split()
)
CONNECTIVES = frozenset("and or nor but also plus with".split())
CONTEXT_CUES = (
    "about",
    "where",
    "in which",
    "who",
    "whose",
    "set in",
    "featuring",
    "involving",
    "centered on",
    "centred on",
    "centered around",
    "focused on",
    "revolving around",
    "takes place in",
    "set on",
    "when",
)
REFINEMENTS = frozenset(
    "but also make made even still instead though however again too another others other".split()
)
REQUEST_CUES = (
    "recommend",
    "suggest",
    "looking for",
    "look for",
    "search for",
    "find me",
    "find",
    "show me",
    "give me",
    "i want",
    "i need",
    "id like",
    "i would like",
    "what should i watch",
    "anything like",
    "something like",
    "anime like",
    "shows like",
    "series like",
    "movies like",
    "in the mood for",
    "any good",
    "got any",
    "do you have",
    "do you know",
    "can you",
    "what about",
    "how about",
    "lets watch",
    "want to watch",
    "wanna watch",
)
STOPWORDS = frozenset(
    """
    a an and any anything anyone are as at be been being but by can could d did do does doing done
    else ever every few for from get gets getting give given go going gonna good got great had has
    have having he her hers him his how i id if ill im in into is it its ive just keep kind know
    let lets like ll looking lot lots made make makes many may maybe me might mind mine more most
    much must my need nice no nor not now of ok okay on one ones only or other others our out over
    per please plz pls pretty quite rather re really right s same say see seem seems sent shall she
    should show so some someone something somewhat sort stuff such suggest suggestion suggestions
    sure t take tell than that thats the their them then there these they thing things think this
    those though to too try up us ve very want wanna wants was watch watching we well were what
    whats when where which while who whom whose why will with within without would yeah yes yet you
    your youre recommend recommendation recommendations recommended find search mood feel feeling
    feels vibe vibes today tonight tomorrow bit little kinda sorta also even still again instead
    another about around already all entire whole kinds type types however theres cool awesome
    fine next enough hey hi hello osusume title titles thanks thank list stuff pick picks
    choose set setting based long short new old story stories love enjoy enjoyed fan involving
    featuring focus focused main character characters lead leads protagonist protagonists plot
    bored boring decent interesting fun solid amazing favorite favourite preferably possible
    ideally genre genres theme themes tone less fewer better worse rated option options idea ideas
    """.split()
)
VETO_IGNORED = frozenset(
    "problem problems idea worries thanks filler fillers dub dubs dubbed sub subs clue way matter "
    "more one longer need rush thank limit limits pressure thing things spoilers spoiler reason "
    "preference preferences stuff bad boring please".split()
)
NUMBER_WORDS = {
    word: figure
    for figure, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "hundred": 100,
    "dozen": 12,
    "a": 1,
    "an": 1,
    "half": 0.5,
    "couple": 2,
    "single": 1,
}
ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "last": -1,
    "final": -1,
}
DECADES = {
    "sixties": 1960,
    "seventies": 1970,
    "eighties": 1980,
    "nineties": 1990,
    "noughties": 2000,
}
