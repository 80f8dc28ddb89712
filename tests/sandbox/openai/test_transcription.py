import openai
import pytest

from sandbox.audio import SPEECH_HZ, wav_bytes
from sandbox.containers import encode
from sandbox.openai import transcription
from tests.sandbox.serving import serving

SENTENCE = "We would like to sell our house in the spring."


@pytest.fixture
def address(services):
    with serving(transcription.routes(services)) as address:
        yield address


@pytest.fixture
async def client(address):
    async with openai.AsyncOpenAI(api_key="sk-sandbox", base_url=f"http://{address}/v1", max_retries=0) as client:
        yield client


@pytest.fixture
async def spoken(speech):
    return await speech.speak(SENTENCE, voice="seller")


@pytest.mark.parametrize("kind", ["wav", "mp3"])
async def test_a_file_is_understood(client, spoken, kind):
    data = wav_bytes(spoken, SPEECH_HZ) if kind == "wav" else encode(spoken, SPEECH_HZ, "mp3")
    answer = await client.audio.transcriptions.create(file=(f"a.{kind}", data), model="gpt-transcribe")
    assert "our house in the spring" in answer.text.lower()
    assert answer.usage.type == "duration"


async def test_whisper_gives_segments_with_times(client, spoken):
    data = wav_bytes(spoken, SPEECH_HZ)
    answer = await client.audio.transcriptions.create(
        file=("a.wav", data), model="whisper-1", response_format="verbose_json"
    )
    assert answer.duration == pytest.approx(len(spoken) / SPEECH_HZ, abs=0.05)
    assert "house" in answer.segments[0].text


async def test_it_streams_words_and_then_the_whole(client, spoken):
    events = await client.audio.transcriptions.create(
        file=("a.wav", wav_bytes(spoken, SPEECH_HZ)), model="gpt-4o-transcribe", stream=True
    )
    seen = [event async for event in events]
    assert "".join(event.delta for event in seen[:-1]) == seen[-1].text
    assert seen[-1].type == "transcript.text.done"
    assert seen[-1].usage.input_tokens == pytest.approx(len(spoken) / SPEECH_HZ * 10, abs=1)


async def test_what_the_service_refuses_is_refused(client, spoken):
    good = ("a.wav", wav_bytes(spoken, SPEECH_HZ))
    create = client.audio.transcriptions.create
    with pytest.raises(openai.BadRequestError, match="corrupted or unsupported"):
        await create(file=("a.wav", b"not audio at all"), model="whisper-1")
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        await create(file=good, model="whisper-9")
    with pytest.raises(openai.BadRequestError, match="not compatible"):
        await create(file=good, model="gpt-transcribe", response_format="verbose_json")


async def test_a_wrong_key_is_refused(address, spoken):
    async with openai.AsyncOpenAI(api_key="sk-wrong", base_url=f"http://{address}/v1") as client:
        with pytest.raises(openai.AuthenticationError):
            await client.audio.transcriptions.create(file=("a.wav", wav_bytes(spoken, SPEECH_HZ)), model="whisper-1")
