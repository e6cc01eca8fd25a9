"""Messages that are no wish: reset, undo, greetings, thanks, and what this catalogue cannot serve."""

import re
from typing import Literal

from agent.rules.utterance import Utterance
from tools.change import Change, Reading

SmallTalk = Literal["", "greeting", "thanks", "help", "goodbye", "nothing", "model"]

_POLITE = r"(?:please |ok |okay |lets |can we |can you |could you |now |actually |hey |i want to |id like to )*"
_RESET = re.compile(
    rf"^{_POLITE}(?:start (?:over|again|fresh|from scratch|anew)|restart|reset(?: everything| all)?|begin again|"
    r"(?:clear|forget|drop|remove|delete|wipe) (?:everything|all(?: of (?:it|that))?|my preferences)|from scratch|"
    r"scrap (?:that|it|everything|all that)|new (?:search|conversation|chat|topic)|forget it all|"
    r"something (?:completely|totally|entirely) different)(?: please| now| then| again)?$"
)
_UNDO = re.compile(
    rf"^{_POLITE}(?:undo(?: that| it| the last(?: one| change)?)?|go back|step back|take (?:that|it) back|revert(?: that| it)?|"
    r"back(?: up)?|the previous (?:list|ones)|as before|never ?mind(?: that)?|cancel that|go back one(?: step)?|"
    r"i changed my mind|back to (?:before|the previous (?:list|one|ones)))(?: please)?$"
)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|heya|hiya|yo|good (?:morning|evening|afternoon|day)|greetings|konnichiwa|ohayo|sup|howdy|whats up)"
    r"(?: there| osusume| all| again| everyone| friend| you)*$"
)
_THANKS = re.compile(
    r"^(?:ok(?:ay)? |great |perfect |awesome |cool |nice |good |wonderful |amazing |many )*"
    r"(?:thanks|thank you|thx|ty|cheers|arigato|much appreciated|thankyou)\b.*$"
)
_PRAISE = re.compile(r"^(?:great|perfect|awesome|cool|nice|wonderful|amazing|good|lovely|excellent|brilliant|ok|okay|sounds good|good job|well done|love it)(?: one| list| picks?| choice| choices)?$")
_GOODBYE = re.compile(r"^(?:bye|goodbye|good night|see you|see ya|later|cya|im done|thats all|quit|exit)\b.{0,20}$")
_HELP = re.compile(
    r"^(?:help(?: me)?|what can you do|what do you do|who are you|what are you|how does (?:this|it) work|"
    r"how do i use (?:this|you)|what is this|what can i (?:ask|say)|commands|are you (?:a (?:bot|human|robot)|an ai|real|human))$"
)
_MODEL = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass) (?:all |any |the |your |my |of |previous |prior |above |these |those |safety )*"
    r"(?:instruction|prompt|rule|direction|guideline|command|training|restriction)s?\b"
    r"|\bsystem prompt\b|\b(?:your|the) (?:hidden |initial |original |secret )?(?:instructions|prompt|api key)\b|\bapi key\b"
    r"|\bdeveloper mode\b|\bjailbreak\b|\byou are now\b|\bact as (?:a|an|if)\b|\bpretend (?:to be|you)\b|\bprompt injection\b"
    r"|\bdo anything now\b|\brepeat (?:everything|the text|your instructions|the words) (?:above|back|before)?\b"
    r"|\b(?:print|reveal|show|output|leak) (?:me )?(?:your|the) (?:system|prompt|instructions|configuration|environment|secrets?|password|token)"
)
_SCOPE = re.compile(
    r"\brecipes?\b|\bhow (?:do|can|should|to) (?:i |you |we )?(?:cook|bake|fix|repair|file|install|configure|change|make|build|boil|"
    r"clean|invest|lose|train|learn|get rid|grow|remove|calculate|solve|hack|tie|apply|open|write|pay)\b"
    r"|\b(?:income )?tax(?:es)?\b(?! evasion)|\bmortgage\b|\binsurance\b|\b(?:stock|bitcoin|crypto|share) (?:price|market)s?\b|\bprice of (?:bitcoin|gold|oil)\b"
    r"|\b(?:write|generate|create|fix|debug|give me|refactor|compile|run|explain) (?:me )?(?:a |an |some |my |this |the )?"
    r"(?:python|java|javascript|sql|bash|html|css|c|rust|code|script|function|program|query|regex|email|essay|poem|letter|cv|resume|song|haiku|blog post|haskell|cover letter|quicksort)\b"
    r"|\b(?:python|javascript|sql|java|bash|html) (?:code|function|script|program|query)\b|\bmy (?:code|homework|laptop|computer|printer|car|wifi|phone)\b"
    r"|\bweather\b|\bforecast\b|\btranslate\b|\bcapital (?:city )?of\b|\bsquare root\b|\bsolve (?:this|the|for|my)\b|\bequations?\b"
    r"|\bwhat (?:is|s) \d+ ?(?:\+|-|x|\*|/|plus|minus|times|divided by) ?\d+|^\d+ ?[+*/x-] ?\d+ ?=?$"
    r"|\bbook (?:me |us )?(?:a |an )?(?:flight|table|hotel|ticket|taxi|room)\b|\bflights? to\b|\bwho (?:won|is the president|was the)\b|\belections?\b"
    r"|\bsymptoms?\b|\bheadache\b|\bmedicines?\b|\bdiagnos|\bprescription\b|\bcalories\b|\bworkout\b|\bdiet plan\b|\bwhat time is it\b"
    r"|\bnews (?:today|about)\b|\blegal advice\b|\bsue (?:my|him|her|them)\b|\bkubernetes\b|\bnginx\b|\bdocker(?:file)?\b|\bdrop table\b|\bselect \* from\b|\bmeaning of life\b"
    r"|\b(?:restaurant|hotel|dentist|plumber) (?:near|in|around)\b|\bnear me\b|\bsummari[sz]e (?:this|the|my)\b"
)


def command(message: Utterance, in_scope: bool) -> Reading | None:
    """Return what a message that is no wish asks for, or None.

    `in_scope` tells that the message speaks of the catalogue: "an anime about taxes" is a wish.
    """
    said = " ".join(token.word for token in message.tokens if not token.is_break)
    if not any(any(c.isalnum() for c in token.word) for token in message.tokens):
        return Reading("converse", small_talk="nothing")
    if _MODEL.search(said):
        return Reading("out_of_scope", small_talk="model")
    if _RESET.match(said):
        forget = ("seen", "disliked", "loved") if "everything" in said else ()
        return Reading("reset", Change(reset=True, forget=forget))
    if _UNDO.match(said):
        return Reading("refine", Change(undo=True))
    replies: tuple[tuple[re.Pattern[str], SmallTalk], ...] = (
        (_GREETING, "greeting"),
        (_THANKS, "thanks"),
        (_PRAISE, "thanks"),
        (_GOODBYE, "goodbye"),
        (_HELP, "help"),
    )
    for pattern, small_talk in replies:
        if pattern.match(said):
            return Reading("converse", small_talk=small_talk)
    if not in_scope and _SCOPE.search(said):
        return Reading("out_of_scope")
    return None
