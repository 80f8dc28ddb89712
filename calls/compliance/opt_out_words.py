"""Detect an opt-out in words or keys, as callers say it and as recognizers mishear it, in English and Spanish. Pure.

The words of 47 CFR 64.1200(a)(10) (stop, quit, end, revoke, opt out, cancel, unsubscribe) are one when they are all
that is said. With more words behind them ("Wait, stop, one question") they may mean anything: the caller is asked.
"""

import re
import unicodedata
from enum import Enum, auto
from typing import Literal

from calls.compliance.opt_out_spanish import ASKS_IN_SPANISH, MAY_ASK_IN_SPANISH, SPANISH_WORDS
from leads.scheduling.agreement_words import says_no, says_yes

OPT_OUT_KEY = "9"  # the opening names it to every caller
FAREWELL = "Understood. We won't call you again. Goodbye."
ONLY_THAT_KEY = re.compile(rf"[*#\s]*(?:{OPT_OUT_KEY}[*#\s]*)+")  # pressed again, or ended like a number

MISHEARD = (  # what recognizers make of the words, seen on 8 kHz audio
    (r"\b(due|dew|do|doo|you) (knot|nod|naught)\b|\b(due|dew) not\b|\bdonut\b|\bdon t\b|\bdont\b", "do not"),
    (r"\bcan't\b|\bcannot\b|\bcant\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"\b(do|does|did|would|could|should|must|is|are|was|have|has|had)n't\b", r"\1 not"),
    (r"\bwanna\b", "want to"),
    (r"\b(call|col|cal|kall|coal) ?(in|ing|en|an)\b|\bcolling\b|\bcolin\b|\bcolon\b", "calling"),
    (r"\b(stopped|stub|stopp|stuff|stob) calling\b", "stop calling"),
    (r"\b(quick|quid|quite|quiet) calling\b", "quit calling"),
    (r"\b(sto op|stahp|stawp|staap)\b", "stop"),
    (r"\b(loose|lows) my\b", "lose my"),
    (r"\btake (me|my number|us) of\b", r"take \1 off"),
    (r"\b(on|un) ?(subscribe|scribe)\b", "unsubscribe"),
    (r"\bremove me|re ?move me|move me (off|from)\b", "remove me"),
    (r"\b(opt|opted|opting|op|up) (me )?out\b|\boptout\b", "opt out"),
)
SPELLED = re.compile(r"\b[a-z](?:[\s.,-]+[a-z]\b){2,}")  # "S T O P", "S.T.O.P."
THE_WORDS = frozenset({"stop", "stopall", "quit", "end", "revoke", "cancel", "unsubscribe"})
SPELLED_WORDS = re.compile(rf"({'|'.join(sorted(THE_WORDS))})+")
OF_SOMETHING_ELSE = re.compile(r"\b(cancel|end|revoke) (it|this|that|everything)\b")  # an appointment, perhaps

PEOPLE_AND_PHONES = "number|phone|line|house|home|cell|husband|wife|mother|father|mom|dad|parents|family|office"
ME = rf"(me|us|here|(my|our|this|that) ((cell|home|phone|mobile|work) )?({PEOPLE_AND_PHONES}))"
MINE = (
    r"(me|us|(my|our|this|that) ((cell|home|phone|mobile|work) )?(number|phone|line|family|husband|wife|mother|father"
    r"|mom|dad|parents)|(my|our) ((contact|personal|phone) )?(name|info|information|details|data|records?|contact))"
)
LIST = r"(your|the|this|that|any|all|all your|every) (\w+ ){0,3}(lists?|database|system|records?|files?)"
NOT_NOW = (  # "do not call me before five" is about the hour
    r"(?! *(back )?(before|after|until|till|at|on|in|during|while|when|tomorrow|today|tonight|this|now|right now"
    r"|so|that|between|over the|unless|from(?! you)|every|by|with|about|if)\b)"
)
CONTACT = r"(call|phone|telephone|contact|ring|bother|text|message|email|dial|bug|harass|pester|spam|solicit|disturb)"
CONTACTING = (
    r"(calling|phoning|telephoning|contacting|ringing|bothering|texting|messaging|emailing|dialing|dialling|bugging"
    r"|harassing|pestering|spamming|soliciting|disturbing)"
)
CALLS = (
    r"(phone |robo ?|sales |telemarketing |marketing )*(calls|contact|communications?|robocalls|solicitations?|texts)"
)
NEVER = (
    rf"(do not|never|not to|you (may|must|can|should|shall) not|no longer)( you)?( dare| ever| even| dare to| be"
    rf"| try to| attempt to)* ({CONTACT}|{CONTACTING}|reach)"
)
CONSENT = r"((my|all|any|the|prior|express|written|previous) )*(consent|permission|authorization)"
THREAT = r"(sue|suing|report|lawyer|attorney|police|ftc|fcc|complaint|legal)"
ANY_OF = r"(all|any|the|these|those|your|this|further|future)"
NOT_WANTED = r"(do not|never|no longer|not) (want|wish|like|care|consent|agree|authorize)"
ASKS_TO_STOP = re.compile(
    rf"\b(stop|quit|cease|discontinue|end|cancel) (with )?({ANY_OF} )*{CALLS}\b"
    rf"|\b(stop|quit|cease|discontinue|refrain from) (ever )?{CONTACTING}\b"
    rf"|\b{NEVER} {ME} (again|anymore|any more|ever|back again|one more time)\b"
    rf"|\b{NEVER} ({ME}|again|anymore|any more|back)(?! not){NOT_NOW}"
    rf"|\bdo not (call|contact|phone|text|bother)( again| anymore| ever| please| at all)*$"
    r"|\bdo not call (list|registry)\b"
    rf"|\byou( guys| people| all)? not to (call|contact)( {ME})?$|^(please )?no (phone )?calls( please| at all| ever)*$"
    rf"|\b(my|this|our) (phone )?(number|name)( to)?( be)? (removed|deleted|taken off|erased)\b"
    rf"|\b(no|enough) (more|further|additional|with|of) ((of|the|these|those|your|this) )*{CALLS}\b"
    rf"|\b(these|those|your|the) calls (to|must|have to|need to|should|has to) (stop|end|cease)\b"
    rf"|\bmake (it|this|these calls|the calls|your calls) stop\b|\bcease and desist\b"
    rf"|\b{NOT_WANTED}( for)? (you|you guys|you all|you people|anyone|anybody|your company)( to)?( ever| be)?"
    rf" ({CONTACT}|{CONTACTING})( {ME})?{NOT_NOW}"
    rf"|\b{NOT_WANTED}( to)?( get| receive| have| be| being| take)*( any more| any| more| these| your| further| to be)*"
    rf" ({CALLS}|called|{CONTACTING}|contacted|phoned|texted|bothered){NOT_NOW}"
    rf"|\bnot (to )?be(ing)? (called|contacted|phoned|bothered)\b{NOT_NOW}"
    rf"|\brather you (did|do) not {CONTACT}( {ME})?( again| anymore)?\b{NOT_NOW}"
    rf"|\bnot (allowed|permitted|authorized|welcome) to {CONTACT}( {ME})?\b{NOT_NOW}"
    rf"|\bdo not have ((my|our|any|the) )?(permission|consent|authorization) to (be )?({CONTACT}|{CONTACTING})\b"
    rf"|\b(revok(e|ed|es|ing)|withdr(aw|awing|ew|awn)|rescind(ing)?|cancel(l?ing)?|retract(ing)?|tak(e|ing) back"
    rf"|terminat(e|ing)|end(ing)?) {CONSENT}\b"
    rf"|\b(please|would you|could you|can you)( please)? not (ever )?{CONTACT} {ME}( again| anymore)?\b{NOT_NOW}"
    r"|\b(never|not) want to (ever )?(hear from|talk to|be bothered by) (you|your)\b.{0,20}(again|people"
    r"|guys|any ?more|company)"
    r"|\bnever want to hear from you\b"
    rf"|\b(not|never) (give|gave|giving)( you)?( guys)? {CONSENT} to (be )?({CONTACT}|{CONTACTING})\b"
    r"|\bnever (give|gave)( you)? (permission|consent) to (call|contact)\b"
    rf"|\b{CONSENT} (is |has been |was )?(revoked|withdrawn|canceled|cancelled|rescinded)\b"
    r"|\bwant (my|our) (name|number) off\b|\b(dnc|d n c)( list)?\b"
    rf"|\bopt out\b|\bunsubscribe\b"
    rf"|\b(remove|delete|erase|scrub|purge) {MINE}|\b(take|get|keep|cross|strike|scratch|drop) {MINE} off\b"
    rf"|\b(take|get|remove|delete|pull|drop) {MINE} (out of|from|of) {LIST}"
    rf"|\b(want|like|wish|need|ask(ed|ing)?) (me |us )?(to )?(be |get )?(taken |removed )?(off|from)( of)? {LIST}"
    rf"|\b(lose|forget|throw away|get rid of|tear up|delete) (my|this|our) number\b"
    rf"|\bleave (me|us) (alone|be)\b|\blet me be\b"
    rf"|\b{CONTACT} {ME} (again|one more time|back)\b.{{0,60}}\b{THREAT}\b"
    rf"|(?<!do )(?<!if )(?<!should )(?<!when )(?<!can )\bi( am| have|'m|'ve|'ll| will| just| already)*"
    r"( press| pressed| pressing| hit| pushed) ((the|number) )*(9|nine)\b"
    rf"|^(please )?(press |pressing |number )(9|nine)( please)?$|^(please )?off {LIST}( please)?$"
)
ASKS_WHAT_IT_IS = r"\b(what|why|how come)( \w+){0,3} opt out\b"
NOT_A_WISH = re.compile(
    r"\b(did|do|does|when|have|has) (you|they|he|she|we|i) (ever )?stop calling (it|him|her|them)\b"
    r"|\b(do not|never) (ever )?stop( \w+ing)?\b"
    r"|\b(they|he|she|we|everybody|everyone|nobody|people|realtors?|agents?|banks?|i)( have| has| had| finally)*"
    r" stop calling\b"
    r"|\b(they|he|she|it|my \w+|agents?|realtors?) (will|would|did|does|do|can|could) not stop( \w+ing)?\b"
    rf"|\bopt out of (?!(\w+ ){{0,3}}({CALLS}|calling|list|lists|call|messages|this|these|it|everything|all|them)\b)"
    rf"|{ASKS_WHAT_IT_IS}"
)
# What may stand beside one of the words, which then still is all that is said; the longer ones first.
PADDING = re.compile(
    r"\b(i do not want (to talk|this|it|any of this|any)( to you| anymore)?|i am not interested|i'm not interested"
    r"|not interested|no thank you|no thanks|thank you|thanks|very much|so much|i beg you|i'm begging you"
    r"|i am begging you|i said( so)?|i say|i mean it|i am serious|i'm serious"
    r"|for the last time|right now|right away|go away|for good|for ever|good ?bye|bye( bye)?|hang up|never again"
    r"|immediately|forever|enough|please|okay|ok|just|hey|hi|hello|no|nope|yes|yeah|well|um|uh|oh|god|and|so|now|you"
    r"|guys|people|should|can|could|would|will|must|it|that|this|sir|ma'am|man|dude|already|all|everything|today"
    r"|all of you|the word"
    rf"|{SPANISH_WORDS.padding})\b"
)
# After "stop" these make it something else: a visit, a price, a sign, what the caller gives up themselves.
ANOTHER_STOP = (
    r"(?! (by|at|in|into|over|off|along|near|sign|signs|light|lights|shopping|shop|watch|loss|motion|short|on"
    r"|for (gas|lunch|coffee|dinner|breakfast|groceries|milk|food|the kids|my kids)"
    r"|(?!talking|speaking|interrupting|pushing|asking|selling|reading|doing|going|repeating|trying|wasting|recording"
    r"|lying|yelling|rambling|sending|reaching|calling|saying|pressuring|using|taping|listening|playing)\w+ing)\b)"
)
LEAD_IN = (
    r"((wait|hold on|hang on|please|okay|ok|just|hey|no|yes|yeah|well|um|uh|oh|and|so|now|you|i said|whoa|sorry|but"
    r"|stop|can you|could you|would you|will you|you can|you should|listen|look|excuse me|can we|could we"
    r"|let's|lets) )*"
)
MAY_ASK_TO_STOP = re.compile(
    rf"^{LEAD_IN}stop\b{ANOTHER_STOP}"
    rf"|^{LEAD_IN}(quit|end|cancel|revoke)( (it|this|that|everything|all|all of it|all of this|right there|there))*$"
    rf"|\b(want|wants|like|need|needs|please|just|let's|lets|let us|can you|could you|would you|will you|you should"
    rf"|you must|you better|you can|can we|could we|have|got|should|better|said|say"
    rf"|saying) (you )?(to )?(just |please )?stop\b"
    rf"{ANOTHER_STOP}"
    r"|\b(want|like|need|going) to (cancel|quit|revoke|end)( (it|this|that|everything|all of it))?$|^i quit$"
    r"|\bend (the|this|our) (call|conversation)\b"
    r"|\bi (do not|did not|never|don't) (consent|agree)( to (this|this call|being recorded|be recorded|recording|any of"
    r" this|that|these calls|your calls|calls))?$"
    r"|\b(do not have|without|never gave|did not give|not give)( you| you guys)? ((my|any) )?(consent|permission)\b"
    r"|\bi( am|'m) revoking\b|\bharass(ing|ment)\b|^i want out$|\bnot want to hear from you\b"
    r"|\b(do not|not) (have|need) to call( me| us)?( again| anymore| any more| back| ever)\b"
    r"|\bno need to (call|contact)( me| us)?( again| anymore| any more| back| ever)\b"
    r"|\b(keep|keeps) calling (me|us|here|this|my)\b|\byou( people| guys| all)? (will|would|do|can) not stop\b"
    rf"|\b(sick|tired|done|fed up|finished|had it|enough)( and tired)? (of|with|getting|receiving)"
    rf" (\w+ ){{0,2}}{CALLS}\b"
    r"|\b(press|pressing|pressed|push|hit) (number )?(9|nine)\b"
    rf"|{ASKS_WHAT_IT_IS}"
    r"|^(no more|remove|never again|enough already|go away|get lost|leave|back off|buzz off)( please)?$"
)
KEEP_ON = re.compile(r"\b(keep (going|calling|talking)|go on|continue|carry on|keep it|you can call|call me)\b")
ASKS_WHETHER = re.compile(r"\b(stop calling you|(not|never) (to )?call you (again|anymore|any more))\b[^.!?]*\?")


type OptOutBy = Literal["keypad", "verbal_request"]  # values of Suppression.Reason


class Wish(Enum):
    """Whether words ask not to be called again."""

    NONE = auto()
    UNCLEAR = auto()  # the caller is asked first
    CLEAR = auto()


def opt_out_by(*, speech: str = "", keys: str = "", asked: bool = False) -> OptOutBy | None:
    """How the caller asked not to be called again, by key or in words; None when they did not.

    `asked`: these words answer our question whether they want that. Every engine and every flow asks here, so that all
    of them take the same words and keys for an opt-out.
    """
    if keys:
        return "keypad" if ONLY_THAT_KEY.fullmatch(keys) else None
    wish = wish_in(speech)
    if wish is Wish.NONE and asked and _agrees(speech):
        return "verbal_request"
    return "verbal_request" if wish is Wish.CLEAR or (wish is Wish.UNCLEAR and asked) else None


def is_opt_out(text: str) -> bool:
    """Whether these words ask not to be called again, and can mean nothing else."""
    return wish_in(text) is Wish.CLEAR


def may_be_opt_out(text: str) -> bool:
    """Whether these words may ask not to be called again, so that the caller has to be asked."""
    return wish_in(text) is Wish.UNCLEAR


def asks_whether_to_stop(text: str) -> bool:
    """Whether these words of ours ask the caller if they want no more calls."""
    return bool(ASKS_WHETHER.search(text.casefold()))


def wish_in(text: str) -> Wish:
    """Whether these words ask not to be called again. In doubt the caller is asked: to miss one is against the law."""
    plain = _plain(text)
    sentences = [piece.strip() for piece in plain.split("|") if piece.strip()]
    said = [" ".join(sentences), *sentences]  # recognizers put full stops inside sentences, too
    meant = [NOT_A_WISH.sub(" ", words) for words in said]
    if any(ASKS_TO_STOP.search(words) or ASKS_IN_SPANISH.search(words) for words in meant) or _is_all_said(said[0]):
        return Wish.CLEAR
    if any(MAY_ASK_TO_STOP.search(words) or MAY_ASK_IN_SPANISH.search(words) for words in said):
        return Wish.UNCLEAR
    return Wish.UNCLEAR if any(_is_all_said(sentence) for sentence in sentences) else Wish.NONE


def _is_all_said(words: str) -> bool:
    """Whether one of the words that mean an opt-out by themselves is all of it."""
    left = PADDING.sub(" ", words).split()
    by_themselves = bool(left) and all(word in THE_WORDS or word in SPANISH_WORDS.alone for word in left)
    return by_themselves and not OF_SOMETHING_ELSE.search(words)


def _agrees(answer: str) -> bool:
    plain = _plain(answer).replace("|", " ")
    if KEEP_ON.search(plain) or says_no(answer):
        return False
    return says_yes(answer) or bool(re.match(r"\W*(si|claro|por favor|correcto)\b", plain))


def _plain(text: str) -> str:
    """The text in lower case without accents, sentences separated by "|", recognizers' spellings corrected."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    folded = SPELLED.sub(_spelled, folded)
    folded = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", folded)
    words = re.sub(r"[.!?¡¿,;:…—–-]+", " | ", folded)
    words = " ".join(re.sub(r"[^a-z0-9'| ]", " ", words).split())
    for heard, meant in MISHEARD:
        words = re.sub(heard, meant, words)
    return words


def _spelled(letters: re.Match[str]) -> str:
    word = re.sub(r"[^a-z]", "", letters[0])
    found = SPELLED_WORDS.fullmatch(word)
    return found[1] if found else letters[0]
