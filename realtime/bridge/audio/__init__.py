"""Mu-law audio as data: its size and loudness, our own echo in it, and how much of it has been played.

Decided here: what counts as sound, as an echo and as heard. Imports no other package of the bridge, all may import it.
Tests: `tests/realtime/bridge/audio`.
"""
