"""What the turn chain gains over a naive one in the same sandbox: `python -m tests.bench_conversation`."""
