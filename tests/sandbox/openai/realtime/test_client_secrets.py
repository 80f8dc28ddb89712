"""Keys for browsers: made by a server, each opening the session it was made for."""

import openai
import pytest
from websockets.exceptions import InvalidStatus


@pytest.fixture
def create(address):
    """``create(session=…)`` as an app's server asks for one."""

    async def creating(**wanted):
        async with openai.AsyncOpenAI(api_key="sk-sandbox", base_url=f"http://{address}/v1") as client:
            return await client.realtime.client_secrets.create(**wanted)

    return creating


async def test_a_secret_opens_the_session_it_was_made_for(create, connect):
    session = {
        "type": "realtime",
        "model": "gpt-realtime-2.1",
        "instructions": "Sell.",
        "audio": {"output": {"voice": "ash"}},
    }
    secret = await create(session=session, expires_after={"anchor": "created_at", "seconds": 60})
    async with connect(model=None, key=secret.value) as line:
        begun = (await line.until("session.created"))["session"]
        assert (await line.answer())["status"] == "completed"
    assert secret.value.startswith("ek_")
    assert secret.session.audio.output.voice == "ash"
    assert (begun["instructions"], begun["audio"]["output"]["voice"]) == ("Sell.", "ash")


async def test_a_secret_may_be_for_a_transcription(create, connect):
    heard = {"transcription": {"model": "gpt-4o-transcribe"}, "format": {"type": "audio/pcmu"}}
    secret = await create(session={"type": "transcription", "audio": {"input": heard}})
    async with connect(model=None, key=secret.value) as line:
        begun = (await line.until("session.created"))["session"]
    assert (secret.session.type, begun["type"]) == ("transcription", "transcription")
    assert begun["audio"]["input"]["transcription"]["model"] == "gpt-4o-transcribe"


async def test_a_secret_nobody_gave_out_opens_nothing(connect):
    with pytest.raises(InvalidStatus) as refused:
        async with connect(model=None, key="ek_made_up"):
            pass
    assert refused.value.response.status_code == 401


@pytest.mark.provokes
@pytest.mark.parametrize(
    ("wanted", "code", "param"),
    [
        ({"session": {"type": "realtime", "voice": "ash"}}, "unknown_parameter", "session.voice"),
        ({"session": {"type": "transcription", "model": "gpt-realtime"}}, "unknown_parameter", "session.model"),
        ({"expires_after": {"anchor": "created_at", "seconds": 5}}, "integer_below_min_value", "expires_after.seconds"),
        (
            {"session": {"type": "transcription", "audio": {"input": {"transcription": {"model": "gpt-9"}}}}},
            "invalid_model",
            None,
        ),
    ],
)
async def test_a_secret_for_what_cannot_be_is_refused(create, wanted, code, param):
    with pytest.raises(openai.BadRequestError) as refused:
        await create(**wanted)
    assert (refused.value.code, refused.value.param) == (code, param)
