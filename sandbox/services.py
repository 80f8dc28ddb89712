"""What all parts of the sandbox share: settings, speech, faults, the conformance log and the traffic log.

Each vendor's module offers ``routes(services) -> list[BaseRoute]``; ``sandbox.app`` mounts them side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.audio import TELEPHONE_HZ, Pcm
from sandbox.complaints import Complaints
from sandbox.config import Config
from sandbox.faults import Faults
from sandbox.journal.observer import TrafficLog
from sandbox.speech import Recognition, Speech
from sandbox.speech.word_errors import with_word_errors
from sandbox.tls.certificates import Certificates


@dataclass(frozen=True)
class Services:
    config: Config
    speech: Speech = field(default_factory=Speech)
    faults: Faults = field(default_factory=Faults)
    complaints: Complaints = field(default_factory=Complaints)
    traffic: TrafficLog = field(default_factory=TrafficLog)
    certificates: Certificates = field(default_factory=Certificates)

    async def understand(self, pcm: Pcm, *, hints: Sequence[str] = ()) -> Recognition:
        """What a vendor's recognizer makes of telephone sound, with the configured word errors."""
        heard = await self.speech.recognize(pcm, rate=TELEPHONE_HZ, hints=hints)
        return with_word_errors(heard, share=self.config.word_errors, seed=self.config.word_error_seed)
