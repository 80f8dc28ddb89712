"""Taking turns: the caller's turns, the model's responses and the tool calls between them.

Decided here: when the model is asked to speak, when it is cut off, how long it is waited for, and what it remembers.
`conversation` wires the parts together; only the bridge imports it. Tests: `tests/realtime/bridge/turns`.
"""
