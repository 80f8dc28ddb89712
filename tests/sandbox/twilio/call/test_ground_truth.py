"""What a person really said and pressed, as JSON."""

from sandbox.twilio.call.ground_truth import GroundTruth, Said


def test_it_tells_what_was_said_pressed_and_heard():
    truth = GroundTruth("buyer", "buyer", {"beds": 3}, [Said("Hello?", 0, 600)], [(700, "9")], [(900, "Hi there.")])
    assert truth.as_json() == {
        "persona": "buyer",
        "goal": "buyer",
        "facts": {"beds": 3},
        "said": [{"text": "Hello?", "start_ms": 0, "end_ms": 600, "share": 1.0}],
        "pressed": [{"digit": "9", "line_ms": 700}],
        "heard": [{"text": "Hi there.", "line_ms": 900}],
    }
