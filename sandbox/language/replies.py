"""Short replies and interjections: yes, no, stop calling, wrong number, are you a robot, say that again."""

from __future__ import annotations

import re
from functools import lru_cache

from sandbox.language import words

YES = re.compile(
    r"\b(yes|yeah|yep|yup|yea|sure|ok|okay|correct|right|absolutely|definitely|exactly|please|perfect|great|"
    r"sounds (good|great|fine)|that works|it works|works for me|fine|of course|why not|i am|i do|i would|i have|"
    r"go ahead|speaking|this is (she|he|her|him|me|[a-z]+))\b"
)
NO = re.compile(
    r"\b(no|nope|nah|not|neither|none|don'?t|can'?t|cannot|won'?t|isn'?t|never|doesn'?t|didn'?t|haven'?t|nothing)\b"
)
DOUBT = re.compile(r"\b(i don'?t know|not sure|no idea|maybe|unsure|hard to say|can'?t say|doesn'?t matter)\b")

OPT_OUT = re.compile(
    r"\b((stop|quit|no more) (the )?(call|phon|ring)\w*|"
    r"(don'?t|do not|due not|dont|never) (ever )?(call|phone|ring)\w*|"
    r"take me off|(remove|take) (me|my|this number|us)\b|unsubscribe|lose (my|this) number|"
    r"off (of )?your (call )?list|do not call|leave me alone|stop in me|stop contacting|opt(ed|ing)? (me )?out\b)"
)
BARE_STOP = re.compile(r"^\W*(please )?stop( it| now| please)?\W*$")
WRONG_NUMBER = re.compile(
    r"\b(wrong (number|person)|(no ?one|nobody)( here)? (by|with|of) that name|(not|isn'?t) (the )?(right|correct) "
    r"(number|person)|no such person|(don'?t|do not) know (any|anyone|anybody|who|that person))"
)
ROBOT = re.compile(
    r"\b(robot|(are|is) (you|this) (a |an )?(real|human|machine|bot|computer|ai|a i|recording|actual|live)|"
    r"(talking|speaking) (to|with) (a |an )?(real |live )?(human|machine|computer|bot|robot|person)|automated)"
)
REPEAT = re.compile(
    r"\b((say|repeat) (that|it|this)( again)?|repeat|pardon|come again|what did you say|what was that|"
    r"(didn'?t|did not|couldn'?t|can'?t) (quite |really )?(hear|catch|get|understand)|you'?re breaking up)|"
    r"^\W*(sorry|what|huh|excuse me)\W*$"
)
CALLING_OUT = re.compile(
    r"^(hello|hi|hey|are you( still)? there|anybody there|can you hear me)( (hello|are you( still)? there))*$"
)
NOT_INTERESTED = re.compile(
    r"\b(not (really |at all )?interested|no interest|(not|no longer) (looking|buying|selling|in the market)|"
    r"changed my mind|(don'?t|do not) want (to (buy|sell)|any|this)"
    r"|no thank(s| you),? (i'?m|we'?re) (good|fine|all set))"
)
HAS_AGENT = re.compile(
    r"\b((have|got|hired|using|signed with|working with) (a|an|another|my|our)( \w+)? ?(agent|realtor|broker)|"
    r"(already|currently) (listed|represented|working with))"
)
BAD_TIME = re.compile(
    r"\b((bad|not a good|not the best|not good) time|busy|driving|in a meeting|at work|call (me )?(back|later)|"
    r"later please|another time|can'?t talk|not (right )?now)\b"
)
HUMAN = re.compile(
    r"\b(talk|speak|transfer|put|connect|get) (me )?(\w+ )?(to|with|through to|on) (a |an |the |your )?"
    r"(real |live |actual )?(human|person|agent|someone|somebody|manager|supervisor)"
)
FOREIGN = re.compile(
    r"\b((don'?t|do not|no|not|can'?t) (speak|understand|know|talk)( any| much| good| very good)? english|no english|"
    r"(only|just|in|speak|you) (spanish|espa[nñ]ol)|no (h?ablo|hablo) |habla( usted)? (espa[nñ]ol|spanish)|"
    r"^\W*(spanish|espa[nñ]ol)( please| por favor)?\W*$)"
)
SCREENING = re.compile(
    r"\b((state|say|tell me|record|give) (me )?your name|who('?s| is) calling and (why|what)|"
    r"reasons? (for|of) (your |the )?call\w*|(call )?screening (service|assistant))"
)
HOLD = re.compile(
    r"\b(please (hold|wait|stay)\b|hold (on|the line)|stay on the line|(i'?ll|let me) (connect|transfer) you)"
)
VOICEMAIL = re.compile(
    r"\b(leave (a|your|me a)? ?(message|name and)|after the (tone|beep)|at the (tone|beep)|voice ?mail|"
    r"(is|am|are) not available|can'?t (come to|take|answer)( the| your)? (phone|call)|mailbox)"
)
FAIR_HOUSING = re.compile(
    r"\b(safe|safety|crime|dangerous|schools?|kind of people|what people|who lives|neighbors|ethnic|churches|"
    r"religio\w*|famil(y|ies) friendly|demographics?)\b"
)
COMMISSION = re.compile(r"\b(commission|your fee|fees|how much do you charge|what do you charge)\b")
SOURCE = re.compile(r"\b(get|got|have|find|found) my (number|name|information|info|contact)\b")
CHEAPER = re.compile(
    r"\b(cheaper|less expensive|too (much|expensive|high)|lower|under|up to|at most|below|budget|more than)\b"
)
FAREWELL = re.compile(
    r"\b(good ?bye|bye|take care|talk (to you )?(soon|later)|see you|have a (great|good|nice|wonderful|lovely) \w+)\b"
)
DONE = re.compile(
    r"\b(that'?s (all|it|everything)|that is (all|it)|nothing( else)?|all set|i'?m (good|fine|done)|"
    r"we'?re (good|done)|thank(s| you)|thanks)\b"
)
QUESTION = re.compile(
    r"\?|\b(what|which|how|when|where|who|why|do you|did you|are you|would you|could you|can you|can we|could we|"
    r"shall we|should we|is (it|this|that|there|now)|have you|does|may i|will you|tell me|can i|could i|any)\b"
    # how questions end when a recognizer lost their beginning or wrote a statement
    r"|\b(works? (best |better )?for you|help with|looking in|do you need|comfortable with|hoping to get|"
    r"like to (move|sell|buy|see)|now a good time( to talk)?|other questions)\W*$"
)
FILLERS = frozenset(
    words(
        "um uh er ah hmm mm mhm like well so oh you know i the a an and it is hi hello hey there yes yeah yep "
        "sure ok okay great good please thanks thank right just really actually me my we us"
    )
)
NOISE = frozenset(("", "you", ".", "thank you for watching", "thanks for watching", "bye bye", "so", "the", "uh", "um"))


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """Lower case, straight apostrophes, single spaces; punctuation kept."""
    return re.sub(r"\s+", " ", text.lower().replace("\u2019", "'")).strip()


@lru_cache(maxsize=2048)
def bare(text: str) -> str:
    """Only words and figures, lower case, single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s']", " ", plain(text))).strip()


def says_no(text: str) -> bool:
    """A refusal; "no problem", "not bad" and "no, that's fine" are understood as meant."""
    said = re.sub(r"\b(no (problem|worries)|not bad|why not|no rush)\b", " ", bare(text))
    return bool(NO.search(said))


def says_yes(text: str) -> bool:
    """An agreement without a refusal beside it."""
    return bool(YES.search(bare(text))) and not says_no(text)


def opts_out(text: str) -> bool:
    """The person asks never to be called again, in any of the usual wordings and their mis-hearings."""
    said = bare(text)
    return bool(OPT_OUT.search(said) or BARE_STOP.match(said))


def is_noise(text: str) -> bool:
    """Nothing was said, or only what a recognizer invents for silence."""
    return bare(text) in NOISE


def is_question(text: str) -> bool:
    """A question mark, or the opening words of a question."""
    return bool(QUESTION.search(plain(text)))


def content_words(text: str) -> list[str]:
    """The words that carry something, in order, lower case."""
    return [word for word in bare(text).split() if word not in FILLERS]
