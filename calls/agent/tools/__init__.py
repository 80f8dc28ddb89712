"""What the AI can do: the functions, their schemas made from typed signatures, and the runner both engines use.

`functions.py` holds the tools, `registry.py` and `arguments.py` turn them into schemas and back, `runner.py` runs one
exactly once per key. Imported by both engines. Tests: `tests/calls/agent/tools/`.
"""
