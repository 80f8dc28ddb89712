"""What to believe of what was heard: recognition results, the values in them, and whether to save, ask or refuse.

Pure but for `confirmation.py`, which reads the call's rows. Imported by the conversational engine and the call flows.
Tests: `tests/calls/understanding/`.
"""
