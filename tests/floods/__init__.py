"""What live calls notice of a stranger who floods the web process. `python -m tests.floods`.

A web process as in production holds realtime calls, while another process does what a stranger may: one attack after
the other, a table at the end.
"""
