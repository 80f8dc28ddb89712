"""The catalog of all faults. ``python -m sandbox.faults`` prints it as the tables of docs/sandbox.md."""

from collections.abc import Mapping

from sandbox.faults.kinds import Kind, Parameter, Place, Value

_ANSWER = "seconds since the answer"
_ASKED = "seconds since it was asked for"
_CALL = {
    "call": Parameter("only this call's SID"),
    "to": Parameter("only the number of the person on the line"),
}
_TO = {"to": Parameter("only this number")}
_MODEL = {"model": Parameter("only models whose name begins so")}
_EVENT = {"event": Parameter("initiated, ringing, answered or completed; any without it")}
_URL = {"url": Parameter("only addresses that end so")}

REST = Place("Twilio's REST API", _ASKED, _TO)
STATUS = Place("Twilio's status callbacks", _ANSWER, _CALL | _EVENT)
WEBHOOK = Place("Twilio's requests for TwiML", _ANSWER, _CALL | _URL)
GATHER = Place("<Gather>", _ANSWER, _CALL)
AMD = Place("machine detection", _ANSWER, _CALL)
LINE = Place("the telephone line", _ANSWER, _CALL)
STREAM = Place("the media stream", "seconds of the stream", _CALL)
HANDSHAKE = Place("the Realtime handshake", _ASKED, _MODEL)
REALTIME = Place("the Realtime socket", "seconds of the session", _MODEL)
TRANSCRIPT = Place("transcripts of Realtime", "seconds of the session", _MODEL)
MODEL = Place("what the model decides, Realtime and Chat Completions", "seconds of the session; " + _ASKED, _MODEL)
CHAT = Place("Chat Completions", _ASKED, _MODEL)
POLLY = Place("Polly", _ASKED, {})


def _seconds(default: float, meaning: str = "how long") -> Parameter:
    return Parameter(f"{meaning}, in seconds", default)


def fault(name: str, effect: str, place: Place, *modes: int, **given: Parameter | tuple[str, Value]) -> Kind:
    """Builds a kind of fault with its parameters and those of its place."""
    own = {key: one if isinstance(one, Parameter) else Parameter(*one) for key, one in given.items()}
    return Kind(name, effect, place, modes, own | dict(place.narrowing))


_TWILIO = (
    fault(
        "twilio.create_error",
        "placing a call is refused: 401, 429, 500 …",
        REST,
        19,
        status=("HTTP status", 500),
        code=("Twilio's code", 20500),
        message=("Twilio's words", "An internal server error has occurred"),
    ),
    fault(
        "twilio.create_timeout",
        "the answer to placing a call comes late",
        REST,
        17,
        seconds=_seconds(30.0),
        dialed=Parameter("whether the phone rings all the same", True, former="dialled"),
    ),
    fault(
        "twilio.update_error",
        "redirecting or ending a live call is refused",
        REST,
        16,
        23,
        status=("HTTP status", 400),
        code=("Twilio's code", 21220),
        message=("Twilio's words", "Call is not in-progress. Cannot redirect."),
    ),
    fault(
        "twilio.message_error",
        "a text message is refused",
        REST,
        19,
        status=("HTTP status", 400),
        code=("Twilio's code", 21610),
        message=("Twilio's words", "Attempt to send to unsubscribed recipient"),
    ),
    fault("twilio.status_duplicate", "a status callback comes twice", STATUS, 17, 24),
    fault(
        "twilio.status_reorder",
        "a status callback comes after the ones that follow it",
        STATUS,
        24,
        seconds=_seconds(1.0, "how late"),
    ),
    fault(
        "twilio.status_late",
        "a status callback and those after it come late, in order",
        STATUS,
        17,
        seconds=_seconds(5.0, "how late"),
    ),
    fault("twilio.status_lost", "a status callback never comes", STATUS, 17),
    fault("webhook.duplicate", "a document is asked for twice; the first answer is thrown away", WEBHOOK, 24),
    fault("webhook.dead", "the request does not arrive (11205): the fallback URL, else an apology", WEBHOOK, 16, 24),
    fault("webhook.slow", "the request arrives late", WEBHOOK, 20, seconds=_seconds(5.0, "how late")),
    fault("webhook.bad_signature", "the request is signed with another token", WEBHOOK, 24),
    fault("gather.empty", "the recognizer makes nothing of what was said: silence", GATHER, 12),
    fault(
        "gather.low_confidence",
        "the recognizer is not sure",
        GATHER,
        12,
        confidence=("0 to 1", 0.21),
    ),
    fault("gather.misheard", "words are lost or taken for others", GATHER, 12, share=("of the words, 0 to 1", 0.5)),
    fault("gather.invented", "the result is something nobody said", GATHER, 13, text=("it", "Thank you for watching.")),
    fault(
        "amd.late",
        "the verdict takes longer; synchronous, the person waits in silence",
        AMD,
        22,
        seconds=_seconds(10.0),
    ),
    fault(
        "amd.after_hang_up",
        "an asynchronous verdict is told when the call is over",
        AMD,
        22,
        seconds=_seconds(0.5, "how long after"),
    ),
    fault("amd.wrong", "the verdict is another one", AMD, 22, verdict=("AnsweredBy", "machine_start")),
)

