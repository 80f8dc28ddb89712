"""What each fault of Polly does, as boto3 meets it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.polly import endpoint as polly
from sandbox.services import Services
from tests.sandbox.polly_client import polly_client
from tests.sandbox.serving import serving


@pytest.fixture
def client(services: Services) -> Iterator[Any]:
    with serving(polly.routes(services)) as address:
        yield polly_client(address)


def speak(client: Any) -> Any:
    return client.synthesize_speech(Text="Good morning.", OutputFormat="mulaw", VoiceId="Joanna", Engine="neural")


def refused(client: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as refusal:
        speak(client)
    answer = refusal.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_polly_throttle_refuses_as_often_as_asked(client: Any, services: Services) -> None:
    services.faults.add("polly.throttle", times=2)
    assert [refused(client) for _ in range(2)] == [("ThrottlingException", 400)] * 2
    assert speak(client)["ContentType"] == "audio/mulaw"


def test_polly_error_is_a_failure_of_the_service(client: Any, services: Services) -> None:
    services.faults.add("polly.error")
    assert refused(client) == ("ServiceFailureException", 500)
    assert speak(client)["ContentType"] == "audio/mulaw"


def test_polly_slow_keeps_the_sound_back(client: Any, services: Services) -> None:
    services.faults.add("polly.slow", seconds=0.4)
    began = time.monotonic()
    assert speak(client)["RequestCharacters"] == len("Good morning.")
    assert time.monotonic() - began >= 0.4


SCENARIO = 'seed = 7\n[[faults]]\nname = "polly.error"\nprobability = 0.5\ntimes = 100\n'


@contextmanager
def sandbox_playing(scenario: Path) -> Iterator[str]:
    """A sandbox of its own process; gives ``127.0.0.1:port``."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--scenario", str(scenario)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip().removeprefix("http://")
        finally:
            process.terminate()


def outcomes(client: Any, requests: int) -> list[int]:
    """The status of each of so many requests."""
    found = []
    for _ in range(requests):
        try:
            found.append(speak(client)["ResponseMetadata"]["HTTPStatusCode"])
        except ClientError as refusal:
            found.append(refusal.response["ResponseMetadata"]["HTTPStatusCode"])
    return found


def test_a_scenario_strikes_the_same_requests_each_time_it_is_played(tmp_path: Path) -> None:
    (tmp_path / "rough.toml").write_text(SCENARIO)
    runs = []
    for _ in range(2):
        with sandbox_playing(tmp_path / "rough.toml") as address:
            runs.append(outcomes(polly_client(address), 20))

    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}
