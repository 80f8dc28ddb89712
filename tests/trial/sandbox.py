"""The sandbox, against programs it was not made for."""

from tests.trial.items import Item

_SANDBOX = "tests/sandbox"
_AGENT, _REALTIME = f"{_SANDBOX}/openai/agent", f"{_SANDBOX}/openai/realtime"
_CHAT, _VERBS = f"{_SANDBOX}/openai/chat", f"{_SANDBOX}/twilio/verbs"

ITEMS: tuple[Item, ...] = (
    Item(
        "J1",
        "TwiML with wss://{host} from an app without TLS, https webhooks, clients that dial only wss",
        "the sandbox neither spoke nor tried TLS",
        "one port for http, https, ws and wss, an authority made at start; on this machine https webhooks"
        " fall back to http"
        " as streams do to ws; a stranger's certificate is 11237 or 31910; silent and broken connections harm nobody",
        (
            f"{_SANDBOX}/tls/test_certificates.py",
            f"{_SANDBOX}/tls/test_listening.py",
            f"{_SANDBOX}/test_command.py::test_one_port_serves_http_and_https_and_tells_whom_to_trust",
            f"{_SANDBOX}/twilio/webhooks/test_loopback.py",
            f"{_SANDBOX}/twilio/webhooks/test_transport.py",
            f"{_VERBS}/test_media_stream.py::"
            "test_an_app_on_this_machine_that_writes_wss_and_has_no_tls_gets_its_stream",
        ),
    ),
    Item(
        "J2",
        "tool_choice required or named got prose; strangers' tools were never called, a plumber's customer"
        " was asked about"
        " homes",
        "the model knew one trade, and tools by their names only",
        "allowed_tools; schemas of every shape; orders in a session, a response or a message; results, rules, goodbyes",
        (
            f"{_AGENT}/general",
            f"{_AGENT}/test_model.py",
            f"{_CHAT}/test_endpoint.py::test_what_must_be_called_is_called_by_any_assistant",
            f"{_CHAT}/test_endpoint.py::test_a_stranger_s_tool_is_called_when_it_fits_and_its_result_told",
            f"{_CHAT}/test_request.py::test_allowed_tools_leave_the_others_out",
            f"{_REALTIME}/test_endpoint.py::test_a_plumbers_session_greets_as_told_and_calls_what_it_must",
        ),
    ),
    Item(
        "J3",
        "Chat without messages or model: 500; key as a subprotocol: 401; a binary frame dropped the socket;"
        " HTTP/1.1 only",
        "required parameters of the SDK's types were never seen, because their annotations are text",
        "every part of a Chat request replaced or removed at random; NaN, half surrogates and endless"
        " brackets as JSON, to"
        " all vendors; wrong methods",
        (
            f"{_CHAT}/test_request.py",
            f"{_SANDBOX}/conformance/test_sdk_types.py",
            f"{_SANDBOX}/conformance/test_exchange.py",
            f"{_SANDBOX}/test_command.py::test_a_client_that_speaks_only_http_2_asks_polly",
            f"{_REALTIME}/test_endpoint.py",
        ),
    ),
    Item(
        "J4",
        "<amazon:effect> refused as unbound, speech marks that glue words and count letters, neural emphasis"
        " taken, 100 ms"
        " at 24 kHz refused, no /v1/audio/speech",
        "XML was read with namespaces, SSML lost the places of its letters, a resampler was never flushed",
        "TwiML's <Say>, all that AWS gives to standard voices alone, ssml marks, every format and rate of a commit",
        (
            f"{_SANDBOX}/test_markup.py",
            f"{_SANDBOX}/polly/test_ssml.py",
            f"{_SANDBOX}/polly/test_marks.py",
            f"{_SANDBOX}/openai/test_speech.py",
            f"{_REALTIME}/input_audio/test_buffer.py::"
            "test_a_tenth_of_a_second_is_enough_at_every_rate_to_the_last_sample",
        ),
    ),
    Item(
        "J5",
        "output for an unknown call id, open strict schemas, json mode without the word, machine detection"
        " out of range,"
        " unknown transcription models; 12102, 21234, 20004, 20007, 31950, 31951; a second error for <Dial><Client>",
        "no rule was written for them, or values were bent into range",
        "answers always fit their schema; functions that are no JSON Schema, names of formats, each"
        " threshold of detection",
        (
            f"{_REALTIME}/test_endpoint.py::test_the_result_of_a_call_nobody_made_is_refused",
            f"{_SANDBOX}/openai/test_validation.py",
            f"{_CHAT}/test_request.py",
            f"{_AGENT}/general/test_schema_values.py",
            f"{_SANDBOX}/twilio/call/test_placing.py",
            f"{_SANDBOX}/twilio/rest/test_conventions.py",
            f"{_SANDBOX}/twilio/twiml/test_document.py",
            f"{_SANDBOX}/test_not_found.py",
            f"{_VERBS}/test_media_stream.py::test_a_warning_is_given_once_a_stream_with_twilios_code",
            f"{_VERBS}/test_dial.py::test_whom_the_sandbox_cannot_dial_is_complained_about_once",
        ),
    ),
    Item(
        "J6",
        "memory grew by 13 MB a call and never fell; a missing folder for the counts lost them at the end",
        "a call is kept, its line with it, and with the line all who had listened, each with a model of 13 MB",
        "whatever hangs on a line goes with its end: ears, faults, keys, alarms, queued sound",
        (
            f"{_SANDBOX}/twilio/line/test_leg.py::test_a_line_that_is_over_holds_nobody_who_listened",
            f"{_SANDBOX}/twilio/test_switch.py::test_a_call_that_is_over_holds_nobody_who_listened_to_it",
            f"{_SANDBOX}/conformance/test_report.py::test_a_folder_that_is_missing_is_made",
        ),
    ),
)
