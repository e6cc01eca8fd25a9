"""The English of the rules: closed lists of words, folded (no case, accents, apostrophes)."""

from itertools import product

SHORTHAND = (
    (r"\bw/o\b", "without"),
    (r"\bw/(?=\s|\w)", "with "),
    (r"<=", "≤"),
    (r">=", "≥"),
)

# How the words right before a phrase turn it.

_NOT = "no|not|nothing|isnt|is not|arent|are not|dont want|do not want|never|not be"
_VERY = "too|that|very|really|overly|super|particularly|all that|terribly|exactly"
NEGATIONS = (
    "no|not|without|except|except for|avoid|avoiding|exclude|excluding|minus|skip|hate|dislike|"
    "nothing with|nothing|none of|non|free of|anything but|other than|dont want|do not want|"
    "dont like|do not like|dont need|not into|not a fan of|cant stand|isnt|is not|arent|"
    "doesnt have|does not have|dont have|not about|nothing about|sick of|tired of|never|zero|"
    "leave out|cut the|lose the|wasnt|not be|not interested in|bored of|bored with|allergic to|"
    "isnt set in|not set in|isnt about|doesnt take place in|not take place in|not set at|"
    "rather not|not in the mood for|fed up with|steer clear of|stay away from"
).split("|")
VETOED_DEGREES = [f"{no} {very}" for no, very in product(_NOT.split("|"), _VERY.split("|"))]
LESS = (
    "less|fewer|not as|not as much|not so|not so much|tone down the|reduce the|cut down on|too|"
    "too much|too many|way too|way too much|way too many|far too|far too much|much too|bit too|"
    "not quite so|not quite as|slightly less|a lot less"
).split("|")
MORE = ("more|even more|much more|a lot more|with more|extra|not enough|needs more|way more").split(
    "|"
)
HEDGES = (
    "maybe|ideally|preferably|prefer|if possible|bit of|a bit of|a little|little bit of|with some|"
    "maybe some|and some|maybe with some|possibly some|preferably with some|preferably some|"
    "a touch of|a hint of|a dash of|possibly|bonus if|bonus points for|perhaps|could have|"
    "wouldnt mind|would not mind|dont mind|id prefer|lots of|a lot of|plenty of|full of"
).split("|")
ENOUGH = "enough"
PASSED_OVER = frozenset(
    "the a an any of many very kind kinds all stuff things even bit really quite of".split()
)
AND_WORDS = frozenset(("and", "or", "nor", "/", ",", "&", "plus"))
OR_WORDS = frozenset(("or", "/", "nor"))
FILLING = frozenset("element elements stuff scenes content setting settings vibe vibes".split())

# Titles.

LIKE_CUES = (
    "like|liek|lik|lke|similiar to|simular to|similar to|simlar to|similar as|in the vein of|"
    "along the lines of|reminiscent of|same vibe as|same vibes as|same feel as|the vibe of|"
    "vibes of|the feel of|comparable to|close to|closer to|akin to|in the style of|as good as|"
    "a mix of|mix of|mixture of|blend of|cross between|combination of|a cross between|fans of|"
    "fan of|if i liked|if i like|if i loved|if i enjoyed|if you liked|because i liked|"
    "since i liked|i liked|i enjoyed|i like|i enjoy|enjoyed|reminds me of|remind me of|more of|"
    "resembling|resembles|who loved|who liked|who likes|who enjoyed|after watching|"
    "after finishing|just finished|i just finished|just watched|i just watched|more like|"
    "just like|much like|a lot like"
).split("|")
TITLE_JOINTS = (
    "and|or|&|,|plus|meets|x|with|crossed with|mixed with|and also|as well as|/|+|vs|and maybe"
).split("|")
LIST_JOINTS = [joint for joint in TITLE_JOINTS if joint not in {"with", "x", "vs", "meets"}]
TITLE_STOPS = frozenset(
    "but with without only except from after before under over below above less more no not that "
    "which who where please for just however though and or on in since between at than set "
    "shorter longer newer older darker lighter funnier".split()
)
SMALL_TITLE_WORDS = frozenset("the a an of on in to and for no x with is it at".split())
DESCRIBING = frozenset("a an the when what to how where my watching".split())
POINTERS = ("that", "this", "it", "them", "those", "these", "that one", "this one")
PLURAL_POINTERS = frozenset(("them", "those", "these"))
POINTING = ("that", "this")
NUMBERED = frozenset("number nr no option title".split())
ARTICLES = frozenset("a an the some any".split())
WHOLE_LIST = ("all", "both", "all of", "both of", "all of them", "them all", "all of these")
WATCHED_TAILS = frozenset("after at by around halfway until".split())

# Requests.

