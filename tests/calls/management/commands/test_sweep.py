"""`manage.py sweep`: it says what it repaired."""

from tests.calls.carrier_stub import Carrier
from tests.calls.management.commands.output import run


def test_sweep_says_what_it_repaired(db: None, carrier: Carrier) -> None:
    steps = "found 0, forgotten 0, settled 0, closed 0, cut_off 0, recordings 0, unannounced 0, clips 0, placed 0"
    assert run("sweep") == steps
