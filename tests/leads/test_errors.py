"""The error by which services of the CRM refuse."""

from leads.errors import ServiceError


def test_an_error_is_told_as_json_with_the_extras_of_its_code() -> None:
    error = ServiceError("SLOT_TAKEN", "gone", say="Just taken.", retryable=True, fields=("slot_id",), alternatives=[1])
    assert error.as_error() == {
        "code": "SLOT_TAKEN",
        "message": "gone",
        "say": "Just taken.",
        "retryable": True,
        "fields": ["slot_id"],
        "alternatives": [1],
    }


def test_a_log_line_names_code_and_message_and_never_what_is_said_to_the_caller() -> None:
    error = ServiceError("PAST", "today is Monday", say="That day is past.")
    assert str(error) == "PAST: today is Monday"
    assert (error.retryable, error.fields, error.details) == (False, (), {})
