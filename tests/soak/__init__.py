"""The soak: many calls at once over the real wires, each with a fault at a random second. `python -m tests.soak`."""

VITALS = "/soak/vitals"  # where a watched web process tells of its tasks
