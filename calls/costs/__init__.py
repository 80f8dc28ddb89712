"""What a call cost: usage booked as it happens (`ledger.py`), and its price on the day (`pricing.py`, pure).

Imported by whoever spends and whoever shows. Tests: `tests/calls/costs/`.
"""
