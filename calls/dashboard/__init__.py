"""Views of a call: header, transcript, figures, outcome and charts, as plain data that templates render.

Imported by the pages above it and the live pages of `realtime/`. Tests: `tests/calls/dashboard/`.
"""