CONTEXT_CUES = (
    "about|where|in which|who|whose|set in|featuring|involving|centered on|centred on|"
    "centered around|centred around|focused on|focusing on|revolving around|takes place in|"
    "taking place in|set on|when|that deals with|dealing with|revolves around|tells of"
).split("|")
CONTEXT_ENDS = frozenset("but without under".split())
PREDICATES = frozenset("has have had is are was were can cant does be been with".split())
PLACING = frozenset(
    "in at into through against during of from on between to as by after under across over".split()
)
OPENINGS = frozenset(("something", "anything"))  # of a request, where nothing in it compares
COMPARING = frozenset(("more", "less", "fewer", "else", "similar", "same"))
REFINEMENTS = frozenset(
    "but also make made even still instead though however again too another others other and plus "
    "or with more less no not only without".split()
)
JOINING = frozenset("and plus or but also with".split())
INSTEAD = "instead"
LIKE = "like"
WOULD = frozenset("id would wed youd".split())  # "I'd like" names nothing
PROPOSALS = ("what about", "how about", "what of")
REQUEST_CUES = [
    *PROPOSALS,
    *(
        "recommend|suggest|looking for|look for|search for|find me|find|show me|give me|gimme|"
        "i want|i need|id like|i would like|what should i watch|anything like|something like|"
        "in the mood for|any good|got any|do you have|do you know|can you|lets watch|want to watch|"
        "wanna watch|want to see|wanna see|i feel like|now something|rec me"
    ).split("|"),
]
FOR_ME = [
    "based on my ratings", "based on my taste", "based on my tastes", "based on what i liked",
    "based on what i like", "based on what i loved", "based on what i rated", "for my taste",
    "based on what i have rated", "based on what ive rated", "based on what ive watched",
    "based on what ive seen", "based on my history", "based on my list", "to my taste",
    "to my liking", "fits my taste", "suits my taste", "matches my taste", "my kind of thing",
    "picked for me", "pick for me", "personal pick", "personal picks", "personalised",
    "personalized", "for me personally", "something for me", "anything for me", "just for me",
    "you know my taste", "you know what i like", "according to my taste", "from my ratings",
    "with my taste", "given my taste", "given my ratings", "knowing my taste",
    *(
        f"{which} {would} {verb}"
        for which, would, verb in product(
            ("what", "what else", "which one", "which ones", "something", "anything"),
            ("would i", "will i", "might i", "could i", "should i", "i would", "i will", "id",
             "ill", "i might", "i could"),
            ("like", "enjoy", "love", "like most", "enjoy most", "like best", "probably like",
             "probably enjoy", "probably love", "really like", "really enjoy", "really love"),
        )
    ),
]  # fmt: skip
AUTOBIOGRAPHY = (
    "ive had|i had|im having|its been|it was|i just got|today was|its raining|im feeling|i feel|"
    "my day|my week|ive been|i am so|im so|im very|im really"
).split("|")
COMPANY = [
    f"my {person} {verb}"
    for person, verb in product(
        "girlfriend boyfriend wife husband partner friend friends family mum mom dad kids".split(),
        "loves love likes like enjoys enjoy wants want".split(),
    )
]
SORTING = ("sort by", "sorted by", "order by", "ordered by", "rank by", "ranked by", "sort them by")
FIRST = ("first", "ones first", "on top", "to oldest", "to newest", "titles first")
KIND_WORDS = {
    "amount": ("length", "long", "episode"),
    "year": ("date", "years", "age", "old", "decade", "release date"),
    "score": ("rating", "ratings", "rated", "score", "scores", "reviews"),
    "popularity": ("popularity", "popular"),
}
STOPWORDS = frozenset(
    """
    a am an and any anything anyone are as at be been being but by can could d did do does doing
    done else ever every everything few for from get gets getting give given go going gonna good
    got great had
    has
    have having he her hers him his how i id if ill im in into is it its ive just keep kind know
    let lets like ll looking lot lots made make makes many may maybe me might mind mine more most
    much must my need nice no nor not now of ok okay on one ones only or other others our out over
    per please plz pls pretty quite rather re really right s same say see seem seems sent shall she
    should show so some someone something somewhat sort stuff such suggest suggestion suggestions
    sure t take tell than that thats the their them then there these they thing things think this
    those though to too try up us ve very want wanna wants was watch watching we well were what
    whats when where which while who whom whose why will with within without would yeah yes yet you
    your youre recommend recommendation recommendations recommended find search mood feel feeling
    feels vibe vibes today tonight tomorrow bit tad little kinda sorta also even still again instead
    another about around already all entire whole kinds type types however theres cool awesome
    fine next enough hey hi hello osusume title titles thanks thank list stuff pick picks
    choose set setting based long short new old story stories love enjoy enjoyed fan involving
    featuring focus focused main character characters lead leads protagonist protagonists plot
    bored boring decent interesting fun solid amazing favorite favourite preferably possible
    ideally genre genres theme themes tone less fewer better worse rated option options idea ideas
    nothing rly rlly tho smth sth smthn gimme thx ty idk dunno lol haha omg u ur r recs rec mix
    either both meets cross combination similar way surprise ending endings end ends worth
    flick flicks storyline mean meant ah oh hmm um uh yo actually basically literally honestly
    definitely absolutely perhaps between
    """.split()
)
COURTESY = frozenset("please pls plz thanks thx thank you and or but also with maybe".split())
CONNECTIVES = frozenset("and or nor but also plus with".split())
NO_VETO = frozenset(
    "problem problems idea worries thanks filler fillers dub dubs dubbed sub subs clue way matter "
    "more one longer need rush thank limit limits pressure thing things spoilers spoiler reason "
    "preference preferences stuff bad boring please".split()
)

