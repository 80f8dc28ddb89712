"""The soak: many calls at once over the real wires, each with a fault at a random second. `python -m tests.soak`."""
