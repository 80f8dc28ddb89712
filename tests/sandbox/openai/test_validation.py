import base64

import pytest

from sandbox.openai.validation import CLIENT_EVENTS, client_problems, server_problems

PHONE_SESSION = {
    "type": "realtime",
    "output_modalities": ["audio"],
    "instructions": "Be kind.",
    "max_output_tokens": 1024,
    "audio": {
        "input": {
            "format": {"type": "audio/pcmu"},
            "noise_reduction": {"type": "near_field"},
            "transcription": {"model": "gpt-transcribe", "language": "en"},
            "turn_detection": {
                "type": "server_vad",
                "threshold": 0.5,
                "prefix_padding_ms": 300,
                "silence_duration_ms": 500,
                "create_response": True,
                "interrupt_response": True,
                "idle_timeout_ms": 8000,
            },
        },
        "output": {"format": {"type": "audio/pcmu"}, "voice": "marin", "speed": 1.0},
    },
    "tools": [
        {"type": "function", "name": "end_call", "description": "d", "parameters": {"type": "object", "properties": {}}}
    ],
    "tool_choice": "auto",
}


def update(**session):
    return {"type": "session.update", "session": {"type": "realtime"} | session}


def vad(**changes):
    return update(audio={"input": {"turn_detection": {"type": "server_vad"} | changes}})


def message(role, part):
    return {"type": "conversation.item.create", "item": {"type": "message", "role": role, "content": [part]}}


GOOD = [
    {"type": "session.update", "event_id": "cfg1", "session": PHONE_SESSION},
    update(tool_choice={"type": "function", "name": "end_call"}, tools=[], instructions=""),
    update(audio={"input": {"turn_detection": None, "transcription": None, "noise_reduction": None}}),
    update(audio={"input": {"turn_detection": {"type": "semantic_vad", "eagerness": "low"}}}),
    update(audio={"input": {"format": {"type": "audio/pcm", "rate": 24000}}, "output": {"voice": {"id": "voice_1"}}}),
    vad(threshold=None, prefix_padding_ms=None, silence_duration_ms=None),
    update(audio={"input": {"turn_detection": {"type": "semantic_vad", "eagerness": None}}}),
    update(truncation={"type": "retention_ratio", "retention_ratio": 0.8}, max_output_tokens="inf"),
    {"type": "input_audio_buffer.append", "audio": base64.b64encode(b"\xff" * 160).decode()},
    {"type": "input_audio_buffer.commit"},
    {"type": "response.create"},
    {
        "type": "response.create",
        "response": {"input": [{"type": "item_reference", "id": "item_1"}], "conversation": "none"},
    },
    {"type": "response.create", "response": {"metadata": {"purpose": "title"}, "output_modalities": ["text"]}},
    {"type": "response.create", "response": {"audio": {"output": None}}},
    {"type": "response.create", "response": {"audio": {"output": {"voice": None, "format": None}}}},
    {"type": "conversation.item.truncate", "item_id": "item_1", "content_index": 0, "audio_end_ms": 1200},
    message("user", {"type": "input_text", "text": "Hello"}),
    message("user", {"type": "input_audio", "audio": "/////w=="}),
    message("assistant", {"type": "output_text", "text": "Hello"}),
    {"type": "conversation.item.create", "item": {"type": "function_call_output", "call_id": "call_1", "output": "{}"}},
]


@pytest.mark.parametrize("event", GOOD, ids=lambda event: event["type"])
def test_what_the_service_takes_is_taken(event):
    assert client_problems(event) == []


