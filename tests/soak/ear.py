"""What somebody on a line hears: when who speaks, and for how long nobody does. Times are seconds of one clock."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody speaks from ``start`` on, for ``seconds``."""

    start: float
    seconds: float

    @property
    def end(self) -> float:
        return self.start + self.seconds


@dataclass
class Ear:
    """The sounds on one line. The agent's are what the carrier plays, the caller's what he says himself."""

    agent: list[list[float]] = field(default_factory=list)
    caller: list[list[float]] = field(default_factory=list)

    @property
    def agent_until(self) -> float:
        """When the last known sound of the agent ends."""
        return self.agent[-1][1] if self.agent else 0.0

    def hears_agent(self, now: float, seconds: float) -> float:
        """More of the agent, behind what still waits to be played; the end of it."""
        if self.agent and self.agent_until >= now:
            self.agent[-1][1] += seconds
        else:
            self.agent.append([now, now + seconds])
        return self.agent_until

    def agent_cut(self, now: float) -> None:
        """What still waits to be played is thrown away."""
        if self.agent and self.agent_until > now:
            self.agent[-1][1] = max(now, self.agent[-1][0])

    def caller_speaks(self, now: float, seconds: float) -> None:
        """The caller says something."""
        self.caller.append([now, now + seconds])

    def silences(self, since: float, until: float) -> list[Silence]:
        """All stretches between the two moments in which nobody speaks."""
        found, quiet_from = [], since
        for start, end in sorted(self.agent + self.caller):
            if start >= until:
                break
            if start > quiet_from:
                found.append(Silence(quiet_from, start - quiet_from))
            quiet_from = max(quiet_from, end)
        if quiet_from < until:
            found.append(Silence(quiet_from, until - quiet_from))
        return found

    def longest_silence(self, since: float, until: float, *, after: float) -> float:
        """The longest stretch of silence within the call (``since`` to ``until``) that lasts beyond ``after``."""
        return max((each.seconds for each in self.silences(since, until) if each.end > after), default=0.0)
