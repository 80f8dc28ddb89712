"""A bridge with a clock we turn by hand, for tests that tell a call as a story."""

import base64
from collections.abc import Iterable

from realtime.bridge.bridge import Bridge
from realtime.bridge.vocabulary import actions as a
from realtime.bridge.vocabulary import events as e
from realtime.bridge.vocabulary.call_config import CallConfig, Limits, Phrase

START = e.StreamStarted("MZ1", "CA1")
OPENING = Phrase.of("Hi, I am an AI assistant calling for Hill Country Homes.", bytes(8 * 1000))
FILLER = Phrase.of("One moment please.", bytes(8 * 600))
CONFIG = CallConfig(opening=OPENING, filler=FILLER)


def sound(ms: int) -> str:
    """So much µ-law silence, as it travels."""
    return base64.b64encode(b"\xff" * (8 * ms)).decode()


def noise(ms: int) -> str:
    """So much of something anybody would hear."""
    return base64.b64encode(b"\x90\x10" * (4 * ms)).decode()


class Story:
    """One call: say what happens, look at what the bridge did."""

    def __init__(self, config: CallConfig | None = None, limits: Limits | None = None) -> None:
        self.bridge = Bridge(config, limits)
        self.now = 100.0
        self.actions: list[a.Action] = []
        self.done: list[a.Action] = []
        self.unplayed: list[tuple[float, a.Play]] = []  # when each piece will have been played

    def happens(self, *events: e.Event) -> list[a.Action]:
        """Events at this moment; returns what the bridge does about them."""
        done: list[a.Action] = []
        for event in events:
            done += self.bridge.handle(event, self.now)
        return self._keep(done)

    def wait(self, seconds: float) -> list[a.Action]:
        """Time passes; deadlines ring on time."""
        until, done = self.now + seconds, []
        while (due := self.bridge.deadline) is not None and due <= until + 1e-6:
            self.now = max(self.now, due)
            done += self.bridge.handle_deadline(self.now)
        self.now = until
        return self._keep(done)

    def _keep(self, done: list[a.Action]) -> list[a.Action]:
        self.actions += done
        for action in done:
            match action:
                case a.StopPlayback():
                    self.unplayed.clear()
                case a.Play(audio):
                    begins = max(self.now, self.unplayed[-1][0]) if self.unplayed else self.now
                    self.unplayed.append((begins + len(base64.b64decode(audio)) / 8000, action))
        self.done = done
        return done

    # --- scenes -------------------------------------------------------------------------------------------------

    def talking(self) -> "Story":
        """Past the opening: the model listens, nobody speaks."""
        self.happens(START, e.ModelConnected(), e.ModelReady())
        self.echo_all()
        self.actions.clear()
        return self

    def echo_all(self) -> list[a.Action]:
        """The carrier plays everything that waits, taking the time that takes."""
        done: list[a.Action] = []
        while self.unplayed:
            played_at, play = self.unplayed.pop(0)
            done += self.wait(max(0.0, played_at - self.now))
            done += self.happens(e.MarkEchoed(play.mark))
        return done

    def agent_says(self, response: str, item: str, ms: int, words: str = "") -> list[a.Action]:
        """A whole response of so much audio, generated at once."""
        spoken = [e.WordsArrived(response, item, words, complete=True)] if words else []
        return self.happens(
            e.ResponseStarted(response),
            e.ItemPlaced(item, None, a.Speaker.AGENT),
            *[e.AudioArrived(response, item, sound(200)) for _ in range(ms // 200)],
            e.AudioEnded(item),
            *spoken,
            e.ResponseEnded(response, "completed"),
        )

    def caller_says(self, item: str, *, seconds: float = 1.0) -> list[a.Action]:
        """The caller speaks for a while and stops."""
        done = self.happens(e.CallerStarted(item, self._ms()))
        done += self.wait(seconds)
        done += self.happens(e.CallerFinished(item, self._ms()), e.ItemPlaced(item, None, a.Speaker.CALLER))
        return done

    def caller_is_heard(self, seconds: float) -> list[a.Action]:
        """The line carries sound for so long."""
        done: list[a.Action] = []
        for _ in range(round(seconds / 0.5)):
            done += self.happens(e.CallerSpoke(noise(20)))
            done += self.wait(0.5)
        return [action for action in done if not isinstance(action, a.Listen)]

    def _ms(self) -> int:
        return round((self.now - 100.0) * 1000)


def kinds(actions: Iterable[a.Action], *, without: tuple[type, ...] = (a.Record,)) -> list[str]:
    """The names of the actions, records left out."""
    return [type(action).__name__ for action in actions if not isinstance(action, without)]


def lines(actions: Iterable[a.Action]) -> list[a.TranscriptLine]:
    """The lines recorded, in order of recording."""
    return [x.entry for x in actions if isinstance(x, a.Record) and isinstance(x.entry, a.TranscriptLine)]


def notes(actions: Iterable[a.Action]) -> list[str]:
    """The facts noted for the timeline."""
    return [x.entry.what for x in actions if isinstance(x, a.Record) and isinstance(x.entry, a.Note)]


def speaking(call: "Story", *, ms: int = 2000) -> "Story":
    """The agent says ten words, so long, and has only just begun."""
    call.agent_says("r1", "i1", ms, "one two three four five six seven eight nine ten")
    call.actions.clear()
    return call


def call_tool(call: Story, *, response: str = "r1", call_id: str = "c1", name: str = "search_listings") -> None:
    """The model calls a tool without a word."""
    call.happens(
        e.ResponseStarted(response),
        e.ToolCalled(response, f"f-{call_id}", call_id, name, "{}"),
        e.ResponseEnded(response, "completed"),
    )


def in_order(call: Story) -> list[str]:
    """The ids of the lines recorded, in the order they stand in the transcript."""
    newest = {line.item_id: line for line in lines(call.actions)}
    return sorted(newest, key=lambda item: newest[item].position)
