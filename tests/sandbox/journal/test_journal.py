"""A log that cannot grow for ever."""

from sandbox.journal import Event, Journal


def test_events_are_told_from_the_beginning_of_the_log() -> None:
    journal = Journal(began=1000.0)

    journal.note("status", {"status": "queued"}, at=1000.25)

    assert list(journal) == [Event(250, "status", {"status": "queued"})]


def test_of_too_many_events_the_first_and_the_last_are_kept_and_the_rest_counted() -> None:
    journal = Journal(longest=6)

    for number in range(10):
        journal.note("mark", {"number": number})

    assert [event.data["number"] for event in journal] == [0, 1, 2, 7, 8, 9]
    assert journal.dropped == 4


def test_a_watcher_is_told_until_it_has_seen_enough() -> None:
    journal, seen = Journal(), list[str]()
    stop = journal.watch(lambda event: seen.append(event.kind))

    journal.note("ringing", {})
    stop()
    journal.note("answered", {})

    assert seen == ["ringing"]


def test_a_forgotten_log_says_how_much_it_had() -> None:
    journal = Journal()
    journal.note("status", {})

    journal.forget()

    assert (list(journal), journal.dropped) == ([], 1)
