"""What the AI says and may do: persona, briefing, fixed sentences, history, and the tools in `tools/`.

Both AI engines use it; it knows neither of them, nor how calls are placed. Tests: `tests/calls/agent/`.
"""