# Figures.

NUMBER_WORDS: dict[str, float] = {
    word: figure
    for figure, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"a": 1, "an": 1, "single": 1, "half": 0.5, "couple": 2, "dozen": 12, "hundred": 100}
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
ORDINALS = {
    word: place + 1
    for words in (
        "first second third fourth fifth sixth seventh eighth ninth tenth",
        "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th",
    )
    for place, word in enumerate(words.split())
} | {"last": -1, "final": -1}
DECADES = {
    word: 1960 + 10 * place
    for place, word in enumerate("sixties seventies eighties nineties noughties".split())
}
DECADES_AGO = {"this": 0, "current": 0, "last": 1, "previous": 1}
BELOW = (
    "under|below|less than|fewer than|shorter than|before|older than|lower than|cheaper than|"
    "earlier than|smaller than|<|prior to"
).split("|")
UP_TO = (
    "at most|at the most|max|maximum|up to|no more than|not more than|within|until|till|≤|"
    "not longer than|no longer than|maximum of|max of|a maximum of|not over|not above|"
    "no later than|no newer than|not newer than|limit of|limited to|in under"
).split("|")
ABOVE = (
    "over|above|more than|longer than|after|newer than|later than|higher than|greater than|"
    "better than|past|>|beyond|exceeding"
).split("|")
FROM = (
    "at least|min|minimum|no less than|no fewer than|not less than|no shorter than|since|≥|"
    "minimum of|a minimum of|starting from|not before|not under|not below|from at least|"
    "no older than|not older than|no earlier than|no lower than"
).split("|")
AROUND = ("around", "about", "roughly", "approximately", "circa", "near", "~", "close to", "some")
THEN_UP_TO = (
    "or less|or fewer|or under|or shorter|or below|max|maximum|tops|at most|or older|or earlier|"
    "or before|and under|and below|or lower|at the most"
).split("|")
THEN_FROM = (
    "or more|or longer|or over|or above|plus|+|minimum|at least|or newer|or later|and up|"
    "and above|or higher|or better|and over|onwards|onward|and later|and newer|on"
).split("|")
SPAN_JOINTS = frozenset(("to", "-", "–", "and", "until", "through", "or"))
UNIT_GAPS = frozenset(("-", "of", "a", "an", "full", "+"))
PARTS_OF_DECADE = {"early": (0, 4), "mid": (3, 6), "late": (5, 9)}
SCORE_CUES = frozenset("rated rating rate score scored scores stars star ratings".split())
FIGURE_LEADS = frozenset(
    "from the in of with has have a early late mid rated rating score scored that is are its made "
    "aired released came out than just only".split()
)
FIGURE_TAILS = frozenset(
    "so each long runtime rating score stars star per total length limit only".split()
)

# Feedback.

SEEN_CUES = (
    "ive seen|i have seen|ive already seen|i have already seen|already seen|i saw|ive watched|"
    "i have watched|ive already watched|already watched|i watched|i already watched|i know|"
    "i already know|i already saw|seen|ive finished|i finished|ive also seen|"
    "i already have seen|we have seen|weve seen|i have also seen|watched"
).split("|")
DISLIKED_CUES = (
    "i didnt like|i did not like|i dont like|i do not like|i hated|i hate|i disliked|i dropped|"
    "dropped|not interested in|im not interested in|couldnt finish|i couldnt finish|"
    "couldnt get into|i couldnt get into|never show me|dont show me|dont recommend|"
    "stop showing|remove|not|exclude|avoid|leave out|no more|anything but|i cant stand|hated|"
    "didnt like|i wasnt a fan of|wasnt into|i didnt enjoy|i did not enjoy|skip|get rid of"
).split("|")
LOVED_CUES = (
    "i loved|i love|loved|i really loved|i adore|i adored|my favorite is|my favourite is|"
    "my favorites are|my favourites are|i really liked|my favorite anime is|"
    "my favourite anime is|one of my favorites is|one of my favourites is|i absolutely loved|"
    "love|i really enjoyed|big fan of"
).split("|")
NO_FEEDBACK_BEFORE = frozenset("not never havent if what why who you".split())
POINTER_TAILS = frozenset(
    "already and but one too before though last after at by around halfway so because yet".split()
)
LATELY = (
    "last year|last week|last month|yesterday|recently|ages ago|years ago|a while ago|long ago|"
    "already|before|too|as well|as a kid|as a child|twice|many times"
).split("|")
SAME_AGAIN = "similar|something similar|anything similar|like it|like that|like this".split("|")