_TELEPHONE = (
    fault(
        "line.echo",
        "what is played comes back into the person's microphone",
        LINE,
        6,
        level_db=("loudness against the original, in dB", -12.0),
        delay_ms=("how late", 180),
        seconds=_seconds(3600.0),
    ),
    fault(
        "line.static",
        "white noise over what the person says",
        LINE,
        6,
        12,
        level_dbfs=("its level", -26.0),
        seconds=_seconds(2.0),
    ),
    fault("line.cough", "a sound from the person that is no word", LINE, 7, text=("what it sounds like", "Uh huh.")),
    fault("line.inband_keys", "keys arrive as tones in the sound, never as digits", LINE, 23, seconds=_seconds(3600.0)),
    fault("stream.drop", "the socket breaks without `stop` or close", STREAM, 17, 18),
    fault(
        "stream.no_stop",
        "the call ends; neither `stop` nor a close tells the app",
        STREAM,
        17,
        seconds=_seconds(60.0, "until the socket closes"),
    ),
    fault("stream.signature_slash", "the handshake is signed with a slash at the end of the URL", STREAM, 24),
    fault("stream.bad_signature", "the handshake is signed with another token", STREAM, 24),
    fault("stream.stall", "media messages are held back, then come all at once", STREAM, 11, seconds=_seconds(2.0)),
    fault("stream.lost_media", "media messages are lost, their numbers missing", STREAM, 11, 17, seconds=_seconds(0.5)),
    fault("stream.garbled", "payloads are damaged: static for the recognizer", STREAM, 10, seconds=_seconds(2.0)),
    fault("stream.mark_late", "a mark comes back late", STREAM, 3, 15, seconds=_seconds(2.0, "how late")),
    fault("stream.mark_lost", "a mark never comes back", STREAM, 3, 15),
    fault(
        "stream.mark_after_clear",
        "marks dropped by `clear` come back late, amid later sound",
        STREAM,
        1,
        3,
        seconds=_seconds(1.0, "how late"),
    ),
)

