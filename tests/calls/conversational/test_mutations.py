"""The tests of what the conversational engine decides notice when a line of it is wrong."""

import pytest

from tests.calls.conversational.mutations import ENGINE, MUTATIONS
from tests.mutating import SEARCH, Mutation, Verdict


@pytest.fixture(scope="module")
def verdicts() -> dict[Mutation | None, Verdict]:
    """What the tests say to the engine as it is, and to each mutation."""
    return {verdict.mutation: verdict for verdict in ENGINE.try_all()}


def test_the_engine_as_it_is_passes(verdicts: dict[Mutation | None, Verdict]) -> None:
    assert verdicts[None].caught_by is None, verdicts[None].output


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.why)
def test_a_fault_is_noticed(mutation: Mutation, verdicts: dict[Mutation | None, Verdict]) -> None:
    assert verdicts[mutation].caught_by, verdicts[mutation].output


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.why)
def test_the_line_to_be_changed_stands_in_the_module_once(mutation: Mutation) -> None:
    assert mutation.new in ENGINE.source(mutation)


def test_the_search_alone_finds_seven_of_them_at_least() -> None:
    assert sum(mutation.by == SEARCH for mutation in MUTATIONS) >= 7
