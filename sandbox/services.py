"""What every part of the sandbox shares: its settings, one voice and ear, the faults asked for, complaints, a log.

Each vendor's module offers ``routes(services) -> list[BaseRoute]``; ``sandbox.app`` mounts them side by side.
"""

from dataclasses import dataclass, field

from sandbox.complaints import Complaints
from sandbox.config import Config
from sandbox.faults import Faults
from sandbox.journal.witness import Archive
from sandbox.speech import Speech


@dataclass(frozen=True)
class Services:
    config: Config
    speech: Speech = field(default_factory=Speech)
    faults: Faults = field(default_factory=Faults)
    complaints: Complaints = field(default_factory=Complaints)
    archive: Archive = field(default_factory=Archive)
