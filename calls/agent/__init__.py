"""What the AI says and may do: persona, briefing, fixed sentences, history, and the tools in `tools/`.

Both engines stand on it; it knows neither. Tests: `tests/calls/agent/`.
"""
