"""When two answers of an app are the same."""

import pytest

from sandbox.replay.comparison import Names, difference, pattern, stream_difference
from sandbox.replay.schedule import Step, Streamed

OLD, NEW = "https://app.example", "http://127.0.0.1:8000"


def step(twiml: str, status: int = 200) -> Step:
    return Step(0, True, f"{OLD}/voice", "POST", {}, "in-progress", status, f"<Response>{twiml}</Response>")


def differs(recorded: str, now: str, status: int = 200) -> str:
    return difference(step(recorded), status, f"<Response>{now}</Response>")


def test_the_same_twiml_is_the_same_whatever_its_spaces_and_order_of_attributes() -> None:
    assert (
        differs('<Gather a="1" b="2"><Say>Hi</Say></Gather>', '<Gather b="2" a="1">\n<Say> Hi </Say>\n</Gather>') == ""
    )


def test_names_made_anew_for_each_call_are_no_difference() -> None:
    recorded = '<Gather action="/gather/5f0c1a2b/1"/><Play>/speech/aa11bb22.wav</Play>'
    now = '<Gather action="/gather/77e0d9c8/1"/><Play>/speech/cc33dd44.wav</Play>'

    assert differs(recorded, now) == ""
    assert differs('<Parameter name="token" value="abc"/>', '<Parameter name="token" value="xyz"/>') == ""


@pytest.mark.parametrize(
    ("recorded", "now", "told"),
    [
        ("<Say>Hello</Say>", "<Say>Goodbye</Say>", "Say: 'Goodbye', recorded 'Hello'"),
        ("<Say>Hello</Say>", "<Hangup/>", "<Hangup>, recorded <Say>"),
        ("<Redirect>/a</Redirect>", "<Redirect>/b</Redirect>", "Redirect: '/b', recorded '/a'"),
        ('<Gather timeout="5"/>', '<Gather timeout="6"/>', "Gather@timeout: '6', recorded '5'"),
    ],
)
def test_what_differs_is_named(recorded: str, now: str, told: str) -> None:
    assert differs(recorded, now) == told


def test_another_status_is_a_difference() -> None:
    assert differs("<Say>Hello</Say>", "", 500) == "answered 500, recorded 200"
    assert differs("<Say>Hello</Say>", "", 0) == "answered nothing, recorded 200"


def test_an_address_the_app_gave_out_this_time_is_used_instead_of_the_recorded_one() -> None:
    names = Names(OLD, NEW)

    names.learn(
        f'<Response><Gather action="{OLD}/gather/5f0c1a2b/1#rc=2"/></Response>',
        f'<Response><Gather action="{NEW}/gather/77e0d9c8/1#rc=2"/></Response>',
        at=f"{OLD}/voice",
    )

    assert names.today(f"{OLD}/gather/5f0c1a2b/1") == f"{NEW}/gather/77e0d9c8/1"
    assert names.today(f"{OLD}/status") == f"{NEW}/status"
    assert names.today("https://elsewhere.example/x") == "https://elsewhere.example/x"


def test_relative_addresses_are_learnt_too() -> None:
    names = Names(OLD, NEW)

    names.learn(
        "<Response><Redirect>turn/5f0c1a2b</Redirect></Response>",
        "<Response><Redirect>turn/77e0d9c8</Redirect></Response>",
        at=f"{OLD}/app/voice",
    )

    assert names.today(f"{OLD}/app/turn/5f0c1a2b") == f"{NEW}/app/turn/77e0d9c8"


@pytest.mark.parametrize(
    ("url", "like"),
    [
        ("/gather/b57bd1fb-2092-4bf9-9956-f4fb0ab6d4d1/2", "/gather/*/*"),
        ("/webhooks/twilio/inbound", "/webhooks/twilio/inbound"),
        ("http://h/speech/aa11bb22.wav?x=1", "/speech/*"),
    ],
)
def test_a_pattern_has_stars_for_names(url: str, like: str) -> None:
    assert pattern(url) == like


def streamed(said_ms: int, close_code: int | None = 1000) -> Streamed:
    return Streamed(0, 9000, "wss://h/media", True, {}, said_ms, 0, 0, close_code)


def test_what_an_app_says_into_a_stream_may_differ_a_little() -> None:
    assert stream_difference(streamed(8000), streamed(9000)) == ""
    assert stream_difference(streamed(8000), streamed(0)) == "the app spoke 0.0 s, recorded 8.0 s"
    assert stream_difference(streamed(8000), streamed(8000, None)) == "closed with None, recorded 1000"
    assert stream_difference(streamed(8000), None) == "the stream did not start"
