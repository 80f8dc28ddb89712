import asyncio
import os
import re
import select
import subprocess
import sys
import tempfile
import time
from difflib import SequenceMatcher

import numpy as np
import pytest

from sandbox.audio import SPEECH_HZ, dbfs, resample, ulaw_decode, ulaw_encode
from sandbox.speech import VOICES, Endpointer, Speech, SpeechStarted, SpeechStopped
from sandbox.worker import NICENESS

SENTENCE = "I am looking for a three bedroom house near the lake."


def over_the_telephone(pcm):
    return ulaw_decode(ulaw_encode(resample(pcm, SPEECH_HZ, 8000)))


def letters(text):
    return re.sub(r"[^a-z]", "", text.lower().replace("3", "three"))


@pytest.mark.parametrize("voice", ["agent", "buyer", "seller", "staff", "marin", "cedar", "Joanna", "Matthew"])
async def test_every_voice_is_understood_over_the_telephone(speech, voice):
    heard = await speech.recognize(over_the_telephone(await speech.speak(SENTENCE, voice=voice)))
    assert SequenceMatcher(None, letters(SENTENCE), letters(heard.text)).ratio() > 0.9
    assert heard.confidence > 0.5


async def test_speech_has_the_level_of_speech_and_is_not_clipped(speech):
    levels = {voice: await speech.speak(SENTENCE, voice=voice) for voice in VOICES}
    assert all(-24 < dbfs(pcm) < -17 for pcm in levels.values())
    assert all(np.abs(pcm.astype(int)).max() < 32000 for pcm in levels.values())


async def test_the_same_words_in_the_same_voice_are_the_same_samples_and_come_from_memory(speech):
    first = await speech.speak("Good morning to you.", voice="agent")
    again = await speech.speak("Good morning to you.", voice="agent")
    assert again is first


async def test_a_voice_can_be_slowed(speech):
    plain = await speech.speak(SENTENCE, voice="marin")
    slow = await speech.speak(SENTENCE, voice="marin", speed=0.75)
    assert len(slow) > 1.15 * len(plain)


@pytest.mark.parametrize("level", [0, 3, 60])
async def test_silence_and_noise_say_nothing(speech, level):
    noise = np.random.default_rng(1).normal(0, level, 16000).astype(np.int16)
    heard = await speech.recognize(noise)
    assert heard.text == ""
    assert heard.confidence == 0


async def test_a_long_recording_is_understood_piece_by_piece_with_its_times(speech):
    pause = np.zeros(8000 * 9, np.int16)
    one = over_the_telephone(await speech.speak(SENTENCE, voice="buyer"))
    two = over_the_telephone(await speech.speak("What does it cost?", voice="buyer"))
    heard = await speech.recognize(np.concatenate([pause, one, pause, two, pause]))
    assert len(heard.segments) == 2
    assert "cost" in heard.segments[1].text
    assert heard.segments[0].start == pytest.approx(8.8, abs=0.5)
    assert heard.segments[1].start == pytest.approx(9 + len(one) / 8000 + 9 - 0.2, abs=0.5)
    assert heard.seconds == pytest.approx((3 * len(pause) + len(one) + len(two)) / 8000)


