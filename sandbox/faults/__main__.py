"""``python -m sandbox.faults`` prints the tables of docs/sandbox.md."""

import sys

from sandbox.faults.tables import tables

sys.stdout.write(tables() + "\n")
