"""What the voice is given."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = (
    Item(
        id="E1",
        tried="`jane_doe@example.com`, `4508 DUVAL ST`, `911`, `2026-12-05T14:00:00-06:00`, `70°F`, links, tables, "
        "emoji in an answer or a first name; asked about a home on October twenty-fourth of last year, or of tomorrow",
        root="Markup was stripped by one pattern that took each underscore and hash, before addresses were looked for; "
        "rules knew only dollars, capitalized addresses and counts; what none knew went to the voice as it was",
        kind="All marks of e-mail addresses, links and hosts, N11 numbers and extensions, codes, ISO times with zones, "
        "ranges of days and hours, currencies, units in both numbers, rare fractions, Markdown, HTML, SSML, entities, "
        "hidden and styled characters; names that are links or numbers; every other year and every day to come. What "
        "has no words is dropped last, so a voice gets letters and the marks of a sentence only, in linear time",
        tests=(
            "tests/calls/speech/normalization",
            "tests/calls/speech/test_names.py",
            "tests/calls/speech/test_sentences.py::test_a_sentence_is_what_can_be_said_and_read",
            "tests/calls/agent/test_persona.py::test_a_day_of_another_year_is_said_with_it_and_no_day_to_come_is_said",
            "tests/calls/agent/test_persona.py::test_nothing_but_words_of_a_record_is_in_the_opening",
            "tests/calls/conversational/test_voice.py::test_what_is_written_down_is_what_was_said",
        ),
    ),
)
