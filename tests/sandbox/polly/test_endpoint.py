import contextlib
import json

import httpx
import numpy as np
import pytest
from botocore.exceptions import ClientError

from sandbox.audio import alaw_decode, pcm16_decode, resample, ulaw_decode
from sandbox.containers import decode
from sandbox.polly import endpoint as polly
from tests.sandbox.polly_client import polly_client
from tests.sandbox.serving import serving

SENTENCE = "Thank you for calling. A colleague will ring you tomorrow."


@pytest.fixture
def address(services):
    with serving(polly.routes(services)) as address:
        yield address


@pytest.fixture
def client(address):
    return polly_client(address)


def order(**changes):
    return {"Text": SENTENCE, "OutputFormat": "mulaw", "VoiceId": "Joanna", "Engine": "neural"} | changes


READERS = {
    "mulaw": ("audio/mulaw", ulaw_decode, 8000),
    "alaw": ("audio/alaw", alaw_decode, 8000),
    "pcm": ("audio/pcm", pcm16_decode, 16000),
    "mp3": ("audio/mpeg", lambda data: decode(data, rate=24000), 24000),
    "ogg_opus": ("audio/ogg", lambda data: decode(data, rate=48000), 48000),
    "ogg_vorbis": ("audio/ogg", lambda data: decode(data, rate=24000), 24000),
}


@pytest.mark.parametrize("output_format", READERS)
async def test_each_format_carries_the_words(client, speech, output_format):
    content_type, read, rate = READERS[output_format]
    answer = client.synthesize_speech(**order(OutputFormat=output_format))
    assert answer["ContentType"] == content_type
    assert answer["RequestCharacters"] == len(SENTENCE)
    heard = await speech.recognize(resample(read(answer["AudioStream"].read()), rate, 8000))
    assert {"thank", "colleague", "tomorrow"} <= set(heard.text.lower().replace(".", "").split())


def test_a_break_in_ssml_is_a_silence_and_is_not_billed(client):
    ssml = '<speak>Hello <break time="1500ms"/> goodbye</speak>'
    answer = client.synthesize_speech(**order(Text=ssml, TextType="ssml"))
    plain = client.synthesize_speech(**order(Text="Hello goodbye"))
    longer = len(answer["AudioStream"].read()) - len(plain["AudioStream"].read())
    assert answer["RequestCharacters"] == len("Hellogoodbye")
    assert longer > 8000


def test_speech_marks_come_one_json_object_a_line(client):
    answer = client.synthesize_speech(**order(OutputFormat="json", SpeechMarkTypes=["sentence"]))
    lines = answer["AudioStream"].read().decode().splitlines()
    assert len(lines) == 2
    assert '"value":"Thank you for calling."' in lines[0]


def test_speech_marks_of_ssml_count_its_bytes_and_know_its_names(client):
    ssml = "<speak>Grüße <break time='1s'/>go<mark name='end'/></speak>"
    wanted = order(OutputFormat="json", SpeechMarkTypes=["word", "ssml"], TextType="ssml", Text=ssml)
    marks = [json.loads(line) for line in client.synthesize_speech(**wanted)["AudioStream"].read().splitlines()]
    assert [(mark["type"], mark["value"]) for mark in marks] == [("word", "Grüße"), ("word", "go"), ("ssml", "end")]
    assert [ssml.encode()[mark["start"] : mark["end"]].decode() for mark in marks] == [
        "Grüße",
        "go",
        "<mark name='end'/>",
    ]
    assert marks[1]["time"] >= 1000


REFUSALS = [
    ({"VoiceId": "Hal"}, "ValidationException"),
    ({"OutputFormat": "mu-law"}, "ValidationException"),
    ({"Engine": "quick"}, "ValidationException"),
    ({"Engine": "long-form"}, "EngineNotSupportedException"),
    ({"VoiceId": "Lupe"}, "LanguageNotSupportedException"),
    ({"SampleRate": "16000"}, "InvalidSampleRateException"),
    ({"Text": "a" * 3001}, "TextLengthExceededException"),
    ({"Text": "<speak>oh", "TextType": "ssml"}, "InvalidSsmlException"),
    ({"Text": "<speak><blink>oh</blink></speak>", "TextType": "ssml"}, "InvalidSsmlException"),
    ({"Text": "<speak><emphasis>oh</emphasis></speak>", "TextType": "ssml"}, "InvalidSsmlException"),
    ({"Text": "<speak><amazon:breath/></speak>", "TextType": "ssml"}, "InvalidSsmlException"),
    ({"SpeechMarkTypes": ["word"]}, "MarksNotSupportedForFormatException"),
    ({"LexiconNames": ["streets"]}, "LexiconNotFoundException"),
]


@pytest.mark.provokes
@pytest.mark.parametrize(("changes", "code"), REFUSALS)
def test_what_polly_refuses_is_refused_with_its_code(client, changes, code):
    with pytest.raises(ClientError) as refused:
        client.synthesize_speech(**order(**changes))
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.parametrize("name", [*order(), "SampleRate", "TextType", "SpeechMarkTypes", "LexiconNames"])
@pytest.mark.parametrize("value", [None, True, 0, 3.5, "", "x", [], {}, [1], {"a": 1}, ["word"], "<speak>"], ids=repr)
@pytest.mark.parametrize("more", [{}, {"TextType": "ssml", "Text": "<speak>Hi</speak>"}])
def test_no_body_breaks_the_endpoint(name, value, more):
    with contextlib.suppress(polly.Refused):
        polly.read_request(order() | more | {name: value})


def test_a_request_without_a_signature_is_refused(address):
    answer = httpx.post(f"http://{address}/v1/speech", json=order(), trust_env=False)
    assert answer.status_code == 403
    assert answer.headers["x-amzn-errortype"].startswith("MissingAuthenticationToken")


def test_voices_are_described_by_engine_and_language(client):
    voices = client.describe_voices(Engine="generative", LanguageCode="en-US")["Voices"]
    assert {"Joanna", "Matthew", "Ruth"} <= {voice["Id"] for voice in voices}
    assert all("generative" in voice["SupportedEngines"] for voice in voices)


def test_two_voices_sound_different(client):
    def spectrum(voice):
        samples = ulaw_decode(client.synthesize_speech(**order(VoiceId=voice))["AudioStream"].read())
        return np.abs(np.fft.rfft(samples.astype(float), 16000))[:2000]

    joanna, matthew = spectrum("Joanna"), spectrum("Matthew")
    assert np.corrcoef(joanna, matthew)[0, 1] < 0.9
