"""Deliberate faults in the bridge, one line each: tests that let one live prove nothing.

`python -m tests.realtime.bridge.mutations` prints which test caught which.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGE = Path("realtime/bridge")
TESTS = Path("tests/realtime/bridge")
NOT_RUN = ("test_mutations.py", "test_openai.py", "test_twilio.py", "test_fields.py")  # no fault is on the wire
AT_ONCE = 2
EXAMPLES = 300  # of the property search: more than with every commit, so that no fault is found by luck alone
SECONDS = 300.0  # for one run, on a machine that is busy with other things
NO_DEADLINE = """from hypothesis import HealthCheck, settings
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
"""  # on a machine that is busy with other things a slow example is no fault
STORIES, SEARCH = "stories", "search"


@dataclass(frozen=True, slots=True)
class Mutation:
    """A line of a module as it stands, what becomes of it, and what that would mean; `by`: who has to notice."""

    module: str
    old: str
    new: str
    why: str
    by: str = STORIES


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run of tests said: the first property or story that failed, or None."""

    mutation: Mutation | None
    caught_by: str | None
    output: str


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


def mutated(source: str, mutation: Mutation) -> str:
    """The source with the fault; ValueError when the line does not stand in it exactly once."""
    if source.count(mutation.old) != 1:
        raise ValueError(f"{mutation.module}: {mutation.old!r} stands {source.count(mutation.old)} times")
    return source.replace(mutation.old, mutation.new)


def try_out(mutation: Mutation | None) -> Verdict:
    """Run the bridge's own tests on a copy of it, in which one line is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        _copy_into(copy)
        if mutation:
            module = copy / PACKAGE / f"{mutation.module}.py"
            module.write_text(mutated(module.read_text(), mutation))
        return _run(copy, mutation)


def try_all() -> list[Verdict]:
    """The bridge as it is, then each mutation, in order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(try_out, (None, *MUTATIONS)))


def _copy_into(folder: Path) -> None:
    rubbish = shutil.ignore_patterns("__pycache__", *NOT_RUN)
    for part in (PACKAGE, TESTS):
        shutil.copytree(ROOT / part, folder / part, ignore=rubbish)
    for package in ("realtime", "tests", "tests/realtime"):
        (folder / package / "__init__.py").touch()
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "conftest.py").write_text(NO_DEADLINE)


def _run(folder: Path, mutation: Mutation | None) -> Verdict:
    search = TESTS / "test_properties.py"
    chosen = [str(TESTS)]
    if mutation:
        chosen = [str(search)] if mutation.by == SEARCH else [str(TESTS), f"--ignore={search}"]
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", "-p", "no:cacheprovider", *chosen],
        cwd=folder,
        env=os.environ
        | {
            "PYTHONPATH": str(folder),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "BRIDGE_EXAMPLES": str(EXAMPLES),
            "BRIDGE_NO_SHRINK": "1",
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return Verdict(mutation, _complaint(found.stdout) if found.returncode else None, found.stdout)


def _complaint(output: str) -> str:
    """The property that failed, else the story; a copy that cannot even be imported is nobody's merit."""
    story = re.search(r"^FAILED \S+::(\w+)", output, re.MULTILINE)
    if story is None:
        raise RuntimeError(output)
    broken = re.search(r"(?:^E +|: )(?:AssertionError: )?((?:\w+Error: )?.+)$", output, re.MULTILINE)
    return broken.group(1)[:100] if broken and story.group(1) == "runTest" else story.group(1)


def report(verdicts: list[Verdict]) -> str:
    """The verdicts as a table."""
    rows = [("module", "fault", "caught by")]
    for verdict in verdicts:
        mutation = verdict.mutation
        where, what = (mutation.module, mutation.why) if mutation else ("(as it is)", "none")
        rows.append((where, what, verdict.caught_by or "nobody"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


if __name__ == "__main__":
    verdicts = try_all()
    sys.stdout.write(report(verdicts) + "\n")
    sys.exit(any((verdict.caught_by is None) == (verdict.mutation is not None) for verdict in verdicts))
