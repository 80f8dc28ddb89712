"""The sandbox's own pages in a real browser, with Ringside itself at the other end and a voice in the microphone."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from demo.stack import Stack
from sandbox.audio import SPEECH_HZ, resample, ulaw_decode, ulaw_encode, wav_bytes
from sandbox.speech import Speech
from tests.browser.conftest import ARGUMENTS, STILL, aside, chromium
from tests.journeys.ringside import Ringside

# Short: who speaks for more than 2.4 s without a pause is a machine to machine detection.
SENTENCE = "Three bedrooms, please."
MICROPHONE_HZ = 48_000
PAUSE_SECONDS = 4
UNDERSTOOD_MS, SEEN_MS = 120_000, 30_000
LOOKS = [(width, scheme) for width in (390, 1440) for scheme in ("light", "dark")]

type OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def ringside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ringside]:
    with Stack(tmp_path_factory.mktemp("ringside")).running() as stack:
        headers = {"Authorization": f"Bearer {stack.manage('api_token', 'ana').stdout.split()[-1]}"}
        with (
            httpx.Client(base_url=stack.url, headers=headers, timeout=30, trust_env=False) as api,
            httpx.Client(base_url=stack.vendor_url, timeout=30, trust_env=False) as vendors,
        ):
            yield Ringside(stack, api, vendors)


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sentence as a microphone would hear it, again and again with pauses between."""

    async def spoken() -> Any:
        speech = Speech()
        try:
            return await speech.speak(SENTENCE, voice="buyer")
        finally:
            await speech.stop()

    pcm = resample(aside(asyncio.run, spoken()), SPEECH_HZ, MICROPHONE_HZ)
    pause = np.zeros(PAUSE_SECONDS * MICROPHONE_HZ, np.int16)
    path = tmp_path_factory.mktemp("voice") / "microphone.wav"
    path.write_bytes(wav_bytes(np.concatenate([pcm, pause]), MICROPHONE_HZ))
    return path


@pytest.fixture(scope="module")
def talker(browser: Browser, voice: Path) -> Iterator[Browser]:
    """A Chromium with the voice in its microphone."""
    fake = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={voice}"]
    with browser.browser_type.launch(executable_path=chromium(), args=ARGUMENTS + fake) as talker:
        yield talker


@pytest.fixture
def open_page(talker: Browser, ringside: Ringside) -> Iterator[OpenPage]:
    """``permissions=["microphone"]`` lets a page hear. At the end no page may have complained."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(address: str, **options: Any) -> Page:
        contexts.append(talker.new_context(base_url=ringside.stack.vendor_url, **STILL | options))
        page = contexts[-1].new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def buyers(ringside: Ringside) -> list[str]:
    return [entry["number"] for entry in ringside.leads() if entry["persona"] == "buyer"]


def take_number(page: Page, number: str) -> None:
    page.get_by_label("My number").fill(number)
    page.get_by_role("button", name="Use this number").click()
    expect(page.get_by_text(f"Waiting for calls to {number}")).to_be_visible(timeout=SEEN_MS)


def ring(ringside: Ringside, number: str, **body: Any) -> str:
    """Let Ringside call that lead; the call's id."""
    call: str = ringside.call(ringside.lead_with_phone(number), **body).raise_for_status().json()["id"]
    return call


def said_by_lead(seen: dict[str, Any]) -> str:
    return " ".join(turn["text"].lower() for turn in seen["transcript"] if turn["speaker"] == "lead")


def test_before_the_first_call_the_inspector_says_how_to_get_one(open_page: OpenPage) -> None:
    page = open_page("/sandbox/")

    expect(page.get_by_role("heading", name="No calls yet")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name="phone")).to_have_attribute("href", "/sandbox/phone")


