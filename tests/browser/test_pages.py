"""Every page, in light and dark, on a phone and on a desk: readable by all, nothing cut off, no complaint."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from calls.call_log.engine_spans import begin_engine
from calls.models import Call, Engine, ToolUse
from leads.models import Activity, BuyerPreferences, SellerProperty, Suppression
from tests.browser.conftest import Tab, aside
from tests.people import make_call, make_lead, make_listing
from tests.stories import BUYER_TALK, finished_comparison, tell

Open = Callable[..., Tab]
LONG = {"first_name": "Wolfeschlegelsteinhausenbergerdorff", "last_name": "Featherstonehaugh-Cholmondeley"}
WIDTHS = (360, 390, 768, 961, 1181, 1440, 1600)
PAGES = (
    "leads",
    "lead",
    "blocked lead",
    "live call",
    "finished call",
    "calls",
    "comparison",
    "comparisons",
    "no match",
)


@dataclass(frozen=True)
class World:
    """The addresses of one of each page, with something on it."""

    addresses: dict[str, str]


@pytest.fixture
def world(transactional_db: None, ana: User) -> World:
    """A brokerage with something of everything."""
    lead = make_lead(owner=ana, **LONG, inquiry_listing=make_listing(), next_action_at=now() - timedelta(days=2))
    BuyerPreferences.objects.create(lead=lead, price_max=450000, areas=[{"kind": "city", "name": "Lakeside"}])
    SellerProperty.objects.create(lead=lead, address="22 Hickory Bend", living_area=1120, desired_price=310000)
    Activity.objects.create(lead=lead, kind="call", summary="Called by the AI", by_ai=True)
    comparison = finished_comparison(lead, ana)
    blocked = make_lead(owner=ana, stage="lost", lost_reason="do_not_call")
    Suppression.objects.create(phone=blocked.phone, reason="verbal_request")
    live = make_call(make_lead(owner=ana), answered_at=now() - timedelta(seconds=50), simulated=True)
    aside(begin_engine, live.pk, Engine.REALTIME)
    tell(live, BUYER_TALK[:5])
    ToolUse.objects.create(call=live, name="check_availability", tool_call_id="1", engine="realtime")
    finished = comparison.calls.get(type="realtime")
    return World(
        {
            "leads": "/leads/",
            "no match": "/leads/?search=nobodyhasthisname",
            "lead": lead.get_absolute_url(),
            "blocked lead": blocked.get_absolute_url(),
            "live call": live.get_absolute_url(),
            "finished call": finished.get_absolute_url(),
            "calls": "/calls/",
            "comparison": comparison.get_absolute_url(),
            "comparisons": "/comparisons/",
        }
    )


def faults(page: Page) -> str:
    """What axe-core has to say against the page."""
    results = Axe().run(page)
    return "" if results.violations_count == 0 else str(results.generate_report())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(open_tab: Open, world: World, ana: User, scheme: str) -> None:
    page = open_tab("/leads/", ana, color_scheme=scheme, reduced_motion="reduce").page
    for name in PAGES:
        page.goto(world.addresses[name])
        assert faults(page) == "", name


def test_every_page_is_accessible_on_a_phone(open_tab: Open, world: World, ana: User) -> None:
    page = open_tab("/leads/", ana, reduced_motion="reduce", viewport={"width": 390, "height": 844}).page
    for name in PAGES:
        page.goto(world.addresses[name])
        assert faults(page) == "", name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_login_page_is_accessible(open_tab: Open, scheme: str) -> None:
    assert faults(open_tab("/login/", color_scheme=scheme).page) == ""


def test_no_page_is_wider_than_the_window(open_tab: Open, world: World, ana: User) -> None:
    page = open_tab("/leads/", ana).page
    for name in PAGES:
        page.goto(world.addresses[name])
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (name, width)


def test_text_without_a_break_is_wrapped(open_tab: Open, transactional_db: None, ana: User) -> None:
    long = "W" * 80
    lead = make_lead(owner=ana, first_name=long, last_name=long)
    failed = make_call(lead, status="failed", ended_at=now(), answered_at=None, error_message="x" * 300)
    compared = finished_comparison(lead, ana)
    Call.objects.filter(comparison=compared, type="regular").update(status="failed", error_message="x" * 300)
    live = make_call(lead, answered_at=now())
    page = open_tab("/leads/", ana).page
    for shown in (lead, failed, live, compared):
        page.goto(shown.get_absolute_url())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (shown, width)


def test_what_is_touched_is_large_enough(open_tab: Open, world: World, ana: User) -> None:
    """WCAG 2.2 asks for 24 px; a call button is larger."""
    page = open_tab(world.addresses["lead"], ana, viewport={"width": 360, "height": 800}).page
    heights = page.eval_on_selector_all(
        "button, .button, .nav a", "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24
    assert page.locator("button.call").first.bounding_box()["height"] >= 48  # type: ignore[index]


def test_motion_stops_for_those_who_ask(open_tab: Open, world: World, ana: User) -> None:
    page = open_tab(world.addresses["live call"], ana, reduced_motion="reduce").page
    assert page.evaluate("getComputedStyle(document.querySelector('.dot')).animationName") == "none"


def test_the_back_office_works_under_the_policy(open_tab: Open, world: World, ana: User) -> None:
    page = open_tab("/admin/", ana).page
    links = page.locator("#content-main th a, #content-main .addlink")
    addresses = [link.get_attribute("href") or "" for link in links.all()]
    assert "/admin/calls/call/" in addresses
    for address in addresses:
        page.goto(address)
        expect(page.locator("#content")).to_be_visible()


def test_the_list_is_searched_without_a_reload_and_the_way_back_works(open_tab: Open, world: World, ana: User) -> None:
    page = open_tab("/leads/", ana).page
    page.evaluate("window.loaded_once = true")
    page.get_by_label("Search").press_sequentially("Wolfe")
    expect(page.locator(".row-link")).to_have_count(1)
    page.wait_for_url("**/leads/?search=Wolfe**")
    assert page.evaluate("window.loaded_once")
    page.get_by_label("Stage").select_option("client")
    expect(page.get_by_role("heading", name="No lead matches")).to_be_visible()
    page.go_back()
    expect(page.locator(".row-link")).to_have_count(1)


def test_on_a_phone_a_comparison_shows_one_call_at_a_time(open_tab: Open, world: World, ana: User) -> None:
    page = open_tab(world.addresses["comparison"], ana, viewport={"width": 390, "height": 844}).page
    expect(page.locator("article.type-realtime")).to_be_visible()
    expect(page.locator("article.type-regular")).to_be_hidden()
    page.get_by_role("radio", name="Regular").check(force=True)
    expect(page.locator("article.type-regular")).to_be_visible()
    expect(page.locator("article.type-realtime")).to_be_hidden()


def test_without_scripts_the_pages_still_work(open_tab: Open, world: World, ana: User) -> None:
    page = open_tab("/leads/", ana, java_script_enabled=False).page
    page.get_by_label("Search").fill("Wolfe")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Wolfe").click()
    expect(page.get_by_role("button", name="Realtime")).to_be_enabled()


@pytest.mark.parametrize("width", [390, 1440])
def test_titles_stay_whole_and_a_phone_has_the_way_to_the_back_office(
    open_tab: Open, world: World, ana: User, width: int
) -> None:
    Call.objects.filter(comparison__isnull=False).update(status="in_progress", ended_at=None)
    page = open_tab(world.addresses["comparison"], ana, viewport={"width": width, "height": 900}).page
    for title in page.locator(".side-head h2:visible").all():
        box = title.bounding_box()
        assert box
        assert box["height"] < 40  # one line
    expect(page.get_by_role("link", name="Back office")).to_be_visible()
    page.goto(world.addresses["lead"])
    assert page.locator("a[href^='tel:+']:visible").count() >= 1
