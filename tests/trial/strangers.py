"""Strangers and floods."""

from tests.trial.items import Item

ITEMS: tuple[Item, ...] = (
    Item(
        id="A4",
        tried="`/speech/<sha256 of voice, engine, format, words>.wav` for a sentence somebody may have been told",
        root="A clip's name was a plain hash of what anybody can guess, and it is served without a login",
        kind="Every form of clip, both engines; clips with a guessable name that were in the cache before",
        tests=(
            "tests/calls/speech/test_clips.py::test_who_guesses_the_words_learns_no_clip_s_name",
            "tests/calls/speech/test_clips.py::test_clips_named_by_their_words_alone_are_gone_after_the_migration",
        ),
    ),
    Item(
        id="A7",
        tried="an agent posts another agent's lead id in the appointment form; `?stream_token__regex=^a` on the calls",
        root="Forms, inlines and look-ups asked the model for its rows, and not the list that knows who may see them; "
        "Django lets every column be asked for by its address",
        kind="Every relation of every form and inline, autocompletion by any model's relation, filled-in addresses, "
        "actions with posted ids, rows of others posted into an inline, history pages and recent actions, filters by "
        "colleague, dates without end, rights given by who has none",
        tests=(
            "tests/leads/admin/test_office.py",
            "tests/leads/admin/test_lookups.py",
            "tests/leads/test_office_site.py",
        ),
    ),
    Item(
        id="A8",
        tried="Back after logging out; a token of a year ago; a page of another site posts to `/sandbox/faults`",
        root="Only pages that remembered to say so were not stored; a token had no end; the sandbox believed its Host",
        kind="All addresses of the product without a session and with one; tokens seen and revoked by their owner and "
        "managers alone; every control call and every reading page, DNS rebinding, WebSockets before they are accepted",
        tests=(
            "tests/realestate/test_private_pages.py",
            "tests/calls/api/test_tokens.py",
            "tests/calls/test_admin.py",
            "tests/calls/management/commands/test_api_token.py",
            "tests/sandbox/web/test_guard.py",
        ),
    ),
    Item(
        "A1",
        "8 MB of pings on an anonymous WebSocket, on two, and on the socket of a call that exists",
        "sockets were accepted before it was known whose they are, every frame was worked off, and parsing went on "
        "for 10 s after our close",
        "every route decides before the handshake and nothing is read until then; pings, pongs, fragments and bytes "
        "have an allowance, texts that wait too; messages are at most 64 KiB and never inflated; a stream's start "
        "is among its first messages; a page that speaks is closed; after our close only the peer's own close is "
        "looked for, for a second; a peer that does not read or answer pings is aborted; what is allocated for "
        "strangers brings about no collection of the whole process",
        (
            "tests/realtime/test_live_pages.py::test_a_stranger_is_refused_before_the_handshake",
            "tests/realtime/test_live_pages.py::test_a_session_that_is_none_is_refused_before_the_handshake",
            "tests/realtime/test_live_pages.py::test_a_page_that_speaks_is_none_of_ours",
            "tests/realtime/test_media_stream.py::test_a_stream_that_does_not_begin_with_its_start_is_refused",
            "tests/realtime/transport/test_uvicorn_protocol.py",
            "tests/realtime/transport/test_allowance.py",
            "tests/realestate/test_settled_memory.py",
            "tests/floods/test_floods.py",
        ),
    ),
    Item(
        "A2",
        "a frame of 16 MB announced and dripped byte by byte",
        "the unfinished frame was copied with every packet",
        "each byte is moved a fixed number of times for every way of cutting, nothing is kept in advance, a length "
        "is believed only when it is whole; the same for the head of the model's handshake",
        (
            "tests/realtime/transport/test_frames.py",
            "tests/realtime/transport/test_model_socket.py::test_an_answer_that_comes_byte_by_byte_with_a_text_after_it_is_understood",
        ),
    ),
    Item(
        "A3",
        "a body of 300 MB from anybody to any address; half-sent requests",
        "Django spools a whole body before it looks who sends it, and the server waits for ever",
        "bodies announced and chunked, by address; slow bodies, slow, large and many headers, long addresses, "
        "trailers, chunk extensions, chunks of a byte, empty lines, pipelines, many half-sent requests, answers "
        "that nobody reads",
        ("tests/realestate/test_bounded_bodies.py", "tests/realestate/test_bounded_http.py"),
    ),
    Item(
        "A9",
        "a range with an offset of 5 000 digits; 2 000 ellipses to the sentence splitter; files others can read",
        "digits of any number were converted; each character looked at the whole text again; nothing set a umask",
        "every pattern of the product reads in linear time (seven did not); database, recordings, logs, the demo's "
        "and the sandbox's files are the owner's alone, existing ones are closed",
        (
            "tests/calls/recordings/test_byte_ranges.py",
            "tests/calls/speech/test_sentences.py",
            "tests/test_linear_patterns.py",
            "tests/realestate/test_hostile_requests.py",
            "tests/realestate/test_private_files.py",
        ),
    ),
)
