"""Fault injection: what shall go wrong, when and how often, requested over HTTP or by a scenario file.

Decided here: which faults exist (``catalog``) and when one strikes (``pending``). A part of the sandbox that can fail
asks ``faults.take("realtime.drop", elapsed=12.4)`` at the moment the failure would happen. Imported by ``services``
and every vendor. Tests: ``tests/sandbox/faults/``, and a test named after each fault beside the part that fails.
"""

from sandbox.faults.catalog import KINDS
from sandbox.faults.control import routes
from sandbox.faults.kinds import Kind
from sandbox.faults.pending import Fault, Faults
from sandbox.faults.scenario import Scenario, ScenarioError, load

__all__ = ["KINDS", "Fault", "Faults", "Kind", "Scenario", "ScenarioError", "load", "routes"]
