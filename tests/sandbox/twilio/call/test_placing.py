"""The form that places a call."""

import pytest

from sandbox.twilio.call import placing
from sandbox.twilio.rest_errors import RestError

GOOD = {"To": ["+15125550101"], "From": ["+15125550100"], "Url": ["https://app/voice"]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": []}, 21201),
        ({"To": ["12"]}, 21211),
        ({"From": []}, 21213),
        ({"From": ["+1512555010"]}, 21212),
        ({"From": ["+15125550199"]}, 21210),
    ],
)
def test_a_number_that_will_not_do_is_refused_with_its_code(change, code):
    with pytest.raises(RestError) as refused:
        placing.numbers(GOOD | change, frozenset({"+15125550100"}))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Url": []}, 21205),
        ({"Url": ["ftp://app"]}, 21205),
        ({"Method": ["PUT"]}, 21209),
        ({"SendDigits": ["12a"]}, 21206),
        ({"Timeout": ["soon"]}, 21208),
        ({"MachineDetection": ["Maybe"]}, 21234),
        *(
            ({"MachineDetection": ["Enable"], f"MachineDetection{name}": [value]}, 21234)
            for name, values in {
                "Timeout": ("2", "60", "nan", "4.5", "９"),
                "SpeechThreshold": ("999", "6001"),
                "SpeechEndThreshold": ("499", "5001"),
                "SilenceTimeout": ("1999", "10001", "soon"),
            }.items()
            for value in values
        ),
    ],
)
def test_an_option_that_will_not_do_is_refused_with_its_code(change, code):
    with pytest.raises(RestError) as refused:
        placing.options(GOOD | change)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("written", "number"), [("(512) 555-0101", "+15125550101"), ("1 512 555 0101", "+15125550101")]
)
def test_a_number_is_dialed_as_people_write_it(written, number):
    assert placing.dialable(written) == number
    assert placing.dialable("12") == ""


def test_thresholds_of_machine_detection_stay_within_twilios_limits():
    form = {"MachineDetection": ["Enable"], "MachineDetectionTimeout": ["59"], "MachineDetectionSilenceTimeout": [""]}
    assert placing.detection(form).thresholds.timeout == 59_000
    assert placing.detection(form).thresholds.silence == 5000


def test_an_unknown_event_is_a_warning_and_nothing_is_reported():
    options = placing.options(GOOD | {"StatusCallback": ["https://app/status"], "StatusCallbackEvent": ["busy"]})
    assert [warned.code for warned in options.warnings] == [21626]
    assert options.status.url == ""


def test_an_update_keeps_what_it_does_not_name():
    old = placing.options(GOOD)
    assert placing.changed(old, {"TimeLimit": ["60"]}).time_limit == 60
    assert placing.changed(old, {}) == old
