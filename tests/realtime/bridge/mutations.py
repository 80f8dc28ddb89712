"""Deliberate faults in the bridge, one line each: tests that let one live prove nothing.

`python -m tests.realtime.bridge.mutations` prints which test caught which.
"""

import sys
from pathlib import Path

from tests.mutating import SEARCH, Mutation, Suite

PACKAGE = Path("realtime/bridge")
TESTS = Path("tests/realtime/bridge")
NOT_RUN = ("test_mutations.py", "test_openai.py", "test_twilio.py", "test_fields.py")  # no fault is on the wire
EXAMPLES = 300  # of the property search: more than with every commit, so that no fault is found by luck alone

MUTATIONS = (
    Mutation(
        "turns/agent_responses",
        "        if event.response_id in self.gate.muted:\n            self.agent_audio.drop",
        "        if False:\n            self.agent_audio.drop",
        "late audio of an interrupted response is played",
        SEARCH,
    ),
    Mutation(
        "audio/playback",
        'mark = f"m{next(self._names)}"',
        'mark = f"m{len(self._pieces)}"',
        "marks' names are used again",
        SEARCH,
    ),
    Mutation(
        "audio/playback",
        "item.played += min(piece.size, max(0, round((now - start) * BYTES_PER_SECOND)))",
        "item.played += max(0, round((now - start) * BYTES_PER_SECOND))",
        "an item is truncated beyond its end",
        SEARCH,
    ),
    Mutation(
        "turns/agent_responses",
        "        for item in heard:\n            yield from self.context.cut_off",
        "        for item in heard[-1:]:\n            yield from self.context.cut_off",
        "only the last of several items is truncated",
        SEARCH,
    ),
    Mutation(
        "turns/model_context",
        "        elif heard_ms:\n",
        "        elif True:\n",
        "an item nobody heard is truncated at 0 instead of deleted",
        SEARCH,
    ),
    Mutation(
        "turns/conversation",
        "waits = self.tool_turns.running or self.caller_turns.typing or",
        "waits = self.caller_turns.typing or",
        "an answer is asked for over a running tool",
        SEARCH,
    ),
    Mutation(
        "turns/response_gate",
        "if self.owed is None or self.caller_speaks or self.waits_for_model:",
        "if self.owed is None or self.caller_speaks:",
        "a second response is asked for while one runs",
        SEARCH,
    ),
    Mutation(
        "turns/tool_calls",
        "        if call is None or call.state is not State.RUNNING:",
        "        if call is None:",
        "a tool that returns twice is answered twice",
        SEARCH,
    ),
    Mutation(
        "turns/agent_responses",
        "        if heard:\n            yield a.StopPlayback()",
        "        if heard and self.gate.active:\n            yield a.StopPlayback()",
        "the carrier's buffer is not cleared once the response has ended",
        SEARCH,
    ),
    Mutation(
        "bridge",
        "        self.phase = Phase.OVER\n",
        "        self.phase = Phase.LEAVING\n",
        "something is done after the end",
        SEARCH,
    ),
    Mutation(
        "audio/playback",
        "if not any(piece.mark == mark for piece in self._pieces):",
        "if not self._pieces:",
        "the echo of a cleared mark counts for the audio after it",
        SEARCH,
    ),
    Mutation(
        "opening",
        "if has_opening(said, opening=opening.text, disclosure=self._config.disclosure):",
        "if said:",
        "whatever a model says counts as the opening",
        SEARCH,
    ),
    Mutation(
        "opening_check",
        "_contains(heard, _words(disclosure)) and missing",
        "missing",
        "an opening counts without all of its disclosure",
    ),
    Mutation(
        "turns/false_interruptions",
        "self._last = _Interruption(item_id) if cut_off or self._last else None",
        "self._last = None",
        "nobody goes on after a cough",
    ),
    Mutation(
        "transcript/item_order",
        "            latest = max(latest, time)\n",
        "            latest = time\n",
        "lines leave the order of the conversation",
    ),
    Mutation(
        "bridge",
        "        elif self._conversation.agent_audio.playback.drained:\n",
        "        elif True:\n",
        "a goodbye is cut off by the hang-up",
    ),
    Mutation(
        "bridge",
        "agent_responses.stop_speaking(now, cancel=True)\n            direction",
        "agent_responses.stop_speaking(now, cancel=False)\n            direction",
        "a question that comes first waits for all else",
    ),
    Mutation(
        "audio/echo",
        "        if loud * self._ratio > self._advance(now):\n",
        "        if loud > self._advance(now):\n",
        "a soft caller is silenced",
    ),
    Mutation(
        "turns/response_timeouts",
        "        self._failures += 1\n",
        "        self._failures = 1\n",
        "failed generations are asked for again for ever",
    ),
    Mutation(
        "turns/response_timeouts",
        '        self.failed("cut_short", again=Respond(self.config.direct_finish))\n',
        "        self.succeeded()\n",
        "half a sentence is left at that",
    ),
    Mutation(
        "turns/model_context",
        "        if call.call_id not in self._known_calls:\n",
        "        if False:\n",
        "a new session gets a tool's answer without its call",
    ),
    Mutation(
        "audio/mulaw",
        "        self._frames.clear()\n",
        "",
        "what the caller said during the opening is heard again in the next session",
    ),
)

BRIDGE = Suite(
    PACKAGE,
    TESTS,
    search=TESTS / "test_properties.py",
    parts=(PACKAGE, TESTS),
    mutations=MUTATIONS,
    left_out=NOT_RUN,
    environment={"BRIDGE_EXAMPLES": str(EXAMPLES), "BRIDGE_NO_SHRINK": "1"},
)

if __name__ == "__main__":
    sys.exit(BRIDGE.main())
