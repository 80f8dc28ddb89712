"""Answers what a person may say at any time (stop calling, are you a robot), before the conversation goes on."""

from __future__ import annotations

from dataclasses import dataclass
from re import Pattern

from sandbox.language import replies
from sandbox.language.questions import topic_of
from sandbox.openai.agent import phrases
from sandbox.openai.agent.conversation_state import ConversationState
from sandbox.openai.agent.facts import LISTENERS, hear
from sandbox.openai.agent.plan import ASK_AT_MOST, Move, Planner

ASIDES: tuple[tuple[Pattern[str], str], ...] = (
    (
        replies.FAIR_HOUSING,
        "I can't describe people, safety or schools, but I can search by price, place and features.",
    ),
    (replies.COMMISSION, "Commission is negotiable, and one of our agents will explain it."),
    (replies.SOURCE, "You asked us about a home, and you can tell me to stop at any time."),
)


@dataclass(frozen=True, slots=True)
class Interjections:
    """Answers the person's last words when they are not an answer to our question."""

    planner: Planner

    def interjection(self) -> Move | None:
        """The reply to an interjection, or None when the conversation simply goes on."""
        d = self.planner.state
        if d.last_role != "user":
            return None
        return self.farewell() or self._aside(replies.bare(d.last_said), d)

    def farewell(self) -> Move | None:
        """The end of the call when the last thing said asks for it, None otherwise."""
        d = self.planner.state
        words = replies.bare(d.last_said)
        leave = self.planner.goodbye
        if replies.FOREIGN.search(words):
            return self._to_a_speaker_of_spanish()
        if replies.opts_out(words):
            return self._with(
                "mark_do_not_call", leave("Understood. I'm sorry, we won't call you again.", "do_not_call")
            )
        if replies.VOICEMAIL.search(words):
            return leave("", "voicemail_no_message", "voicemail_left", "no_answer")
        if replies.WRONG_NUMBER.search(words) or (d.topic == "identity" and replies.says_no(words)):
            return self._with(
                "mark_wrong_number", leave("I'm sorry for the mix-up, I'll correct our records.", "wrong_number")
            )
        if replies.NOT_INTERESTED.search(words):
            return leave("I understand, thank you for telling me.", "not_interested")
        if self._has_agent(words, d):
            return leave("Then you are in good hands, and I won't interfere.", "has_agent", "not_interested")
        if replies.FAREWELL.search(words) and not topic_of(words):
            return self._reply_to_goodbye(d)
        return None

    def _to_a_speaker_of_spanish(self) -> Move:
        promise = "I'm sorry, I only speak English. I'll ask a colleague who speaks Spanish to call you."
        return self.planner.goodbye(
            promise, "language_barrier", "callback_requested", next_action="Call back in Spanish."
        )

    def _with(self, tool: str, move: Move) -> Move:
        if tool not in self.planner.tools:
            return move
        return Move(move.text, ((tool, {"heard": self.planner.state.last_said}), *move.calls))

    def _has_agent(self, words: str, d: ConversationState) -> bool:
        listed = d.facts.get("listed")
        if d.topic == "listed" and listed is not None and listed.heard in d.last_said:
            return bool(listed.value == "yes")
        return bool(replies.HAS_AGENT.search(words)) and not replies.says_no(words)

    def _reply_to_goodbye(self, d: ConversationState) -> Move:
        ends = (
            ("appointment_set",)
            if d.booked
            else ("qualified_nurture",)
            if d.facts
            else ("hung_up_early", "not_interested")
        )
        return self.planner.goodbye("Thank you for your time.", *ends)

    def _aside(self, words: str, d: ConversationState) -> Move | None:
        if replies.SCREENING.search(words):
            return Move(f"{phrases.introduction(d.briefing)} I'm calling about {phrases.errand(d.mode)}.")
        if replies.HOLD.search(words):
            return Move("Of course.")
        if replies.ROBOT.search(words):
            who = f" of {d.briefing.brokerage}" if d.briefing.brokerage else ""
            return self._then(f"Yes, I'm an AI assistant{who}.")
        if replies.HUMAN.search(words):
            return self._to_a_person(d)
        if replies.CALLING_OUT.match(words) and d.topic in LISTENERS and d.asked[d.topic]:
            return self._then("Yes, I'm here.")
        if d.callback and replies.BAD_TIME.search(words) and d.topic in ("", "good_time", "identity"):
            return self._then("Of course.")
        if replies.REPEAT.search(words):
            return self._again(d)
        for pattern, answer in ASIDES:
            if pattern.search(words):
                return self._then(answer)
        if self._is_open_question(words, d):
            return self._then("Good question. One of our agents will answer that.")
        return None

    def _is_open_question(self, words: str, d: ConversationState) -> bool:
        asks: bool = "?" in d.last_said or words.startswith(
            ("what ", "how ", "why ", "who ", "can you ", "do you ", "is there ")
        )
        greets = not replies.content_words(words) or d.topic in ("", "good_time", "identity", "more")
        return (
            asks
            and not greets
            and not (d.topic in LISTENERS and hear(d.topic, words))
            and d.topic not in ("slots", "homes")
        )

    def _to_a_person(self, d: ConversationState) -> Move:
        if "transfer_to_human" in self.planner.tools:
            wish = {"reason": ("request",), "summary": "Asks for a person."}
            return Move("Of course, one moment please.", (("transfer_to_human", wish),))
        return self._then("Of course. A person will call you.")

    def _again(self, d: ConversationState) -> Move:
        asked = last_question(d.last_asked)
        if not asked or d.confused[d.topic] > ASK_AT_MOST:
            return self.planner.next_move()
        return Move(f"Sure. {asked}")

    def _then(self, prefix: str) -> Move:
        """The answer, then back to the conversation: our last question, word for word, when it is still open."""
        d = self.planner.state
        open_question = (
            last_question(d.last_asked) if d.topic in LISTENERS and d.confused[d.topic] <= ASK_AT_MOST else ""
        )
        if open_question and not d.callback:
            return Move(f"{prefix} {open_question}")
        move = self.planner.next_move()
        return Move(f"{prefix} {move.text}".strip(), move.calls)


def last_question(text: str, *, with_offer: bool = True) -> str:
    """The question a text ends with; with_offer keeps the homes or times named right before it."""
    sentences = [part for part in text.replace("? ", "?|").replace(". ", ".|").split("|") if part.strip()]
    asking = [at for at, part in enumerate(sentences) if part.rstrip().endswith("?")]
    if not asking:
        return ""
    offers = with_offer and topic_of(sentences[asking[-1]]) in ("homes", "slots")
    first = max(0, asking[-1] - (1 if offers else 0))
    return " ".join(part.strip() for part in sentences[first : asking[-1] + 1])
