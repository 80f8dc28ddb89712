import httpx
import pytest

from sandbox import faults
from sandbox.faults import Faults
from tests.sandbox.serving import serving


def test_a_fault_strikes_once_and_not_before_its_second():
    waiting = Faults()
    waiting.add("realtime.drop", at=5.0)
    assert waiting.take("realtime.drop", elapsed=4.9) is None
    assert waiting.take("realtime.drop", elapsed=5.0) is not None
    assert waiting.take("realtime.drop", elapsed=6.0) is None


def test_a_fault_for_one_call_leaves_the_others_alone():
    waiting = Faults()
    waiting.add("stream.drop", call="CA1", times=2)
    assert waiting.take("stream.drop", call="CA2") is None
    assert waiting.take("stream.drop", call="CA1") is not None
    assert [fault.times for fault in waiting.pending()] == [1]


def test_a_fault_of_no_probability_never_strikes():
    waiting = Faults(seed=7)
    waiting.add("polly.error", probability=0.0)
    assert all(waiting.take("polly.error") is None for _ in range(50))


def test_half_the_tries_strike_at_even_odds_and_a_seed_repeats_them():
    def strikes(seed: int) -> list[bool]:
        waiting = Faults(seed=seed)
        waiting.add("polly.error", probability=0.5, times=1000)
        return [waiting.take("polly.error") is not None for _ in range(200)]

    assert 60 < sum(strikes(1)) < 140
    assert strikes(1) == strikes(1)


@pytest.mark.parametrize("wrong", [{"at": -1.0}, {"times": 0}, {"probability": 2.0}])
def test_a_fault_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match="at must be"):
        Faults().add("polly.error", **wrong)


def test_faults_are_asked_for_listed_and_cleared_over_http():
    waiting = Faults()
    with serving(faults.routes(waiting)) as address, httpx.Client(base_url=f"http://{address}") as client:
        wanted = [{"name": "polly.throttle", "times": 2}, {"name": "realtime.drop", "at": 3.5, "code": 1011}]
        assert client.post("/sandbox/faults", json=wanted).status_code == 201
        listed = client.get("/sandbox/faults").json()["faults"]
        assert [(fault["name"], fault["at"]) for fault in listed] == [("polly.throttle", 0.0), ("realtime.drop", 3.5)]
        assert listed[1]["code"] == 1011
        assert client.delete("/sandbox/faults").status_code == 204
        assert waiting.pending() == []


@pytest.mark.parametrize("body", ["nonsense", {"at": 2}, [{"name": "x", "times": "many"}], 7])
def test_what_is_no_fault_is_refused_over_http(body):
    with serving(faults.routes(Faults())) as address:
        answer = httpx.post(f"http://{address}/sandbox/faults", json=body, trust_env=False)
        assert answer.status_code == 400
        assert "error" in answer.json()
