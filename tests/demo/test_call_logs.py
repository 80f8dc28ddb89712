"""What a comparison keeps of the sandbox's calls."""

import json
from pathlib import Path

from demo.call_logs import keep_call_logs
from sandbox.speech import Speech
from tests.sandbox.twilio_world import twilio_world


def test_a_calls_log_ladder_and_truth_outlive_the_sandbox(tmp_path: Path) -> None:
    with twilio_world(Speech(), str(tmp_path / "recordings")) as world:
        world.answered_by(script=[{"wait": True}])
        sid = world.finished(world.place("<Hangup/>")).sid
        kept = keep_call_logs(world.url, tmp_path / "calls")
    assert [path.name for path in kept] == [f"{sid}.{kind}.json" for kind in ("log", "ladder", "truth")]
    log, _, truth = (json.loads(path.read_text()) for path in kept)
    assert [verb["name"] for verb in log["events"] if verb["kind"] == "verb"] == ["Hangup"]
    assert "said" in truth