async def test_the_event_loop_keeps_its_beat_while_speech_is_made_and_understood(speech):
    late = []

    async def beat():
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.02)
            late.append(time.perf_counter() - began - 0.02)

    clock = asyncio.create_task(beat())
    pcm = await speech.speak(SENTENCE * 4, voice="seller")
    await speech.recognize(over_the_telephone(pcm[: 10 * SPEECH_HZ]))
    clock.cancel()
    assert len(late) > 5
    assert sorted(late)[len(late) // 2] < 0.01


def heard_by(endpointer, pcm, chunk=160):
    return [event for at in range(0, len(pcm), chunk) for event in endpointer.feed(pcm[at : at + chunk])]


async def test_speech_starts_with_its_prefix_and_stops_after_the_silence(speech):
    voice = over_the_telephone(await speech.speak("Yes, please.", voice="buyer"))
    silence = np.zeros(8000, np.int16)
    started, stopped = heard_by(Endpointer(silence_ms=500), np.concatenate([silence, voice, silence]))
    assert isinstance(started, SpeechStarted)
    assert isinstance(stopped, SpeechStopped)
    assert started.onset_ms == pytest.approx(1060, abs=130)
    assert started.at_ms == started.onset_ms - 300
    assert stopped.speech_end_ms == pytest.approx(1000 + len(voice) / 8, abs=200)
    assert stopped.at_ms - stopped.speech_end_ms == pytest.approx(500, abs=32)


async def test_it_makes_no_difference_how_the_audio_is_cut(speech):
    voice = over_the_telephone(await speech.speak(SENTENCE, voice="seller"))
    audio = np.concatenate([np.zeros(4000, np.int16), voice, np.zeros(8000, np.int16)])
    assert heard_by(Endpointer(), audio, 160) == heard_by(Endpointer(), audio, 777) == Endpointer().feed(audio)


def test_noise_is_no_speech():
    noise = np.random.default_rng(2).normal(0, 300, 8000 * 4).astype(np.int16)
    assert Endpointer().feed(noise) == []


async def test_a_dead_worker_is_replaced():
    speech = Speech()
    try:
        await speech.start()
        victim = next(iter(speech._ear._pool._processes.values()))
        victim.kill()
        await asyncio.to_thread(victim.join)
        heard = await speech.recognize(over_the_telephone(await speech.speak(SENTENCE, voice="agent")))
        assert SequenceMatcher(None, letters(SENTENCE), letters(heard.text)).ratio() > 0.9
    finally:
        await speech.stop()


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="threads are looked up where Linux shows them")
async def test_every_thread_of_a_worker_stands_behind_the_clocks(speech):
    await asyncio.gather(*(speech.recognize(np.zeros(8000, np.int16)) for _ in range(2)))
    own = os.getpriority(os.PRIO_PROCESS, 0)
    for worker in (speech._mouth, speech._ear):
        for process in worker._pool._processes:
            threads = [int(thread) for thread in os.listdir(f"/proc/{process}/task")]
            niceness = {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads}
            assert niceness == {min(19, own + NICENESS)}


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="a process is waited for where Linux lets one")
def test_workers_go_when_their_parent_is_killed():
    code = (
        "import asyncio\nfrom sandbox.speech import Speech\n"
        "async def main():\n"
        "    speech = Speech()\n"
        "    await speech.start()\n"
        "    print(*[p for w in (speech._mouth, speech._ear) for p in w._pool._processes], flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "if __name__ == '__main__':\n    asyncio.run(main())\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(code)
        script.flush()
        environment = os.environ | {"PYTHONPATH": os.getcwd()}
        parent = subprocess.Popen([sys.executable, script.name], stdout=subprocess.PIPE, env=environment, text=True)
        assert parent.stdout is not None
        workers = [os.pidfd_open(int(pid)) for pid in parent.stdout.readline().split()]
        parent.kill()
        parent.communicate()
    assert len(workers) == 3
    for worker in workers:
        ended, _, _ = select.select([worker], [], [], 10)  # a process's descriptor can be read once it is gone
        os.close(worker)
        assert ended


@pytest.mark.parametrize("voice", ["buyer", "seller", "staff"])
@pytest.mark.parametrize("answer", ["Yes.", "No thanks.", "Stop calling me.", "Speaking.", "Goodbye."])
async def test_short_answers_are_understood_once(speech, voice, answer):
    edge = np.zeros(2400, np.int16)
    spoken = over_the_telephone(await speech.speak(answer, voice=voice))
    heard = await speech.recognize(np.concatenate([edge, spoken, edge]))
    assert letters(heard.text) == letters(answer)


@pytest.mark.parametrize("text", ["", "...", "😀", "\n\n", "a" * 300, "[Press 1]", "Ωμέγα"])
async def test_odd_text_is_spoken_or_a_short_silence(speech, text):
    pcm = await speech.speak(text, voice="agent")
    assert 0 < len(pcm) < 60 * SPEECH_HZ
