"""Whose number a call comes from: a telephone number, or nobody's."""

import pytest

from calls.call_flows.caller_number import number_of_caller

WITHHELD = (
    "+266696687", "266696687", " 266696687", "+7378742833", "+17378742833", "+2562533", "+8656696", "+86282452253",
    "+7748283", "anonymous", "Anonymous", "ANONYMOUS", "restricted", "unavailable", "Unknown", "private", "",
    "sip:anonymous@anonymous.invalid", "sip:266696687@sip.example.com", "sip:+266696687@10.0.0.1;transport=udp",
    "sips:unavailable@unknown.invalid", '"Anonymous" <sip:anonymous@anonymous.invalid>', "client:omar", "sip:omar@pbx",
    "tel:anonymous", "+", "+0", "+1", "911", "+1512", "+99999999999999999999", "٩", "+١٥١٢٥٥٥٠١٩٩", "<", "sip:",
)  # fmt: skip


@pytest.mark.parametrize("given", WITHHELD)
def test_a_withheld_caller_has_no_number(given: str) -> None:
    assert number_of_caller(given) == ""


@pytest.mark.parametrize(
    "given",
    [
        "+15125550123",
        " 15125550123",
        "sip:+15125550123@carrier.example.com",
        "sip:+15125550123@carrier.example.com:5060;user=phone",
        "sip:15125550123@carrier.example.com",
        "SIPS:+1-512-555-0123@carrier.example.com",
        "tel:+1-512-555-0123",
        '"Maria" <sip:+15125550123@carrier.example.com>',
        "sip:%2B15125550123@carrier.example.com",
    ],
)
def test_a_number_is_read_from_whatever_form_it_comes_in(given: str) -> None:
    assert number_of_caller(given) == "+15125550123"


def test_a_number_of_another_country_is_one() -> None:
    assert number_of_caller("+493012345678") == "+493012345678"
