"""<Say>, <Play> and <Pause>: what is played to the person on the line."""

import asyncio
import io
import time
from collections.abc import Mapping

import av
import numpy as np

from sandbox.audio import SPEECH_HZ, TELEPHONE_HZ, Pcm, resample, ulaw_decode
from sandbox.polly.endpoint import enumeration
from sandbox.polly.voices import POLLY_VOICES
from sandbox.twilio.line.leg import through_the_line
from sandbox.twilio.line.tones import keys
from sandbox.twilio.twiml import TwimlError, Verb
from sandbox.twilio.verbs.context import VerbContext

_MOST_LOOPS = 1000
# https://www.twilio.com/docs/voice/twiml/play#supported-audio-file-types
_PLAYABLE_TYPES = (
    "audio/mpeg audio/mp3 audio/wav audio/wave audio/x-wav audio/aiff audio/x-aifc audio/x-aiff audio/x-gsm audio/gsm "
    "audio/ulaw"
)
_PLAYABLE = frozenset(_PLAYABLE_TYPES.split())
# Names of the old voices, which are neither Polly's nor Google's.
_BASIC_VOICES: Mapping[str, str] = {"man": "Matthew", "woman": "Joanna", "alice": "Joanna"}


async def say(context: VerbContext, verb: Verb) -> None:
    if not verb.text:
        context.error(13520, "Say: empty text")
        return
    if not has_voice(voice := verb.get("voice")):
        context.error(13511, f"Say: Invalid voice value: {voice!r}")
    sound = await spoken(context, verb.text, voice)
    context.call.log("says", text=verb.text, line_ms=context.leg.milliseconds)
    await _repeat(context, verb, sound)


def has_voice(voice: str) -> bool:
    """Whether Twilio has a voice of that name; Google's are too many to list."""
    provider, dot, name = voice.partition(".")
    polly = name.partition("-")[0]
    match provider:
        case "Polly":
            return polly in POLLY_VOICES or polly in enumeration("VoiceId")
        case "Google":
            return bool(name)
        case _:
            return not dot and (not voice or voice in _BASIC_VOICES)


async def spoken(context: VerbContext, text: str, voice: str) -> Pcm:
    """``text`` as it sounds on a line: ``Polly.Joanna-Neural`` is Joanna, whatever the engine."""
    name = voice.partition(".")[2].partition("-")[0] if "." in voice else _BASIC_VOICES.get(voice, voice)
    speech = await context.services.speech.speak(text, voice=name or "Joanna")
    return through_the_line(resample(speech, SPEECH_HZ, TELEPHONE_HZ))


async def play(context: VerbContext, verb: Verb) -> None:
    """Plays a sound; one that cannot be fetched or decoded is skipped, and the document goes on."""
    if digits := verb.get("digits"):
        await context.play(keys(digits))
        return
    try:
        sound = await _media(context, verb.text)
    except TwimlError as error:
        context.error(error.code, f"Play: {error}")
        return
    await _repeat(context, verb, sound)


async def pause(context: VerbContext, verb: Verb) -> None:
    await context.leg.wait(verb.number("length", 1.0))


async def _repeat(context: VerbContext, verb: Verb, sound: Pcm) -> None:
    times = int(verb.number("loop", 1))
    for _ in range(times if 0 < times <= _MOST_LOOPS else _MOST_LOOPS):
        await context.play(sound)


async def _media(context: VerbContext, address: str) -> Pcm:
    if not address:
        raise TwimlError(11100, "Invalid URL format: there is no URL")
    started = time.monotonic()
    reply = await context.switch.webhooks.sound(context.url(address))
    content_type = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    about = {"url": str(reply.url), "status": reply.status_code, "ms": round((time.monotonic() - started) * 1000)}
    context.call.log("media", **about, content_type=content_type, bytes=len(reply.content))
    if content_type not in _PLAYABLE:
        raise TwimlError(12300, f"content type {content_type!r} cannot be played")
    if content_type == "audio/ulaw":
        return ulaw_decode(reply.content)
    return through_the_line(await asyncio.to_thread(decoded, reply.content))


def decoded(data: bytes) -> Pcm:
    """Any supported sound file as 8 kHz mono. Raises TwimlError 12400 when it is not one."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=TELEPHONE_HZ)
    try:
        with av.open(io.BytesIO(data), "r") as file:
            frames = [part for frame in file.decode(audio=0) for part in resampler.resample(frame)]
            frames += resampler.resample(None)
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise TwimlError(12400, f"the sound cannot be decoded: {type(error).__name__}") from error
    parts = [frame.to_ndarray().reshape(-1) for frame in frames]
    return np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, np.int16)
