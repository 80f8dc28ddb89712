"""Languages: as people write them, and as every vendor takes them."""

import re

import pytest
from django.core.exceptions import ValidationError

from leads.models import Lead, find_language, language_of, spoken_language
from leads.models.languages import LANGUAGES, language_choices
from tests.people import write_raw


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en-US", "en-US"),
        ("en_US", "en-US"),
        ("EN-us", "en-US"),
        ("en", "en-US"),
        ("en_US.UTF-8", "en-US"),
        ("English", "en-US"),
        ("Spanish", "es-US"),
        ("español", "es-US"),
        ("es", "es-US"),
        ("ES_mx", "es-MX"),
        ("Spanish (Mexico)", "es-MX"),
        (" French ", "fr-CA"),
        ("Deutsch", "de-DE"),
        ("한국어", "ko-KR"),
    ],
)
def test_what_is_meant_is_found(written: str, tag: str) -> None:
    assert find_language(written) == tag


@pytest.mark.parametrize(
    "written", ["", "Klingon", "xx-YY", "en-US; DROP", "e\0n", "\ud800", "x" * 10_000, None, 5, []]
)
def test_what_is_no_language_is_american_english(written: object) -> None:
    assert find_language(written) is None
    assert (language_of(written), spoken_language(written)) == ("en-US", "en")


def test_every_tag_has_what_each_vendor_wants() -> None:
    for tag, label in language_choices():
        assert re.fullmatch("[a-z]{2}-[A-Z]{2}", tag), label
        assert find_language(tag) == tag
        assert find_language(label) in LANGUAGES
        assert len(spoken_language(tag)) == 2


@pytest.mark.parametrize(
    ("kept", "read"), [("Spanish", "es-US"), ("en_US", "en-US"), ("Klingon", "en-US"), ("", "en-US")]
)
def test_a_row_reads_as_a_language_whatever_is_in_it(lead: Lead, kept: str, read: str) -> None:
    write_raw(lead, language=kept)
    assert Lead.objects.get(pk=lead.pk).language == read


def test_what_is_meant_is_stored_and_what_nobody_knows_is_refused(lead: Lead) -> None:
    lead.language = "Spanish"
    lead.full_clean()
    assert lead.language == "es-US"
    lead.language = "Klingon"
    with pytest.raises(ValidationError, match="no language we can recognize"):
        lead.full_clean()
