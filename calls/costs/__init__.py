"""What a call cost: usage booked as it happens (`ledger.py`), and its price on the day (`pricing.py`, pure).

Imported by the modules that use a vendor and by the pages. Tests: `tests/calls/costs/`.
"""
