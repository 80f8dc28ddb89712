"""Opt-out listener: what each line of the transcript means for the caller's wish not to be called again. Pure.

Lines come late, out of order and more than once: each is judged once, and an answer only counts for a question that was
asked before it.
"""

from enum import StrEnum

from calls.compliance.opt_out_words import asks_whether_to_stop, may_be_opt_out, opt_out_by
from realtime.bridge.vocabulary.actions import Kind, Speaker, TranscriptLine


class Heard(StrEnum):
    """What a line of the caller's asks for; the first two are values of `Suppression.Reason`."""

    KEYPAD = "keypad"
    VERBAL_REQUEST = "verbal_request"
    MAY_OPT_OUT = "may_opt_out"  # the caller has to be asked


class OptOutListener:
    """Listens to one call for an opt-out, until there is one."""

    def __init__(self) -> None:
        self._judged: set[tuple[str, str]] = set()  # lines by id and words
        self._agent_position = -1.0  # of the agent's last words
        self._asked = False  # whether those asked if the caller wants no more calls
        self._opted_out = False

    def hear(self, line: TranscriptLine) -> Heard | None:
        """What this line asks for; None where that is nothing, or nothing new."""
        if line.speaker is Speaker.AGENT:
            self._note_question(line)
            return None
        if self._opted_out or not line.text or (line.item_id, line.text) in self._judged:
            return None
        self._judged.add((line.item_id, line.text))
        heard = self._judge(line)
        self._opted_out = heard in (Heard.KEYPAD, Heard.VERBAL_REQUEST)
        return heard

    def _note_question(self, line: TranscriptLine) -> None:
        words = line.generated if line.text or not line.settled else ""  # settled without words: nobody heard it
        if words and line.kind is Kind.SPEECH and line.position >= self._agent_position:
            self._agent_position, self._asked = line.position, asks_whether_to_stop(words)

    def _judge(self, line: TranscriptLine) -> Heard | None:
        if line.kind is Kind.KEYS:
            by = opt_out_by(keys=line.text)
        else:
            by = opt_out_by(speech=line.text, asked=self._asked and line.position > self._agent_position)
        if by is not None:
            return Heard(by)
        return Heard.MAY_OPT_OUT if line.kind is not Kind.KEYS and may_be_opt_out(line.text) else None
