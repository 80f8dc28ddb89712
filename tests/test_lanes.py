"""Who runs what, and that the list of what runs in real time names what there is."""

from collections import OrderedDict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.lanes import IN_REAL_TIME, LONGEST_FIRST, ONE_STACK, Lanes, computes, has_rows, in_real_time, rank, scope

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("path", [*IN_REAL_TIME, *ONE_STACK])
def test_what_is_listed_is_there(path: str) -> None:
    assert (ROOT / path).exists() or list(ROOT.glob(f"{path}*.py"))


@pytest.mark.parametrize(
    ("workers", "computing"), [(1, []), (2, []), (3, []), (4, ["gw3"]), (5, ["gw4"]), (8, ["gw6", "gw7"])]
)
def test_one_worker_in_four_computes(workers: int, computing: list[str]) -> None:
    assert [f"gw{at}" for at in range(workers) if computes(f"gw{at}", workers)] == computing


def test_the_longest_call_begins_first() -> None:
    assert rank("tests/journeys/test_side_by_side.py::test_every_call_is_completed") == 0
    assert rank("tests/calls/agent/test_pacing.py::test_a") == len(LONGEST_FIRST)


def test_a_running_ringside_is_shared_by_the_files_of_its_folder() -> None:
    shared = [f"tests/{name}::test_a" for name in ("journeys/test_ladder.py", "journeys/test_when_things_fail.py")]
    assert {scope(nodeid) for nodeid in shared} == {"tests/journeys"}
    assert scope("tests/browser/test_pages.py::test_a") == scope("tests/browser/test_calling.py::test_b")
    assert scope("tests/leads/test_admin.py::test_a") == "tests/leads/test_admin.py"


@pytest.fixture
def lanes() -> Lanes:
    lanes = Lanes.__new__(Lanes)
    lanes.numnodes, lanes.workqueue = 5, OrderedDict.fromkeys(["tests/journeys", "tests/leads/test_admin.py"], {})
    return lanes


def _worker(name: str) -> Any:
    return SimpleNamespace(gateway=SimpleNamespace(id=name))


def test_who_computes_is_given_no_calls(lanes: Lanes) -> None:
    assert lanes._next_for(_worker("gw4")) == "tests/leads/test_admin.py"
    assert lanes._next_for(_worker("gw0")) == "tests/journeys"


def test_the_others_help_with_what_is_left(lanes: Lanes) -> None:
    del lanes.workqueue["tests/journeys"]
    assert lanes._next_for(_worker("gw0")) == "tests/leads/test_admin.py"


def test_who_computes_has_done_its_part_when_only_calls_are_left(lanes: Lanes) -> None:
    del lanes.workqueue["tests/leads/test_admin.py"]
    assert lanes._next_for(_worker("gw4")) is None


def test_a_test_that_starts_speech_has_to_be_listed() -> None:
    test: Any = SimpleNamespace(nodeid="tests/leads/test_new.py::test_a", fixturenames=["speech"])
    with pytest.raises(pytest.UsageError, match="name its file"):
        in_real_time(test)


def test_a_test_that_starts_nothing_need_not_be(request: pytest.FixtureRequest) -> None:
    assert not in_real_time(request.node)


@pytest.mark.parametrize(
    ("nodeid", "fixtures", "marked", "rows"),
    [
        ("tests/leads/test_a.py::test_b", ["db"], False, True),
        ("tests/leads/test_a.py::test_b", ["settings"], True, True),
        ("tests/journeys/test_a.py::test_b", [], False, True),
        ("tests/calls/test_pure.py::test_b", ["settings"], False, False),
    ],
)
def test_a_second_database_is_for_tests_with_rows(nodeid: str, fixtures: list[str], marked: bool, rows: bool) -> None:
    marker = pytest.mark.django_db if marked else None
    item: Any = SimpleNamespace(nodeid=nodeid, fixturenames=fixtures, get_closest_marker=lambda name: marker)
    assert has_rows(item) is rows


def test_the_longest_scope_is_dealt_first_whatever_the_number_of_its_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    collected = ["tests/journeys/test_a.py::test_a", "tests/leads/test_b.py::test_b", "tests/leads/test_b.py::test_c"]
    lanes: Any = Lanes.__new__(Lanes)
    lanes.config = SimpleNamespace(option=SimpleNamespace(loadscopereorder=True))
    lanes.numnodes, lanes.collection, lanes.registered_collections = 1, None, {"gw0": collected}
    lanes.workqueue, lanes.assigned_work = OrderedDict(), OrderedDict()
    monkeypatch.setattr(Lanes, "_check_nodes_have_same_collection", lambda self: True)
    lanes.schedule()
    assert list(lanes.workqueue) == ["tests/journeys/test_a.py", "tests/leads/test_b.py"]
