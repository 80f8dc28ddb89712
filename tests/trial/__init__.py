"""What was found on trial: the faults a user, a stranger, a broken database or a strange input met.

Each fault is an `Item` of one of the modules here: what was tried, why it failed, what else of its kind was closed, and
the tests that try it. `make trial` runs them and prints a verdict per item.
"""