BAD = [
    ([], "", "invalid_type"),
    ({}, "type", "missing_required_parameter"),
    ({"type": "response.please"}, "type", "invalid_value"),
    ({"type": "session.update", "session": {"instructions": "x"}}, "session.type", "missing_required_parameter"),
    (update(voice="marin"), "session.voice", "unknown_parameter"),
    (update(input_audio_format="g711_ulaw"), "session.input_audio_format", "unknown_parameter"),
    (update(temperature=0.8), "session.temperature", "unknown_parameter"),
    (update(modalities=["audio", "text"]), "session.modalities", "unknown_parameter"),
    (update(output_modalities=["audio", "text"]), "session.output_modalities", "invalid_value"),
    (update(audio={"input": {"format": "g711_ulaw"}}), "session.audio.input.format", "invalid_type"),
    (update(audio={"input": {"format": {"type": "g711_ulaw"}}}), "session.audio.input.format.type", "invalid_value"),
    (
        update(audio={"input": {"format": {"type": "audio/pcmu", "rate": 8000}}}),
        "session.audio.input.format.rate",
        "unknown_parameter",
    ),
    (
        update(audio={"input": {"transcription": {"model": "whisper-9"}}}),
        "session.audio.input.transcription.model",
        "invalid_value",
    ),
    (vad(idle_timeout_ms=100), "session.audio.input.turn_detection.idle_timeout_ms", "integer_below_min_value"),
    (vad(threshold=1.5), "session.audio.input.turn_detection.threshold", "decimal_above_max_value"),
    (vad(silence_duration_ms=500.5), "session.audio.input.turn_detection.silence_duration_ms", "invalid_type"),
    (
        update(audio={"input": {"turn_detection": {"type": "semantic_vad", "threshold": 0.5}}}),
        "session.audio.input.turn_detection.threshold",
        "unknown_parameter",
    ),
    (update(audio={"output": {"speed": 2.0}}), "session.audio.output.speed", "decimal_above_max_value"),
    (update(audio={"output": {"voice": "hal"}}), "session.audio.output.voice", "invalid_value"),
    (
        update(truncation={"type": "retention_ratio", "retention_ratio": 1.5}),
        "session.truncation.retention_ratio",
        "decimal_above_max_value",
    ),
    (update(max_output_tokens=5000), "session.max_output_tokens", "integer_above_max_value"),
    (
        update(tools=[{"type": "function", "function": {"name": "end_call"}}]),
        "session.tools[0].function",
        "unknown_parameter",
    ),
    (update(tools=[{"type": "function"}]), "session.tools[0].name", "missing_required_parameter"),
    ({"type": "input_audio_buffer.append"}, "audio", "missing_required_parameter"),
    ({"type": "input_audio_buffer.append", "audio": "%%%"}, "audio", "invalid_value"),
    (
        {"type": "conversation.item.truncate", "item_id": "i", "content_index": 0, "audio_end_ms": 12.5},
        "audio_end_ms",
        "invalid_type",
    ),
    (message("assistant", {"type": "text", "text": "Hi"}), "item.content[0].type", "invalid_value"),
    (message("user", {"type": "input_image", "image_url": "data:"}), "item.content[0].type", "invalid_value"),
    (message("user", {"type": "input_audio", "audio": "abc"}), "item.content[0].audio", "invalid_value"),
    (
        {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": 5}},
        "item.content",
        "invalid_type",
    ),
    (message("narrator", {"type": "input_text", "text": "Hi"}), "item.role", "invalid_value"),
    (
        {"type": "conversation.item.create", "item": {"type": "function_call_output", "call_id": "c", "output": {}}},
        "item.output",
        "invalid_type",
    ),
    ({"type": "response.create", "response": {"modalities": ["text"]}}, "response.modalities", "unknown_parameter"),
    (
        {"type": "response.create", "response": {"audio": {"output": {"format": {}}}}},
        "response.audio.output.format.type",
        "missing_required_parameter",
    ),
    (
        {"type": "response.create", "response": {"input": [{"type": "item_reference"}]}},
        "response.input[0].id",
        "missing_required_parameter",
    ),
    (
        {"type": "response.create", "response": {"input": [{"type": "item_reference", "id": 7}]}},
        "response.input[0].id",
        "invalid_type",
    ),
    ({"type": "response.create", "response": {"conversation": "mine"}}, "response.conversation", "invalid_value"),
    ({"type": "response.create", "response": {"metadata": {"k" * 65: "v"}}}, "response.metadata", "invalid_value"),
    ({"type": "response.cancel", "event_id": "e" * 513}, "event_id", "string_above_max_length"),
]


@pytest.mark.parametrize(("event", "param", "code"), BAD, ids=lambda value: value if isinstance(value, str) else "")
def test_what_the_service_refuses_is_refused_by_field_and_code(event, param, code):
    first = client_problems(event)[0]
    assert (first.param, first.code) == (param, code)


def test_every_client_event_of_the_sdk_is_known():
    assert len(CLIENT_EVENTS) == 11


def test_a_server_event_may_carry_the_session_id_and_nothing_else_unknown():
    session = PHONE_SESSION | {"id": "sess_1", "object": "realtime.session", "expires_at": 1}
    event = {"type": "session.created", "event_id": "event_1", "session": session}
    assert server_problems(event) == []
    assert [problem.param for problem in server_problems(event | {"mood": "good"})] == ["mood"]
    assert server_problems({"type": "response.audio.delta"})[0].code == "invalid_value"