@pytest.mark.parametrize("kind", ["conversational", "realtime"])
def test_what_a_person_says_into_the_microphone_is_in_ringsides_transcript(
    open_page: OpenPage, ringside: Ringside, kind: str
) -> None:
    number = buyers(ringside)[30]
    page, calls = open_page("/sandbox/phone", permissions=["microphone"]), open_page("/sandbox/")
    take_number(page, number)

    call = ring(ringside, number, type=kind, agentMode="buyer")
    page.get_by_role("button", name="Answer", exact=True).click(timeout=SEEN_MS)
    expect(page.get_by_text("Connected")).to_be_visible()
    expect(calls.get_by_role("link", name=number).first).to_be_visible()
    ringside.wait_for(call, lambda seen: "three bedrooms" in said_by_lead(seen), UNDERSTOOD_MS / 1000)
    page.get_by_role("button", name="Hang up").click()
    expect(page.get_by_text("Call ended: completed")).to_be_visible()

    assert ringside.wait_until_ended(call)["status"] == "completed"


def test_the_ladder_of_a_call_shows_what_was_asked_and_what_was_answered(
    open_page: OpenPage, ringside: Ringside
) -> None:
    sid = _a_call(ringside)
    page = open_page(f"/sandbox/calls/{sid}")
    ladder = page.get_by_role("region", name="What happened, in order")

    rung = ladder.get_by_role("button", name="POST /webhooks/twilio/voice").first
    rung.click()
    expect(page.get_by_role("complementary", name="Details")).to_contain_text("<Response>")
    rung.press("ArrowDown")
    expect(rung).to_have_attribute("aria-pressed", "false")
    expect(ladder.locator("button[aria-pressed=true]")).to_be_focused()

    page.get_by_role("checkbox", name="HTTP").uncheck()
    expect(ladder.get_by_role("button", name="POST /webhooks/twilio/voice")).to_have_count(0)


def _a_call(ringside: Ringside) -> str:
    """The latest call; one that a person of the sandbox answered, when there is none yet."""
    if not ringside.vendors.get("/sandbox/calls.json").json()["calls"]:
        ringside.wait_until_ended(ring(ringside, buyers(ringside)[31], type="conversational", agentMode="buyer"))
    sid: str = ringside.vendors.get("/sandbox/calls.json").json()["calls"][0]["sid"]
    return sid


def test_a_model_session_stands_in_the_ladder_of_its_call(open_page: OpenPage, ringside: Ringside) -> None:
    number = buyers(ringside)[32]
    call = ring(ringside, number, type="realtime", agentMode="buyer")
    ringside.wait_for(call, lambda seen: len(seen["transcript"]) >= 2)
    (sid,) = [one["sid"] for one in ringside.vendors.get("/sandbox/calls.json").json()["calls"] if one["to"] == number]

    page = open_page(f"/sandbox/calls/{sid}")
    expect(page.get_by_role("button", name="session.created")).to_have_count(1)
    page.get_by_role("button", name="response.created").first.click()
    expect(page.get_by_role("complementary", name="Details")).to_contain_text("voice")


def test_a_blocked_microphone_is_explained_and_the_call_can_be_heard_all_the_same(
    open_page: OpenPage, ringside: Ringside
) -> None:
    number = buyers(ringside)[33]
    page = open_page("/sandbox/phone")
    take_number(page, number)

    ring(ringside, number, type="conversational", agentMode="buyer")
    page.get_by_role("button", name="Answer", exact=True).click(timeout=SEEN_MS)
    expect(page.get_by_role("alert")).to_contain_text("The microphone is blocked")
    page.get_by_role("button", name="Answer without a microphone").click()

    expect(page.get_by_text("Connected")).to_be_visible()
    expect(page.get_by_role("button", name="Mute")).to_be_disabled()
    page.get_by_role("button", name="Hang up").click()
    expect(page.get_by_text("Call ended: completed")).to_be_visible()


