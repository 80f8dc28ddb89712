"""The bench: what a realtime call costs, measured on a real server process. `python -m tests.bench`."""
