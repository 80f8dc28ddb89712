"""Serves a recording's sound over HTTP: the WAV file as written, other channel counts and MP3 on request."""

import asyncio
import io

import av
import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from sandbox.audio import TELEPHONE_HZ, Pcm, read_wav, wav_bytes
from sandbox.twilio.call.recording import Recording, mix
from sandbox.twilio.rest_errors import not_found

_MP3_HZ = 22050


async def response(recording: Recording, request: Request, extension: str) -> Response:
    """``.wav`` and no extension are WAV, ``.mp3`` is MP3; ``RequestedChannels=1`` mixes down."""
    if extension not in ("", ".wav", ".mp3"):
        raise not_found(request.url.path)
    mono = request.query_params.get("RequestedChannels") == "1"
    body = await asyncio.to_thread(_content, recording, mono, extension == ".mp3")
    content_type = "audio/mpeg" if extension == ".mp3" else "audio/x-wav"
    name = f"{recording.sid}{extension or '.wav'}"
    return Response(body, media_type=content_type, headers={"content-disposition": f'inline; filename="{name}"'})


def _content(recording: Recording, mono: bool, as_mp3: bool) -> bytes:
    data = recording.path.read_bytes()
    if not mono and not as_mp3:
        return data
    sound, rate = read_wav(data)
    if mono and sound.ndim == 2:
        sound = mix(sound[:, 0], sound[:, 1])
    return mp3(sound) if as_mp3 else wav_bytes(sound, rate)


def mp3(sound: Pcm) -> bytes:
    """8 kHz telephone sound, mono or stereo, as MP3 at 22.05 kHz."""
    layout = "mono" if sound.ndim == 1 else "stereo"
    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as file:
        track = file.add_stream("mp3", rate=_MP3_HZ, layout=layout)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.reshape(1, -1)), format="s16", layout=layout)
        frame.sample_rate = TELEPHONE_HZ
        resampler = av.AudioResampler(format=track.format, layout=layout, rate=_MP3_HZ, frame_size=1152)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(track.encode(part))
        file.mux(track.encode(None))
    return out.getvalue()
