"""The storm: calls whose webhooks come twice, late, out of order or break off. `python -m tests.storm`."""
