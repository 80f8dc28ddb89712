"""May this number be called? The gate every call passes, the brokerage's own lines, and opt-outs.

Whoever places or carries a call imports it. Tests: `tests/calls/compliance/`.
"""
