"""Compressed audio files and streams (MP3, Ogg and others), decoded and encoded with ffmpeg's libraries."""

import io
from typing import Literal, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from sandbox.audio import Pcm

type Container = Literal["mp3", "ogg_vorbis", "ogg_opus", "aac", "flac"]

_WRITERS: dict[str, tuple[str, str, str]] = {
    "mp3": ("mp3", "libmp3lame", "mono"),
    "ogg_vorbis": ("ogg", "vorbis", "stereo"),  # ffmpeg's own Vorbis encoder knows stereo only
    "ogg_opus": ("ogg", "libopus", "mono"),
    "aac": ("adts", "aac", "mono"),
    "flac": ("flac", "flac", "mono"),
}


class UnreadableAudio(ValueError):
    """The bytes are not audio this machine can decode."""


def encode(pcm: Pcm, rate: int, container: Container) -> bytes:
    """``pcm`` (mono, at ``rate``) as a file of that kind."""
    format_name, codec, layout = _WRITERS[container]
    out = io.BytesIO()
    with av.open(out, "w", format=format_name) as file:
        stream = cast(AudioStream, file.add_stream(codec, rate=rate, options={"strict": "-2"}))
        stream.layout = layout
        resampler = AudioResampler(format=stream.format.name, layout=layout, rate=rate)
        frame = AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
        frame.sample_rate = rate
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return out.getvalue()


def decode(data: bytes, *, rate: int, channels: int = 1) -> Pcm:
    """Any common audio file (wav, mp3, ogg, m4a, webm ...) as samples at ``rate``.

    One channel gives (samples,), two give (samples, 2). Raises UnreadableAudio.
    """
    resampler = AudioResampler(format="s16", layout="mono" if channels == 1 else "stereo", rate=rate)
    try:
        with av.open(io.BytesIO(data), "r") as file:
            frames = [piece for frame in file.decode(audio=0) for piece in resampler.resample(frame)]
            frames += resampler.resample(None)
    except (av.FFmpegError, IndexError) as error:
        raise UnreadableAudio(str(error)) from error
    pieces = [frame.to_ndarray().reshape(-1) for frame in frames]
    samples = np.concatenate([np.zeros(0, np.int16), *pieces])
    return samples if channels == 1 else samples.reshape(-1, channels)
