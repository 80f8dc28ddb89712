"""What each fault does when its second has come."""

import asyncio
import itertools
import random
import signal
from collections.abc import Callable

from tests.soak.leg import Leg
from tests.soak.model import Model, Session
from tests.soak.stream import MediaStream
from tests.soak.voices import Voices
from tests.stage.carrier import Carrier
from tests.stage.house import House

OUTAGE_SECONDS = 4.0
GLANCE_SECONDS = 0.05
NONSENSE = (
    "{",
    b"\x00\x01",
    "[]",
    '{"type":"response.unheard_of"}',
    '{"type":"response.output_audio.delta","delta":1}',
)


class Strikes:
    """Carries out the faults of a run."""

    def __init__(self, model: Model, voices: Voices, house: House, carrier: Callable[[], Carrier[Leg]]) -> None:
        self._model, self._voices, self._house, self._carrier = model, voices, house, carrier
        self._kills: list[asyncio.Task[None]] = []

    async def over(self) -> None:
        """Until every process that was ended has its successor."""
        await asyncio.gather(*self._kills)

    async def __call__(self, leg: Leg) -> None:
        """Wait for the second of the fault, then do it."""
        await asyncio.sleep(leg.plan.at)
        leg.struck(leg.fault)
        act = getattr(self, f"_{leg.fault}", None)
        if act is not None:
            await act(leg)

    # --- the model ----------------------------------------------------------------------------------------------------

    async def _model_killed(self, leg: Leg) -> None:
        await (await self._session(leg)).close(1011)

    async def _model_vanishes(self, leg: Leg) -> None:
        (await self._session(leg)).vanish()

    async def _model_refuses(self, leg: Leg) -> None:
        session = await self._session(leg)
        self._model.refuse(OUTAGE_SECONDS, status=random.choice((401, 429)))
        await session.close(1011)

    async def _model_mute(self, leg: Leg) -> None:
        (await self._session(leg)).mute = True

    async def _model_expired(self, leg: Leg) -> None:
        session = await self._session(leg)
        error = {"type": "invalid_request_error", "code": "session_expired", "message": "60 minutes"}
        await session.say("error", error=error)
        await session.close(1000)

    async def _quota(self, leg: Leg) -> None:
        (await self._session(leg)).fails.append("insufficient_quota")

    async def _server_error(self, leg: Leg) -> None:
        (await self._session(leg)).fails += ["server_error", "server_error"]

    async def _empty_answer(self, leg: Leg) -> None:
        (await self._session(leg)).fails.append("")

    async def _model_garbage(self, leg: Leg) -> None:
        session = await self._session(leg)
        for nonsense in NONSENSE:
            await session.send_raw(nonsense)

    async def _tool_repeated(self, leg: Leg) -> None:
        self._model.repeats_tools.add(leg.plan.number)
        await asyncio.sleep(4.0)
        await (await self._session(leg)).close(1011)

    async def _all_models_down(self, leg: Leg) -> None:
        self._voices.chat_down.add(leg.plan.number)
        self._model.doomed.add(leg.plan.number)
        await (await self._session(leg)).close(1011)

    async def _agent_says_goodbye(self, leg: Leg) -> None:
        self._model.says_goodbye.add(leg.plan.number)

    async def _carrier_api_down(self, leg: Leg) -> None:
        self._carrier().api_down.add(leg.sid)
        self._model.says_goodbye.add(leg.plan.number)

    # --- the carrier --------------------------------------------------------------------------------------------------

    async def _carrier_garbage(self, leg: Leg) -> None:
        await (await self._stream(leg)).send_garbage()

    async def _marks_lost(self, leg: Leg) -> None:
        (await self._stream(leg)).marks_lost = True

    async def _phone_stops_reading(self, leg: Leg) -> None:
        await (await self._stream(leg)).stop_reading(OUTAGE_SECONDS)

    async def _stream_dropped(self, leg: Leg) -> None:
        (await self._stream(leg)).drop()

    async def _stream_replayed(self, leg: Leg) -> None:
        how = await (await self._stream(leg)).replay()
        if how != "closed 1008":
            leg.notes.append(f"replayed stream {how}")

    # --- the house and its other vendors ------------------------------------------------------------------------------

    async def _database_busy(self, leg: Leg) -> None:
        await asyncio.to_thread(self._house.hold_write_lock, 1.5)

    async def _voice_down(self, leg: Leg) -> None:
        self._voices.silence_polly(5.0)

    async def _chat_down(self, leg: Leg) -> None:
        self._voices.chat_down.add(leg.plan.number)

    async def _chat_slow(self, leg: Leg) -> None:
        self._voices.chat_slow.add(leg.plan.number)

    async def _web_killed(self, leg: Leg) -> None:
        await self._end_process(leg, signal.SIGKILL)

    async def _web_terminated(self, leg: Leg) -> None:
        await self._end_process(leg, signal.SIGTERM)

    async def _end_process(self, leg: Leg, number: signal.Signals) -> None:
        await self._stream(leg)
        await _wait_for(lambda: self._house.is_whole or None)
        door = leg.door
        if door is None:
            return
        for other in self._carrier().legs.values():
            if other is not leg and other.door is door and other.streams and other.ended_at is None:
                other.struck(leg.fault)
        self._kills.append(asyncio.create_task(self._house.kill(door, number)))  # outlives the leg it ends

    async def _session(self, leg: Leg) -> Session:
        """The session of the call, once it has one; a call that gets none is not struck."""
        return await _wait_for(lambda: self._model.session_of(leg.plan.number))

    async def _stream(self, leg: Leg) -> MediaStream:
        return await _wait_for(lambda: leg.streams[-1] if leg.streams else None)


async def _wait_for[T](look: Callable[[], T | None]) -> T:
    """What is looked for, once it is there; the end of the call ends the waiting."""
    for _ in itertools.count():
        if (found := look()) is not None:
            return found
        await asyncio.sleep(GLANCE_SECONDS)
    raise AssertionError("never ends")
