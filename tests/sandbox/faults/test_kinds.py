"""What a fault's parameter accepts."""

import pytest

from sandbox.faults.kinds import Parameter


@pytest.mark.parametrize(("default", "value", "kept"), [(1.0, 2, 2.0), (True, False, False), (None, "CA1", "CA1")])
def test_a_value_of_the_right_type_is_kept(default, value, kept):
    assert Parameter("…", default).check("it", value) == kept


@pytest.mark.parametrize(("default", "value"), [(1.0, "2"), (1.0, True), (3, 2.5), (True, 1), (5.0, -1.0)])
def test_a_value_of_another_type_is_refused(default, value):
    with pytest.raises(ValueError, match="it"):
        Parameter("…", default).check("it", value)


def test_only_a_parameter_without_a_default_narrows():
    assert Parameter("…").narrows
    assert not Parameter("…", 0.5).narrows
