"""What the two channels of a recording say about a call."""

import numpy as np
import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from calls.measurement.metrics import measure, metric_rows, metrics_from_speech, response_latencies
from calls.models import CallMeasurement, Recording
from calls.recordings.voice_activity import Segment, speech_segments, union
from calls.recordings.wav import Sound, encode
from tests.calls.talk import Talk, seconds_of_voice
from tests.people import make_call


def spans(*pairs: tuple[int, int]) -> list[Segment]:
    return [Segment(start, end) for start, end in pairs]


def test_a_latency_runs_from_the_leads_last_word_to_our_first() -> None:
    lead = spans((2000, 3000), (3300, 4000), (9000, 9500))
    agent = spans((0, 1500), (4800, 7000), (7200, 8000), (10_100, 11_000))
    assert response_latencies(lead, agent) == ((800, 600), 0)


def test_an_answer_over_the_leads_words_is_a_talk_over_and_has_no_latency() -> None:
    assert response_latencies(spans((1000, 4000)), spans((3500, 5000))) == ((), 1)


def test_a_mhm_inside_our_sentence_asks_for_no_answer() -> None:
    lead, agent = spans((1500, 1800), (5000, 6000)), spans((1000, 4000), (4300, 4800), (6900, 8000))
    assert response_latencies(lead, agent) == ((900,), 0)


def test_the_figures_of_a_small_call() -> None:
    found = metrics_from_speech(spans((2000, 4000)), spans((500, 2500), (5000, 6000)), length_ms=8000)
    assert found.greeting_delay == 500
    assert found.latencies == (1000,)
    assert (found.lead_speech, found.agent_speech, found.overlap) == (2000, 3000, 500)
    assert (found.silence, found.longest_silence) == (3500, 1000)


def test_what_could_not_be_measured_is_absent_and_not_zero() -> None:
    metrics = {name for name, _, _ in metric_rows(metrics_from_speech([], [], length_ms=5000))}
    assert not metrics & {"greeting_delay", "response_latency_p50", "lead_talk_share"}
    assert {"answers", "silence"} <= metrics


segment_lists = st.lists(st.tuples(st.integers(0, 20_000), st.integers(100, 3000)), max_size=12).map(
    lambda pairs: union([Segment(start, start + length) for start, length in pairs])
)


@given(segment_lists, segment_lists)
def test_speech_overlap_and_silence_add_up_to_the_call(lead: list[Segment], agent: list[Segment]) -> None:
    found = metrics_from_speech(lead, agent, length_ms=25_000)
    assert found.lead_speech + found.agent_speech - found.overlap + found.silence == 25_000
    assert found.overlap >= 0
    assert all(latency >= 0 for latency in found.latencies)
    assert len(found.latencies) + found.talk_overs <= min(len(lead), len(agent))


def test_latency_is_measured_on_real_speech_to_a_few_hundredths_of_a_second(talk: Talk) -> None:
    length = seconds_of_voice()
    sound = talk((1, 1.0), (0, 5.0), (1, 5.0 + length + 0.8), seconds=13)
    lead, agent = (speech_segments(sound.samples[:, channel], sound.rate) for channel in (0, 1))
    found = metrics_from_speech(lead, agent, length_ms=13_000)
    assert found.greeting_delay == pytest.approx(1000, abs=100)
    assert found.latencies == pytest.approx((800,), abs=150)
    assert found.lead_speech == pytest.approx(1000 * length, abs=300)


@pytest.mark.django_db
def test_a_stored_recording_is_measured_once_per_metric(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    call = make_call()
    recording = Recording.objects.create(call=call, sid="RE1", status=Recording.Status.STORED)
    quiet = Sound(np.zeros((16_000, 2), np.int16), 8000)
    recording.file.save("RE1.wav", ContentFile(encode(quiet)))

    measure(recording)
    measure(recording)

    rows = CallMeasurement.objects.filter(call=call)
    assert rows.get(metric="silence").value == 2000
    assert rows.count() == len({row.metric for row in rows})
    assert call.events.filter(kind="measured").count() == 1
