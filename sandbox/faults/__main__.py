"""``python -m sandbox.faults``: the tables of docs/sandbox.md."""

import sys

from sandbox.faults.tables import tables

sys.stdout.write(tables() + "\n")
