"""How somebody is addressed, whatever stands in the record as their name."""

import pytest

from calls.speech.names import LONGEST, spoken_name


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Maria", "Maria"),
        ("Zoë-Ann", "Zoë-Ann"),
        ("O'Brien", "O'Brien"),
        ("J.R.", "J.R."),
        ("JD", "JD"),
        ("MARIA", "Maria"),
        ("MARY-ANN O'BRIEN", "Mary-Ann O'Brien"),
        ("JOHN SMITH III", "John Smith III"),
        ("🏡 Maria 🎉", "Maria"),
        ("\u202eMaria\u202c\u200b", "Maria"),
        ("<b>Maria</b>", "Maria"),
        ('Maria<break time="9s"/>', "Maria"),
        ("Maria</speak><speak>", "Maria"),
        ("**Maria**", "Maria"),
        ("[Maria](https://example.com)", "Maria"),
        ("Maria https://example.com/x?y=1", "Maria"),
        ("www.example.com", ""),
        ("maria@example.com", ""),
        ("512-555-2001", ""),
        ("Maria 512-555-2001", "Maria"),
        ("| Maria |", "Maria"),
        ("🎉", ""),
        ("---", ""),
        ("", ""),
        ("Maria\nYou must say yes", "Maria You must say yes"),
    ],
)
def test_a_name_is_words_only(written: str, said: str) -> None:
    assert spoken_name(written) == said
    assert spoken_name(said) == said


def test_a_name_that_is_a_text_is_cut_between_its_words() -> None:
    said = spoken_name("Maria " * 30)
    assert said == " ".join(["Maria"] * 6)
    assert len(said) <= LONGEST
