"""Faults on request: what shall go wrong, when, how often; asked for over HTTP or by a scenario file.

A part of the sandbox that can fail asks ``faults.take("realtime.drop", elapsed=12.4)`` at the moment the failure
would happen. Which names exist, what each does and which failures of real life it stands for: ``catalog``.
"""

from sandbox.faults.catalog import KINDS
from sandbox.faults.control import routes
from sandbox.faults.kinds import Kind
from sandbox.faults.pending import Fault, Faults
from sandbox.faults.scenario import Scenario, ScenarioError, load

__all__ = ["KINDS", "Fault", "Faults", "Kind", "Scenario", "ScenarioError", "load", "routes"]
