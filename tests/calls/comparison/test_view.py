"""The view of a comparison: which figures are marked as the best, and when."""

from django.utils.timezone import now

from calls.comparison.view import comparison_view
from calls.models import Call, CallEvent, CallMeasurement, Comparison
from tests.calls.measurement.measured import unmeasured


def test_no_best_figure_is_marked_and_no_answer_given_before_all_is_measured(comparison: Comparison) -> None:
    call = unmeasured(comparison, "regular")
    Call.objects.filter(pk=call.pk).update(ended_at=now())
    found = comparison_view(comparison)
    assert found.verdict.answer == "Still measuring."
    assert not any(cell.best for row in found.rows for cell in row.cells)


def test_the_best_is_marked_among_the_calls_that_count(comparison: Comparison) -> None:
    CallEvent.objects.create(call=comparison.calls.get(type="realtime"), kind="end_requested")
    [median, *_] = comparison_view(comparison).rows
    assert [cell.type for cell in median.cells if cell.best] == ["regular"]


def test_first_words_of_a_regular_call_are_neither_shown_nor_compared(comparison: Comparison) -> None:
    regular = comparison.calls.get(type="regular")
    CallMeasurement.objects.create(call=regular, metric="greeting_delay", value=5)
    [cell, *others] = comparison_view(comparison).rows[2].cells
    assert (cell.text, cell.best) == ("–", False)
    assert "from the connection on" in cell.note
    assert {other.text for other in others} == {"320 ms"}
