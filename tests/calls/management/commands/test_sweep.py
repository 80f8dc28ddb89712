"""`manage.py sweep`: it says what it repaired."""

from tests.calls.carrier_stub import Carrier
from tests.calls.management.commands.output import run


def test_sweep_says_what_it_repaired(db: None, carrier: Carrier) -> None:
    steps = (
        *("taken_in", "found", "forgotten", "settled", "closed", "cut_off", "recordings", "unannounced", "clips"),
        *("forms", "placed"),
    )
    assert run("sweep") == ", ".join(f"{step} 0" for step in steps)
