"""Calling from the browser: press, watch, listen, hang up."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import now
from playwright.sync_api import Page, expect
from pytest_django import Settings

from calls.call_log.engine_spans import begin_engine
from calls.call_log.transcript import Utterance, add_turn, amend_turn
from calls.models import Call, Comparison, Engine, ToolUse, Transfer, Turn
from leads.models import Lead
from tests.browser.conftest import Tab, Web, aside, session_of
from tests.people import PASSWORD, make_call
from tests.stories import finished_call, record

Open = Callable[..., Tab]
LOADED_ONCE = "window.loaded_once"


def say(call: Call, item: str, text: str, speaker: str = "lead") -> None:
    """Somebody says something."""
    aside(add_turn, call.pk, Utterance(Turn.Speaker(speaker), Engine.REALTIME, item, text))


@pytest.fixture
def live(transactional_db: None, lead: Lead) -> Call:
    """A realtime call to Omar's lead, half a minute old."""
    call = make_call(lead, answered_at=now() - timedelta(seconds=30))
    aside(begin_engine, call.pk, Engine.REALTIME)
    return call


def watched(tab: Tab) -> Page:
    """The page, marked so that a reload would show."""
    tab.page.evaluate(f"{LOADED_ONCE} = true")
    return tab.page


def test_from_login_to_a_call_by_keyboard_alone(open_tab: Open, lead: Lead, omar: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # as the web process has it
    omar.set_password(PASSWORD)
    omar.save(update_fields=["password"])
    page = open_tab("/login/").page
    page.keyboard.type("omar")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    tab_to(page, "Maria Lopez")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{lead.get_absolute_url()}")
    tab_to(page, "Realtime")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calls/*/")
    assert Call.objects.get().type == "realtime"


def tab_to(page: Page, text: str) -> None:
    """Press Tab until the element with that text has the focus, which must be visible."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == text:
            style = "getComputedStyle(document.activeElement{}).outlineStyle"
            assert "solid" in {page.evaluate(style.format("")), page.evaluate(style.format(", '::after'"))}
            return
    pytest.fail(f"{text} cannot be reached by keyboard")


def test_a_button_places_one_call_however_often_it_is_pressed(open_tab: Open, lead: Lead, omar: User) -> None:
    page = open_tab(lead.get_absolute_url(), omar).page
    page.get_by_role("button", name="Conversational").dblclick()
    page.wait_for_url("**/calls/*/")
    expect(page.get_by_text("Nobody has picked up yet")).to_be_visible()
    assert Call.objects.count() == 1


def test_the_transcript_grows_without_a_reload(open_tab: Open, live: Call, omar: User) -> None:
    page = watched(open_tab(live.get_absolute_url(), omar))
    expect(page.get_by_text("What is said appears here")).to_be_visible()
    say(live, "one", "Hello, who is this?")
    expect(page.get_by_text("Hello, who is this?")).to_be_visible()
    expect(page.get_by_text("What is said appears here")).to_be_hidden()
    say(live, "two", "This is Riley, about the home", speaker="agent")
    expect(page.locator(".turn")).to_have_count(2)
    assert page.evaluate(LOADED_ONCE)


def test_a_cut_line_changes_in_its_place(open_tab: Open, live: Call, omar: User) -> None:
    say(live, "one", "We have two homes with a pool", speaker="agent")
    say(live, "two", "Stop there")
    page = watched(open_tab(live.get_absolute_url(), omar))
    aside(amend_turn, live.pk, "one", text="We have two homes")
    expect(page.locator(".unheard")).to_have_text("with a pool")
    expect(page.locator(".turn").first).to_contain_text("interrupted")
    expect(page.locator(".turn")).to_have_count(2)


def test_a_late_line_takes_its_place_in_the_conversation(open_tab: Open, live: Call, omar: User) -> None:
    say(live, "one", "First")
    say(live, "three", "Third")
    page = watched(open_tab(live.get_absolute_url(), omar))
    aside(add_turn, live.pk, Utterance(Turn.Speaker.LEAD, Engine.REALTIME, "two", "Second", position=5))
    expect(page.locator(".said")).to_have_text(["First", "Second", "Third"])


def test_tools_show_while_they_run_and_the_new_engine_when_it_takes_over(
    open_tab: Open, live: Call, omar: User
) -> None:
    page = watched(open_tab(live.get_absolute_url(), omar))
    use = ToolUse.objects.create(call=live, name="search_listings", tool_call_id="1", engine="realtime")
    expect(page.locator(".tool")).to_contain_text("working…")
    ToolUse.objects.filter(pk=use.pk).update(
        ok=True, finished_at=now(), result={"ok": True, "data": {"listings": [1, 2]}}
    )
    expect(page.locator(".tool")).to_contain_text("2 listings")
    aside(begin_engine, live.pk, Engine.CONVERSATION, reason="model_lost")
    expect(page.locator(".handover")).to_contain_text("the connection to the model broke off")
    expect(page.locator(".head-engine")).to_contain_text("Polly")
    assert page.evaluate(LOADED_ONCE)


def test_while_ones_phone_rings_the_call_cannot_be_taken_over_again(open_tab: Open, live: Call, omar: User) -> None:
    page = watched(open_tab(live.get_absolute_url(), omar))
    expect(page.get_by_role("button", name="Take over")).to_be_visible()
    Transfer.objects.create(call=live, reason="take_over", colleague=omar, phone="+15125550190", status="ringing")
    expect(page.locator(".head-news")).to_have_text("Omar’s phone is ringing")
    expect(page.get_by_role("button", name="Take over")).to_be_hidden()
    expect(page.locator(".end > .danger")).to_be_visible()
    Transfer.objects.update(status="unanswered")
    expect(page.get_by_role("button", name="Take over")).to_be_visible()
    assert page.evaluate(LOADED_ONCE)


def test_nothing_moves_while_the_transcript_grows(open_tab: Open, live: Call, omar: User) -> None:
    say(live, "start", "Hello")
    page = open_tab(live.get_absolute_url(), omar).page
    page.evaluate(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.shift += e.value))"
        ".observe({type: 'layout-shift', buffered: false})"
    )
    for number in range(30):
        say(live, f"n{number}", f"Line number {number} of a conversation that goes on and on")
    expect(page.get_by_text("Line number 29")).to_be_visible()
    assert page.evaluate("window.shift") < 0.01


def test_a_reader_who_scrolled_up_is_left_there_and_can_return(open_tab: Open, live: Call, omar: User) -> None:
    for number in range(30):
        say(live, f"n{number}", f"Line number {number}")
    page = open_tab(live.get_absolute_url(), omar).page
    lines = page.locator(".transcript")
    expect(page.get_by_text("Line number 29")).to_be_in_viewport()
    lines.evaluate("list => { list.scrollTop = 0 }")
    say(live, "more", "Something new")
    expect(page.locator(".turn")).to_have_count(31)
    assert lines.evaluate("list => list.scrollTop") == 0
    page.get_by_role("button", name="Newest line").click()
    expect(page.get_by_text("Something new")).to_be_in_viewport()


def test_hanging_up_asks_first_and_the_end_shows_by_itself(open_tab: Open, live: Call, omar: User) -> None:
    page = open_tab(live.get_absolute_url(), omar).page
    page.get_by_role("button", name="End call").click()
    dialog = page.get_by_role("dialog", name="End this call?")
    expect(dialog.get_by_role("button", name="Keep talking")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="End call").click()
    dialog.get_by_role("button", name="End call").click()
    page.wait_for_load_state()
    Call.objects.update(status="completed", ended_at=now(), duration_seconds=31)
    expect(page.get_by_text("Completed")).to_be_visible()
    expect(page.get_by_role("button", name="End call")).to_have_count(0)


def test_the_clock_runs_and_stops_with_the_call(open_tab: Open, live: Call, omar: User) -> None:
    page = open_tab(live.get_absolute_url(), omar).page
    first = page.locator(".elapsed").inner_text()
    expect(page.locator(".elapsed")).not_to_have_text(first)
    Call.objects.update(status="completed", ended_at=now(), duration_seconds=75)
    expect(page.locator(".elapsed")).to_have_text("1:15")


def test_a_recording_appears_plays_and_can_be_sought(open_tab: Open, live: Call, omar: User) -> None:
    page = watched(open_tab(live.get_absolute_url(), omar))
    Call.objects.update(status="completed", ended_at=now(), duration_seconds=6)
    expect(page.get_by_text("The recording is being fetched")).to_be_visible()
    record(live, seconds=6)
    player = page.locator("audio")
    expect(player).to_be_visible()
    player.evaluate("audio => audio.play()")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.3")
    player.evaluate("audio => { audio.currentTime = 4.5 }")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 4.6")
    assert player.evaluate("audio => audio.duration") == pytest.approx(6, abs=0.1)
    assert page.evaluate(LOADED_ONCE)


def test_a_click_on_the_strip_seeks_the_recording(open_tab: Open, lead: Lead, omar: User) -> None:
    page = open_tab(finished_call(lead, "realtime").get_absolute_url(), omar).page
    page.wait_for_function("() => document.querySelector('audio').duration > 0")
    box = page.locator("svg.strip").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 4)
    page.wait_for_function("() => Math.abs(document.querySelector('audio').currentTime - 3) < 0.2")
    expect(page.locator(".playhead")).to_have_attribute("visibility", "visible")


def test_a_comparison_grows_in_all_columns(open_tab: Open, lead: Lead, omar: User) -> None:
    page = open_tab(lead.get_absolute_url(), omar).page
    page.get_by_role("button", name="Compare side by side").click()
    page.wait_for_url("**/comparisons/*/")
    expect(page.locator("article.side")).to_have_count(3)
    expect(page.get_by_text("0 of 3 calls are over.")).to_be_visible()
    page.evaluate(f"{LOADED_ONCE} = true")
    comparison = Comparison.objects.get()
    for call in comparison.calls.all():
        say(call, "one", f"Heard on the {call.type} call")
    for type_ in ("regular", "conversational", "realtime"):
        expect(page.locator(f"article.type-{type_} .said")).to_have_text(f"Heard on the {type_} call")
    comparison.calls.update(status="completed", answered_at=now(), ended_at=now(), duration_seconds=30)
    expect(page.locator("#verdict")).not_to_contain_text("calls are over")
    assert page.evaluate(LOADED_ONCE)


def test_a_page_finds_back_after_the_server_was_gone(open_tab: Open, live: Call, omar: User, web: Web) -> None:
    tab = open_tab(live.get_absolute_url(), omar)
    page = watched(tab)
    say(live, "one", "Before")
    expect(page.get_by_text("Before")).to_be_visible()
    web.stop()
    expect(page.get_by_text("Connection lost")).to_be_visible()
    stopped = page.locator(".elapsed time").text_content()
    page.wait_for_timeout(2100)
    expect(page.locator(".elapsed time")).to_have_text(stopped or "")
    say(live, "two", "Meanwhile")
    web.start()
    expect(page.get_by_text("Meanwhile")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Connection lost")).to_be_hidden()
    assert page.evaluate(LOADED_ONCE)
    tab.complaints[:] = [text for text in tab.complaints if "ERR_CONNECTION_REFUSED" not in text]


def test_a_page_that_is_no_longer_ours_goes(open_tab: Open, live: Call, omar: User, bob: User) -> None:
    tab = open_tab(live.get_absolute_url(), omar)
    expect(tab.page.get_by_role("heading", name="Transcript")).to_be_visible()
    Lead.objects.update(owner=bob)
    expect(tab.page.get_by_role("heading", name="Not here")).to_be_visible()
    tab.complaints[:] = [text for text in tab.complaints if "404" not in text and "code: 403" not in text]


def test_nothing_can_be_ended_while_the_server_is_away_and_the_page_stays(
    open_tab: Open, live: Call, omar: User, web: Web
) -> None:
    tab = open_tab(live.get_absolute_url(), omar)
    page = watched(tab)
    say(live, "one", "Before")
    expect(page.get_by_text("Before")).to_be_visible()
    page.get_by_role("button", name="End call").click()
    web.stop()
    sure = page.get_by_role("dialog").get_by_role("button", name="End call")
    expect(sure).to_be_disabled()
    page.evaluate("document.querySelector('.confirm form').requestSubmit()")  # pressed just before
    expect(page.get_by_text("Ringside did not answer")).to_be_visible()
    web.start()
    expect(page.get_by_role("button", name="End call")).to_be_enabled(timeout=20_000)
    assert page.evaluate(LOADED_ONCE)
    tab.complaints[:] = [text for text in tab.complaints if "ERR_CONNECTION_REFUSED" not in text]


def test_an_open_list_shows_a_call_that_comes_and_then_the_login_when_the_session_is_over(
    open_tab: Open, lead: Lead, omar: User, web: Web
) -> None:
    page = open_tab("/login/").page
    page.clock.install()
    page.context.add_cookies([session_of(omar, web.url)])
    page.goto("/calls/")
    expect(page.get_by_text("No calls yet")).to_be_visible()
    aside(make_call, lead, answered_at=now())
    page.clock.fast_forward(11_000)
    expect(page.get_by_role("link", name="Maria Lopez")).to_be_visible()
    page.context.clear_cookies()
    page.clock.fast_forward(11_000)
    page.wait_for_url("**/login/?next=/calls/")


def test_a_page_whose_session_ended_while_the_server_was_away_goes_to_the_login(
    open_tab: Open, live: Call, omar: User, web: Web
) -> None:
    tab = open_tab(live.get_absolute_url(), omar)
    page = watched(tab)
    say(live, "one", "Before")
    expect(page.get_by_text("Before")).to_be_visible()
    web.stop()
    page.context.clear_cookies()
    web.start()
    page.wait_for_url("**/login/?next=**", timeout=30_000)  # the socket is refused, and so is the page
    tab.complaints.clear()  # of the browser about the refused handshake