def test_a_number_chosen_while_the_sandbox_does_not_answer_is_taken_when_it_does(open_page: OpenPage) -> None:
    lines: list[WebSocketRoute] = []

    def lucky_at_last(line: WebSocketRoute) -> None:
        lines.append(line)
        if len(lines) < 4:
            line.close()
        else:
            line.connect_to_server()

    page = open_page("about:blank")
    page.route_web_socket("**/sandbox/phone/line", lucky_at_last)
    page.goto("/sandbox/phone")
    expect(page.get_by_role("alert")).to_contain_text("Trying again")

    take_number(page, "+15125550178")


def test_a_person_calls_ringside_and_presses_keys(open_page: OpenPage, ringside: Ringside) -> None:
    page = open_page("/sandbox/phone", permissions=["microphone"])
    take_number(page, "+15125550177")
    expect(page.get_by_label("Its voice URL")).to_have_value(f"{ringside.stack.url}/webhooks/twilio/inbound")

    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_text("Connected")).to_be_visible(timeout=SEEN_MS)
    page.get_by_role("button", name="Mute").click()
    expect(page.get_by_role("button", name="Muted")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("group", name="Keypad").get_by_role("button", name="5").click()
    page.keyboard.press("7")

    feed = page.get_by_label("Events, latest last")
    expect(feed.get_by_text("pressed 5")).to_be_visible()
    expect(feed.get_by_text("pressed 7")).to_be_visible()
    expect(feed.get_by_text("POST /webhooks/twilio/inbound → 200")).to_be_visible()


def test_the_page_and_the_line_mean_the_same_by_mu_law(open_page: OpenPage) -> None:
    """Every code is decoded alike; at the edges of G.711's segments each side may take its own neighbouring code."""
    page = open_page("/sandbox/phone")
    decoded, encoded = page.evaluate(MU_LAW)

    codes, linear = np.arange(256, dtype=np.uint8), np.arange(-32768, 32768).astype(np.int16)
    ours, theirs = ulaw_decode(ulaw_encode(linear)), ulaw_decode(bytes(encoded))
    distance = np.abs(theirs.astype(int) - linear) - np.abs(ours.astype(int) - linear)
    assert decoded == ulaw_decode(codes.tobytes()).tolist()
    assert (distance > 0).mean() < 0.01
    assert distance.max() <= 256


MU_LAW = """async () => {
    const { encode, decode } = await import("/sandbox/static/ulaw.js");
    const decoded = Array.from({ length: 256 }, (_, code) => Math.round(decode(code) * 32768));
    return [decoded, Array.from({ length: 65536 }, (_, index) => encode((index - 32768) / 32768))];
}"""


@pytest.mark.parametrize(("rate", "hertz", "least", "most"), [(48000, 1000, 0.97, 1.03), (44100, 5000, 0.0, 0.01)])
def test_the_microphone_is_brought_to_the_lines_rate_without_what_no_line_carries(
    open_page: OpenPage, rate: int, hertz: int, least: float, most: float
) -> None:
    page = open_page("/sandbox/phone")

    count, loudness = page.evaluate(RESAMPLED, [rate, hertz])

    assert count == pytest.approx(8000, abs=40)
    assert least <= loudness <= most


RESAMPLED = """async ([rate, hertz]) => {
    const { Resampler } = await import("/sandbox/static/resampler.js");
    const down = new Resampler(rate, 8000), out = [];
    const tone = (_, at) => Math.sin(2 * Math.PI * hertz * at / rate);
    const sound = Float32Array.from({ length: rate }, tone);
    for (let at = 0; at < rate; at += 128) out.push(...down.push(sound.slice(at, at + 128)));
    const middle = out.slice(1000, -1000);
    return [out.length, Math.sqrt(2 * middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length)];
}"""


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_pages_are_readable_by_all_and_nothing_is_cut_off(
    open_page: OpenPage, ringside: Ringside, width: int, scheme: str
) -> None:
    for address in ("/sandbox/", f"/sandbox/calls/{_a_call(ringside)}", "/sandbox/phone"):
        page = open_page(address, viewport={"width": width, "height": 900}, color_scheme=scheme)
        expect(page.locator(".calls li, .rung, #claim").first).to_be_visible()

        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