_OPENAI = (
    fault("realtime.refuse", "the upgrade is refused: 401, 429, 500 …", HANDSHAKE, 19, status=("HTTP status", 401)),
    fault("realtime.slow_connect", "the upgrade is answered late", HANDSHAKE, 8, seconds=_seconds(3.0, "how late")),
    fault(
        "realtime.update_late",
        "`session.updated` comes late, and holds until then",
        REALTIME,
        9,
        seconds=_seconds(2.0, "how late"),
    ),
    fault("realtime.drop", "the socket closes under a live call", REALTIME, 18, code=("close code", 1011)),
    fault("realtime.freeze", "the socket stays open; nothing comes or is read any more", REALTIME, 18, 19),
    fault("realtime.expire", "`session_expired`, then the close", REALTIME, 18),
    fault(
        "realtime.error",
        "an `error` event out of nowhere; the session stays",
        REALTIME,
        4,
        19,
        kind=("error.type", "server_error"),
        code=("error.code", "server_error"),
        message=("error.message", "The server had an error while processing your request."),
    ),
    fault(
        "realtime.unknown_event",
        "an event of a type no client knows",
        REALTIME,
        4,
        type=("its type", "response.mood.updated"),
    ),
    fault(
        "realtime.quota",
        "a response fails, told in `response.done` alone",
        REALTIME,
        19,
        code=("status_details.error.code", "insufficient_quota"),
    ),
    fault("realtime.mute", "nothing follows `response.created`", REALTIME, 19),
    fault("realtime.empty_answer", "a response is completed with nothing in it", REALTIME, 7, 19),
    fault(
        "realtime.incomplete",
        "a response ends in the middle of a sentence, as `incomplete`",
        REALTIME,
        7,
        19,
        words=("how many before it", 4),
        reason=("max_output_tokens or content_filter", "max_output_tokens"),
    ),
    fault("realtime.slow_first_token", "a response begins late", REALTIME, 8, 20, seconds=_seconds(5.0, "how late")),
    fault(
        "realtime.slow_tool_turn",
        "the response after a tool's result begins late",
        REALTIME,
        20,
        seconds=_seconds(5.0, "how late"),
    ),
    fault(
        "realtime.slow_audio",
        "speech is sent slower than it sounds",
        REALTIME,
        11,
        pace=("1 is as fast as it sounds", 0.5),
    ),
    fault("realtime.wrong_format", "speech comes as 16 bit PCM, whatever was agreed", REALTIME, 10),
    fault(
        "realtime.late_deltas",
        "audio of a canceled response still comes after its end",
        REALTIME,
        1,
        pieces=("how many deltas of 200 ms", 3),
    ),
    fault("realtime.truncate_refused", "a truncation is refused: shorter than it is", REALTIME, 2),
    fault("realtime.create_race", "the server has begun an answer of its own as `response.create` comes", REALTIME, 4),
    fault("realtime.cancel_race", "the answer is completed as `response.cancel` comes", REALTIME, 4),
    fault("realtime.usage_missing", "`response.done` has no usage", REALTIME, 25),
    fault("transcription.late", "a transcript comes late", TRANSCRIPT, 14, seconds=_seconds(5.0, "how late")),
    fault("transcription.failed", "a transcript fails", TRANSCRIPT, 14),
    fault("transcription.lost", "a transcript never comes", TRANSCRIPT, 14),
    fault(
        "transcription.misheard",
        "words of a transcript are lost or others",
        TRANSCRIPT,
        12,
        share=("of the words, 0 to 1", 0.5),
    ),
    fault(
        "transcription.invented",
        "a transcript of something nobody said",
        TRANSCRIPT,
        13,
        text=("it", "Thank you for watching."),
    ),
    fault(
        "model.skips_tool",
        "says it is done and calls nothing",
        MODEL,
        16,
        21,
        tool=Parameter("only this tool"),
        says=("what it says", "All right, that is done."),
    ),
    fault(
        "model.repeats_tool", "calls a tool twice with the same arguments", MODEL, 21, tool=Parameter("only this tool")
    ),
    fault("model.bad_arguments", "a tool's arguments are cut JSON", MODEL, 21, tool=Parameter("only this tool")),
    fault(
        "model.speaks_with_tool",
        "answers in the same breath as it calls a tool",
        MODEL,
        5,
        tool=Parameter("only this tool"),
        says=("what it says", "I have found just the thing for you."),
    ),
    fault("chat.unauthorized", "401, the key is refused", CHAT, 19),
    fault(
        "chat.rate_limited",
        "429",
        CHAT,
        19,
        code=("rate_limit_exceeded or insufficient_quota", "rate_limit_exceeded"),
        retry_after=_seconds(1.0, "when to come back"),
    ),
    fault("chat.error_500", "500", CHAT, 19),
    fault("chat.slow", "the first token comes late", CHAT, 20, seconds=_seconds(20.0, "how late")),
    fault(
        "chat.slow_tool_turn",
        "the first token after a tool's result comes late",
        CHAT,
        20,
        seconds=_seconds(5.0, "how late"),
    ),
    fault("chat.midstream_error", "a stream breaks off with an error", CHAT, 19, tokens=("pieces before it", 3)),
    fault(
        "chat.cut_short",
        "the answer ends in the middle of a sentence",
        CHAT,
        19,
        pieces=("pieces before it", 6),
        reason=("finish_reason: length or content_filter", "length"),
    ),
    fault("polly.throttle", "ThrottlingException", POLLY, 19),
    fault("polly.error", "ServiceFailureException, 500", POLLY, 19),
    fault("polly.slow", "the answer comes late", POLLY, 20, seconds=_seconds(5.0, "how late")),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (*_TWILIO, *_TELEPHONE, *_OPENAI)}
